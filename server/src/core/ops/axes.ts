/** Axes of a tensor without its batch: 0 is the channels of a feature map, negative ones count from the end. */
import type { Dim } from "../shape/dim.ts";
import { formatShape, type Shape } from "../shape/shape.ts";
import type { InferContext } from "./operator.ts";

/** The axis counted from 0; undefined after reporting one that the tensor does not have. */
export function resolveAxis(
  axis: number,
  input: Shape,
  ctx: InferContext,
  parameter = "axis",
): number | undefined {
  const resolved = axis < 0 ? axis + input.length : axis;
  if (resolved >= 0 && resolved < input.length) return resolved;
  const axes = input.length === 1 ? "axis 0 only" : `axes 0 to ${input.length - 1}`;
  ctx.report(
    "wrong-argument",
    `there is no axis ${axis} in ${formatShape(input)}, which has ${axes} (or from the end, -1 to -${input.length})`,
    parameter,
  );
  return undefined;
}

/** The same where the shape rule has already passed. */
export function axisOf(axis: number, input: Shape): number {
  return axis < 0 ? axis + input.length : axis;
}

/**
 * The axis that holds what describes one place: the channels of a feature map, the features of a vector or of each
 * element of a sequence.
 */
export function featureAxis(input: Shape): number {
  return input.length > 2 ? 0 : input.length - 1;
}

export function sizeAlong(axis: number | undefined, input: Shape | undefined): Dim {
  return input?.[axis === undefined ? featureAxis(input) : axisOf(axis, input)];
}

/** The shape in which a weight of one value for each place along an axis is spread over a tensor. */
export function broadcastShape(axis: number, input: Shape): number[] {
  const size = input[axis];
  return [typeof size === "number" ? size : 1, ...input.slice(axis + 1).map(() => 1)];
}
