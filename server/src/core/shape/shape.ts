/**
 * Shapes of tensors without the batch, which is always free: `[channels, height, width]`, `[features]`.
 * `undefined` stands for a shape of unknown rank: compatible with everything.
 */
import { differs } from "./conditions.ts";
import { type Dim, DimExpr, formatDim, product } from "./dim.ts";

export type Shape = readonly Dim[];

/** `64×56×56`, `1000`, `3×H×W`. */
export function formatShape(shape: Shape | undefined): string {
  return shape ? shape.map(formatFactor).join("×") || "scalar" : "?";
}

/** Sums and floors are set in brackets, so that `×` reads unambiguously. */
function formatFactor(dim: Dim): string {
  return dim instanceof DimExpr && dim.terms.length > 1 ? `(${dim})` : formatDim(dim);
}

/** Elements of a tensor of this shape, for a batch of one. */
export function elements(shape: Shape | undefined): Dim {
  return shape ? product(shape) : undefined;
}

/** Whether it can be told that the shapes differ. */
export function shapesDiffer(a: Shape | undefined, b: Shape | undefined): boolean {
  if (!a || !b) return false;
  return a.length !== b.length || a.some((dim, i) => differs(dim, b[i]));
}

/** Height and width (or length, or depth, height and width): all but the channels. */
export function spatial(shape: Shape): Shape {
  return shape.slice(1);
}

export function channels(shape: Shape | undefined): Dim {
  return shape?.[0];
}

/** Identifies a shape in memo keys. */
export function shapeKey(shape: Shape | undefined): string {
  return shape ? shape.map(formatDim).join(",") : "?";
}
