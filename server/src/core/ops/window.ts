/** Sliding windows: the arithmetic that convolutions and pools share. */
import { add, ceilDivide, type Dim, floorDivide, maximum, multiply, subtract } from "../shape/dim.ts";
import { formatShape, type Shape, spatial } from "../shape/shape.ts";
import type { InferContext } from "./operator.ts";
import type { Padding, Sizes } from "./params.ts";

export interface WindowArgs {
  readonly kernel: Sizes;
  readonly stride: Sizes;
  readonly padding: Padding;
  readonly dilation: Sizes;
  readonly ceilMode?: boolean;
}

/** `[before, after]` of each spatial axis; undefined where it depends on an unknown size. */
export type ResolvedPadding = readonly (readonly [Dim, Dim])[];

/** Cells that a dilated kernel spans along one axis: d·(k − 1) + 1. */
export function extent(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/**
 * The padding in cells. `half` keeps height and width at stride 1; `same` gives ⌈size / stride⌉ outputs with
 * the odd cell after, as TensorFlow does; `valid` pads nothing.
 */
export function resolvePadding(args: WindowArgs, input: Shape): ResolvedPadding {
  const { padding } = args;
  return spatial(input).map((size, axis) => {
    const span = extent(args.kernel[axis] ?? 1, args.dilation[axis] ?? 1);
    const stride = args.stride[axis] ?? 1;
    if (padding === "valid") return [0, 0];
    if (padding === "half") return [Math.floor((span - 1) / 2), Math.ceil((span - 1) / 2)];
    if (padding !== "same") return padding[axis] ?? [0, 0];
    const outputs = ceilDivide(size, stride);
    const total = maximum(subtract(add(multiply(subtract(outputs, 1), stride), span), size), 0);
    const before = floorDivide(total, 2);
    return [before, subtract(total, before)];
  });
}

/** Output height and width of a sliding window; undefined after reporting a kernel that does not fit. */
export function slide(args: WindowArgs, input: Shape, ctx: InferContext): Shape | undefined {
  const paddings = resolvePadding(args, input);
  const padded = spatial(input).map((size, axis) => {
    const [before, after] = paddings[axis] ?? [0, 0];
    return add(size, add(before, after));
  });
  const spans = padded.map((_, axis) => extent(args.kernel[axis] ?? 1, args.dilation[axis] ?? 1));
  if (padded.some((size, axis) => typeof size === "number" && size < (spans[axis] ?? 1))) {
    const dilated = args.dilation.some((d) => d > 1) ? ` (dilated: ${spans.join("×")})` : "";
    ctx.report(
      "kernel-too-large",
      `the kernel is ${args.kernel.join("×")}${dilated} but its padded input is only ${formatShape(padded)}`,
      "kernel",
    );
    return undefined;
  }
  return padded.map((size, axis) => {
    const stride = args.stride[axis] ?? 1;
    const steps = subtract(size, spans[axis]);
    if (!args.ceilMode) return add(floorDivide(steps, stride), 1);
    const outputs = add(ceilDivide(steps, stride), 1);
    // A last window that would start in the padding after the input is dropped, as PyTorch does.
    const start = multiply(subtract(outputs, 1), stride);
    const reach = add(spatial(input)[axis], paddings[axis]?.[0]);
    return typeof start === "number" && typeof reach === "number" && start >= reach
      ? subtract(outputs, 1)
      : outputs;
  });
}

/** Whether the input has channels and one to three spatial axes; reports when not. */
export function isFeatureMap(input: Shape, operator: string, ctx: InferContext): boolean {
  if (input.length >= 2 && input.length <= 4) return true;
  ctx.report(
    "wrong-rank",
    `${operator} needs a feature map (channels×height×width), but its input is ${formatShape(input)}`,
  );
  return false;
}

export function productOf(sizes: Sizes): number {
  return sizes.reduce((a, b) => a * b, 1);
}
