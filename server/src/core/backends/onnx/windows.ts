/**
 * Sliding windows as attributes. Pads are written as numbers and without `ceil_mode` wherever the sizes are known,
 * so that every runtime gives the sizes of our shape rule, whatever it takes rounding up to mean.
 */
import type { WindowArgs } from "../../ops/window.ts";
import type { Shape } from "../../shape/shape.ts";
import { declaredPads, type Pads } from "../pads.ts";
import { ints, text } from "./codec.ts";
import type { Attributes, Lowering } from "./lowering.ts";

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

/** The padding of a window whose size may be unknown: `same` is then left to the runtime, as far as it can. */
export function paddingAttributes(window: WindowArgs, input: Shape, ctx: Lowering): Attributes {
  const pads = declaredPads(window, input);
  if (!pads && window.dilation.some((d) => d !== 1))
    ctx.problem("needs height and width as numbers for the padding `same` of a dilated kernel");
  return pads ? { pads: padsAttribute(pads) } : { auto_pad: text("SAME_UPPER") };
}

/** Whether any window of a runtime would be refused: ONNX Runtime wants each pad smaller than the kernel. */
export function exceedsKernel(pads: Pads, window: WindowArgs): boolean {
  return pads.some((pad, axis) => Math.max(...pad) >= (window.kernel[axis] ?? 1));
}
