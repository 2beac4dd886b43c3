/**
 * For which sizes two dimensions are equal. The expressions that windows and strides make are a multiple of one name
 * plus a part that repeats with the divisors' least common multiple: to look at two periods is to prove it for all.
 */
import { type Dim, DimExpr, equal, subtract } from "./dim.ts";

/** Sizes n with n mod `modulus` = `residue`. */
export interface Condition {
  readonly name: string;
  readonly modulus: number;
  readonly residue: number;
}

/** Where an expression is zero; undefined when that can't be told. */
export type Zeros = "always" | "never" | Condition | undefined;

/** Longer periods are not looked at: no network divides so often. */
const maxPeriod = 4096;

/** The sizes for which all differences vanish. They must have the same one name. */
export function zerosOf(differences: readonly DimExpr[]): Zeros {
  const names = new Set(differences.flatMap((difference) => [...namesIn(difference)]));
  const [name] = names;
  if (name === undefined || names.size > 1) return undefined;
  const periods = differences.map(periodOf);
  if (periods.includes(undefined)) return undefined;
  const period = (periods as number[]).reduce(leastCommonMultiple, 1);
  if (period > maxPeriod) return undefined;
  // Beyond the first period, where small sizes are no longer special.
  const fits = Array.from({ length: 2 * period }, (_, i) =>
    differences.every((difference) => valueAt(difference, period + i) === 0),
  );
  for (let modulus = 1; modulus <= period; modulus++) {
    if (period % modulus !== 0) continue;
    for (let residue = 0; residue < modulus; residue++) {
      const holds = fits.every((fit, i) => fit || (period + i) % modulus !== residue);
      if (holds) return modulus === 1 ? "always" : { name, modulus, residue };
    }
  }
  return "never";
}

/** Whether it can be told that the two differ, whatever the sizes: what an error needs. */
export function differs(a: Dim, b: Dim): boolean {
  const same = equal(a, b);
  if (same !== undefined) return !same;
  const difference = subtract(a, b);
  return difference instanceof DimExpr && zerosOf([difference]) === "never";
}

/** `divisible by 32`; `one more than a multiple of 2`. */
export function formatCondition({ modulus, residue }: Condition): string {
  if (residue === 0) return `divisible by ${modulus}`;
  return `${residue} more than a multiple of ${modulus}`;
}

export function namesIn(expr: DimExpr): Set<string> {
  const names = new Set<string>();
  for (const { factors } of expr.terms) {
    for (const { kind, key, operands } of factors) {
      if (kind === "name") names.add(key);
      for (const operand of operands)
        if (operand instanceof DimExpr) for (const name of namesIn(operand)) names.add(name);
    }
  }
  return names;
}

/** After how many sizes the part that is no multiple of the name repeats; undefined for products and extremes. */
function periodOf(expr: DimExpr): number | undefined {
  let period = 1;
  for (const { factors } of expr.terms) {
    const [atom, more] = factors;
    if (more) return undefined;
    if (!atom || atom.kind === "name") continue;
    const [numerator, divisor] = atom.operands;
    if (atom.kind !== "floorDiv" || typeof divisor !== "number") return undefined;
    const inner = numerator instanceof DimExpr ? periodOf(numerator) : 1;
    if (inner === undefined || inner * divisor > maxPeriod) return undefined;
    period = leastCommonMultiple(period, inner * divisor);
  }
  return period;
}

/** The value of an expression in one name, without extremes, for a size. */
export function valueAt(expr: number | DimExpr, size: number): number {
  if (typeof expr === "number") return expr;
  return expr.terms.reduce((sum, { coefficient, factors }) => {
    const product = factors.reduce((value, { kind, operands }) => {
      const [a = 0, b = 1] = operands;
      return value * (kind === "name" ? size : Math.floor(valueAt(a, size) / valueAt(b, size)));
    }, coefficient);
    return sum + product;
  }, 0);
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
