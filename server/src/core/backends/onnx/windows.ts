/**
 * Sliding windows as attributes. Pads are written as numbers and without `ceil_mode` wherever the sizes are known,
 * so that every runtime gives the sizes of our shape rule, whatever it takes rounding up to mean.
 */
import { extent, resolvePadding, type WindowArgs } from "../../ops/window.ts";
import type { Dim } from "../../shape/dim.ts";
import { type Shape, spatial } from "../../shape/shape.ts";
import { ints, text } from "./codec.ts";
import type { Attributes } from "./lowering.ts";

/** `[before, after]` of each axis. */
export type Pads = readonly (readonly [number, number])[];

/** ONNX lists what comes before each axis, then what comes after each. */
export function padsAttribute(pads: Pads) {
  return ints([...pads.map(([before]) => before), ...pads.map(([, after]) => after)]);
}

/** Kernel, stride and dilation; those that say nothing are left out. */
export function windowAttributes(window: WindowArgs): Attributes {
  return {
    kernel_shape: ints(window.kernel),
    strides: ints(window.stride),
    ...(window.dilation.some((d) => d !== 1) ? { dilations: ints(window.dilation) } : {}),
  };
}

/** The declared padding; undefined where it depends on sizes that are only known by name. */
export function declaredPads(window: WindowArgs, input: Shape): Pads | undefined {
  const pads = resolvePadding(window, input);
  return pads.every((pad): pad is [number, number] => pad.every((p) => typeof p === "number"))
    ? pads
    : undefined;
}

/** The padding of a window whose size may be unknown: `same` is then left to the runtime. */
export function paddingAttributes(window: WindowArgs, input: Shape): Attributes {
  const pads = declaredPads(window, input);
  return pads ? { pads: padsAttribute(pads) } : { auto_pad: text("SAME_UPPER") };
}

/**
 * The padding with which rounding down gives the outputs of `ceil_mode`: the last window may reach past the
 * declared padding. Undefined where a size is only known by name.
 */
export function coveringPads(window: WindowArgs, input: Shape, output: Shape): Pads | undefined {
  const declared = declaredPads(window, input);
  if (!declared || !window.ceilMode) return declared;
  const covering = declared.map(([before], axis) => {
    const size: Dim = spatial(input)[axis];
    const outputs: Dim = spatial(output)[axis];
    if (typeof size !== "number" || typeof outputs !== "number") return undefined;
    const span = extent(window.kernel[axis] ?? 1, window.dilation[axis] ?? 1);
    const reach = (outputs - 1) * (window.stride[axis] ?? 1) + span;
    return [before, Math.max(0, reach - size - before)] as const;
  });
  return covering.every((pad) => pad !== undefined) ? covering : undefined;
}

/** Whether any window of a runtime would be refused: ONNX Runtime wants each pad smaller than the kernel. */
export function exceedsKernel(pads: Pads, window: WindowArgs): boolean {
  return pads.some((pad, axis) => Math.max(...pad) >= (window.kernel[axis] ?? 1));
}
