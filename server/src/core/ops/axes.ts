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
  const axes =
    input.length === 1
      ? "the only one is 0"
      : `its axes go from 0 to ${input.length - 1}, or from -1 to -${input.length} counted from the end`;
  ctx.report("wrong-argument", `${formatShape(input)} has no axis ${axis}: ${axes}`, parameter);
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

/** `100 channels can't be split into 32 groups: 32 does not divide 100, but 25 and 50 do`. */
export function indivisible(count: number, what: string, parts: number, into: string): string {
  const divisor = (step: number) => {
    let candidate = parts + step;
    while (candidate > 1 && candidate < count && count % candidate !== 0) candidate += step;
    return Math.min(candidate, count);
  };
  const others = [divisor(-1), divisor(1)].filter((n) => n > 1 && n !== count);
  const hint =
    others.length === 0 ? "" : `, but ${others.join(" and ")} ${others.length === 1 ? "does" : "do"}`;
  return `${count} ${what} can't be split into ${parts} ${into}: ${parts} does not divide ${count}${hint}`;
}
