/**
 * Sliding windows in a TensorFlow graph. Two axes are what its operators are made for: a window along one axis gets an
 * axis of size 1 before it, and one along three has operators of its own.
 */
import type { WindowArgs } from "../../../ops/window.ts";
import type { Pads } from "../../pads.ts";
import type { GraphLowering } from "./lowering.ts";
import { ints } from "./nodeDef.ts";

/** The window as one along two axes or three, and its padding. */
export interface Lifted {
  readonly window: WindowArgs;
  readonly pads: Pads | undefined;
  readonly lift: boolean;
}

export function lifted(window: WindowArgs, pads: Pads | undefined): Lifted {
  const { kernel, stride, dilation } = window;
  if (kernel.length !== 1) return { window, pads, lift: false };
  const one = (sizes: readonly number[]) => [1, ...sizes];
  return {
    window: { ...window, kernel: one(kernel), stride: one(stride), dilation: one(dilation) },
    pads: pads && [[0, 0], ...pads],
    lift: true,
  };
}

/** A tensor of channels last with an axis of 1 behind the batch, where the window was lifted. */
export function withAxis(tensor: string, { lift }: Lifted, ctx: GraphLowering): string {
  return lift ? ctx.part("lifted", "ExpandDims", [tensor, ctx.integers("axis", [1], [])]) : tensor;
}

export function withoutAxis(tensor: string, { lift }: Lifted, ctx: GraphLowering): string {
  return lift ? ctx.part("dropped", "Squeeze", [tensor], { squeeze_dims: ints([1]) }) : tensor;
}

/** What surrounds each axis, of a tensor with its channels last. */
export function paddedLast(
  name: string,
  tensor: string,
  pads: Pads,
  value: number,
  ctx: GraphLowering,
): string {
  return surrounded(name, tensor, [[0, 0], ...pads, [0, 0]], value, ctx);
}

/** The batch's padding is the first. */
export function surrounded(
  name: string,
  tensor: string,
  pads: Pads,
  value: number,
  ctx: GraphLowering,
): string {
  if (!isPadded(pads)) return tensor;
  const cells = ctx.integers(`${name}/cells`, pads.flat(), [pads.length, 2]);
  return ctx.part(name, "PadV2", [tensor, cells, ctx.floats(`${name}/value`, [value], [])]);
}

export function isPadded(pads: Pads): boolean {
  return pads.some((cells) => cells.some((count) => count > 0));
}

/** An attribute with a number for each axis, the batch's and the channels' among them. */
export function perAxis(sizes: readonly number[]) {
  return ints([1, ...sizes, 1]);
}
