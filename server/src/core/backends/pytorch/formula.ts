/** Numbers of a class in terms of its constructor's parameters, found from what they are in each of its uses. */
import type { Condition } from "./conditions.ts";
import { type Scalar, sameScalar } from "./expression.ts";

export type Formula =
  | { readonly kind: "value"; readonly value: Scalar }
  | { readonly kind: "parameter"; readonly name: string }
  | {
      readonly kind: "choice";
      readonly condition: Condition;
      readonly then: Formula;
      readonly otherwise: Formula;
    }
  | {
      readonly kind: "infix";
      readonly operator: "*" | "+" | "//";
      readonly left: Formula;
      readonly right: Formula;
    };

export interface Candidate {
  readonly name: string;
  /** What a parameter is in each use. */
  readonly column: readonly (Scalar | undefined)[];
}

/** What is counted in channels. */
const counts = new Set(["in_channels", "channels", "groups"]);

/**
 * The simplest formula that gives a number in every use that has it. A number that is the same in those that have it is
 * told by the parameter of its name where that is not the same in all.
 */
export function formulaFor(
  wanted: readonly (Scalar | undefined)[],
  all: readonly Candidate[],
  hint = "",
): Formula | undefined {
  const uses = wanted.flatMap((value, use) => (value === undefined ? [] : [use]));
  const column = wanted.filter((value) => value !== undefined);
  const candidates = all.map((c) => ({ name: c.name, column: uses.map((use) => c.column[use]) }));
  const [first] = column;
  const parameter = ({ name }: Candidate): Formula => ({ kind: "parameter", name });
  const varying = (value: Scalar) =>
    all.find(
      (c, i) =>
        uses.length < wanted.length &&
        candidates[i]?.column.every((v) => sameScalar(v, value)) &&
        !c.column.every((v) => sameScalar(v, value)),
    );
  if (first !== undefined && column.every((value) => sameScalar(value, first))) {
    const same = varying(first);
    return same && (same.name === hint || counts.has(hint))
      ? parameter(same)
      : { kind: "value", value: first };
  }
  const same = candidates.find((c) => column.every((value, i) => sameScalar(value, c.column[i])));
  if (same) return parameter(same);
  if (!column.every((value) => typeof value === "number")) return undefined;
  for (const candidate of candidates) {
    if (!candidate.column.every((value) => typeof value === "number")) continue;
    const of = candidate.column.map(Number);
    const target: number = Number(column[0]);
    const base: number = Number(of[0]);
    const factor: number = target / base;
    if (
      Number.isInteger(factor) &&
      factor > 1 &&
      column.every((value, i) => value === factor * (of[i] ?? 0))
    ) {
      const same = varying(factor);
      if (same && same.name !== candidate.name) return productOf(same.name, candidate.name);
      return {
        kind: "infix",
        operator: "*",
        left: { kind: "value", value: factor },
        right: parameter(candidate),
      };
    }
    const divisor = divisorOf(base, target, (by) =>
      column.every((value, i) => value === Math.floor((of[i] ?? 0) / by)),
    );
    if (divisor !== undefined)
      return {
        kind: "infix",
        operator: "//",
        left: parameter(candidate),
        right: { kind: "value", value: divisor },
      };
  }
  const several = new Set(column).size > 2;
  const numeric = candidates.filter((c) => c.column.every((value) => typeof value === "number"));
  for (const a of several ? numeric : []) {
    const difference: number = Number(column[0]) - Number(a.column[0]);
    if (difference > 0 && column.every((value, i) => value === Number(a.column[i]) + difference))
      return {
        kind: "infix",
        operator: "+",
        left: parameter(a),
        right: { kind: "value", value: difference },
      };
    for (const b of numeric) {
      if (column.every((value, i) => value === Number(a.column[i]) * Number(b.column[i])))
        return productOf(a.name, b.name);
    }
  }
  return undefined;
}

/** What enters is counted in times of something. */
function productOf(a: string, b: string): Formula {
  const [left, right] = a === "in_channels" ? [b, a] : [a, b];
  return {
    kind: "infix",
    operator: "*",
    left: { kind: "parameter", name: left },
    right: { kind: "parameter", name: right },
  };
}

/** The least number by which one is divided to the other; halves are tried first, as of a kernel. */
function divisorOf(base: number, target: number, fits: (divisor: number) => boolean): number | undefined {
  if (target < 1) return undefined;
  const most = Math.floor(base / target);
  for (let by = Math.max(2, Math.floor(base / (target + 1))); by <= most; by++) if (fits(by)) return by;
  return undefined;
}

export function printScalar(value: Scalar): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number")
    return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
  return `(${value.map(printScalar).join(", ")}${value.length === 1 ? "," : ""})`;
}

export function printFormula(formula: Formula, name: (parameter: string) => string): string {
  if (formula.kind === "value") return printScalar(formula.value);
  if (formula.kind === "parameter") return name(formula.name);
  if (formula.kind === "choice") {
    const [then, otherwise] = [formula.then, formula.otherwise].map((each) => printFormula(each, name));
    return `${then} if ${printCondition(formula.condition)} else ${otherwise}`;
  }
  return `${printFormula(formula.left, name)} ${formula.operator} ${printFormula(formula.right, name)}`;
}

export function printCondition(condition: Condition): string {
  if (condition.kind === "flag") return condition.negated ? `not ${condition.name}` : condition.name;
  const tests = condition.tests.map(({ left, operator, right }) => {
    const [a, b] = [left, right].map((side) => printFormula(side, (name) => name));
    if (b === "True") return operator === "==" ? a : `not ${a}`;
    return `${a} ${operator} ${b}`;
  });
  return tests.join(` ${condition.word} `);
}
