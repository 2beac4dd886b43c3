/** When a use has what others don't, in terms of the constructor's parameters. */
import type { Scalar } from "./expression.ts";
import type { Candidate, Formula } from "./formula.ts";

export type Condition =
  /** A parameter of its own, True or False. */
  | { readonly kind: "flag"; readonly name: string; readonly negated: boolean }
  | { readonly kind: "test"; readonly word: "and" | "or"; readonly tests: readonly Comparison[] };

export interface Comparison {
  readonly left: Formula;
  readonly operator: "==" | "!=";
  readonly right: Formula;
}

/** The simplest condition that holds in these uses and in no other; undefined where none is told by the parameters. */
export function conditionFor(
  holds: readonly boolean[],
  candidates: readonly Candidate[],
): Condition | undefined {
  const tests = comparisons(candidates, holds.length);
  const flipped = holds.map((held) => !held);
  for (const { test, truth } of tests) {
    if (same(truth, holds)) return { kind: "test", word: "and", tests: [test] };
    if (same(truth, flipped)) return { kind: "test", word: "and", tests: [negated(test)] };
  }
  for (const [i, a] of tests.entries())
    for (const b of tests.slice(i + 1)) {
      const both = a.truth.map((truth, use) => truth && b.truth[use] === true);
      if (same(both, holds)) return { kind: "test", word: "and", tests: [a.test, b.test] };
      if (same(both, flipped)) return { kind: "test", word: "or", tests: [negated(a.test), negated(b.test)] };
    }
  return undefined;
}

export function opposite(condition: Condition): Condition {
  if (condition.kind === "flag") return { ...condition, negated: !condition.negated };
  return {
    kind: "test",
    word: condition.word === "and" ? "or" : "and",
    tests: condition.tests.map(negated),
  };
}

function negated(test: Comparison): Comparison {
  return { ...test, operator: test.operator === "==" ? "!=" : "==" };
}

function same(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.every((value, i) => value === b[i]);
}

interface Known {
  readonly test: Comparison;
  readonly truth: readonly boolean[];
}

/**
 * What people ask: is it 1, is it on, is it as many as that? Other numbers would tell uses apart as well, but only those
 * of this very network.
 */
function comparisons(candidates: readonly Candidate[], uses: number): readonly Known[] {
  const result: Known[] = [];
  const add = (left: Formula, right: Formula, truth: readonly boolean[]) => {
    if (truth.includes(true) && truth.includes(false))
      result.push({ test: { left, operator: "==", right }, truth });
  };
  const parameter = ({ name }: Candidate): Formula => ({ kind: "parameter", name });
  const value = (of: Scalar): Formula => ({ kind: "value", value: of });
  for (const a of candidates)
    for (const known of [1, true])
      add(
        parameter(a),
        value(known),
        a.column.map((v) => v === known),
      );
  for (const [i, a] of candidates.entries())
    for (const b of candidates.slice(i + 1))
      for (const factor of [1, 2, 4]) {
        const right: Formula =
          factor === 1
            ? parameter(b)
            : { kind: "infix", operator: "*", left: value(factor), right: parameter(b) };
        const truth = Array.from({ length: uses }, (_, use) => {
          const [left, other] = [a.column[use], b.column[use]];
          return typeof left === "number" && typeof other === "number" && left === factor * other;
        });
        add(parameter(a), right, truth);
      }
  return result;
}
