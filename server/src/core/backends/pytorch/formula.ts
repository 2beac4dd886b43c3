/** Numbers of a class in terms of its constructor's parameters, found from what they are in each of its uses. */
import { type Scalar, sameScalar } from "./expression.ts";

export type Formula =
  | { readonly kind: "value"; readonly value: Scalar }
  | { readonly kind: "parameter"; readonly name: string }
  | {
      readonly kind: "infix";
      readonly operator: "*" | "+" | "//";
      readonly left: Formula;
      readonly right: Formula;
    };

/** What a parameter is in each use. */
export type Column = readonly Scalar[];

export interface Candidate {
  readonly name: string;
  readonly column: Column;
}

/** The simplest formula that gives a number in every use. */
export function formulaFor(column: Column, candidates: readonly Candidate[]): Formula | undefined {
  const [first] = column;
  if (first !== undefined && column.every((value) => sameScalar(value, first)))
    return { kind: "value", value: first };
  const parameter = ({ name }: Candidate): Formula => ({ kind: "parameter", name });
  const same = candidates.find((c) => column.every((value, i) => sameScalar(value, c.column[i])));
  if (same) return parameter(same);
  if (!column.every((value) => typeof value === "number")) return undefined;
  for (const candidate of candidates) {
    if (!candidate.column.every((value) => typeof value === "number")) continue;
    const of = candidate.column.map(Number);
    const target: number = Number(column[0]);
    const base: number = Number(of[0]);
    const factor: number = target / base;
    if (Number.isInteger(factor) && factor > 1 && column.every((value, i) => value === factor * (of[i] ?? 0)))
      return {
        kind: "infix",
        operator: "*",
        left: { kind: "value", value: factor },
        right: parameter(candidate),
      };
    const divisor: number = Math.floor(base / target);
    if (divisor > 1 && column.every((value, i) => value === Math.floor((of[i] ?? 0) / divisor)))
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
        return { kind: "infix", operator: "*", left: parameter(a), right: parameter(b) };
    }
  }
  return undefined;
}

export function printScalar(value: Scalar): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value).replace(/^(-?\d+)e/, "$1e");
  return `(${value.map(printScalar).join(", ")}${value.length === 1 ? "," : ""})`;
}

export function printFormula(formula: Formula, name: (parameter: string) => string): string {
  if (formula.kind === "value") return printScalar(formula.value);
  if (formula.kind === "parameter") return name(formula.name);
  return `${printFormula(formula.left, name)} ${formula.operator} ${printFormula(formula.right, name)}`;
}
