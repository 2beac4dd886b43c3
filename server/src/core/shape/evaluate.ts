/** What a dimension is once the sizes behind its names are known. */
import { type Dim, DimExpr } from "./dim.ts";

/** Undefined where it is unknown, or has a name whose size is not given. */
export function sizeAt(dim: Dim, sizes: Readonly<Record<string, number>>): number | undefined {
  if (!(dim instanceof DimExpr)) return dim;
  let sum = 0;
  for (const { coefficient, factors } of dim.terms) {
    let product = coefficient;
    for (const { kind, key, operands } of factors) {
      const [a, b] = operands.map((operand) => sizeAt(operand, sizes));
      const value = kind === "name" ? sizes[key] : combined(kind, a, b);
      if (value === undefined) return undefined;
      product *= value;
    }
    sum += product;
  }
  return sum;
}

function combined(kind: "floorDiv" | "min" | "max", a: number | undefined, b: number | undefined) {
  if (a === undefined || b === undefined) return undefined;
  return { floorDiv: Math.floor(a / b), min: Math.min(a, b), max: Math.max(a, b) }[kind];
}
