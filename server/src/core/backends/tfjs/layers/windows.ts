/** Sliding windows in Keras: padding is `valid`, `same`, or written as a layer of its own. */
import type { WindowArgs } from "../../../ops/window.ts";
import type { Shape } from "../../../shape/shape.ts";
import { declaredPads, type Pads } from "../../pads.ts";
import type { LayersLowering } from "./lowering.ts";

type KerasPadding = "valid" | "same";

/** The word for a padding, where there is one. */
export function paddingWord(
  window: WindowArgs,
  input: Shape,
  pads: Pads | undefined,
): KerasPadding | undefined {
  if (!pads) return window.padding === "same" && !window.ceilMode ? "same" : undefined;
  if (pads.every(([before, after]) => before === 0 && after === 0)) return "valid";
  const same = declaredPads({ ...window, padding: "same", ceilMode: false }, input);
  // WebAssembly gets `same` wrong where windows leave cells out: strides are wider than the kernel there.
  const gaps = window.kernel.some((k, axis) => k < (window.stride[axis] ?? 1));
  if (same) return samePads(pads, same) && !gaps ? "same" : undefined;
  const half = declaredPads({ ...window, padding: "half" }, input);
  return half && samePads(pads, half) && window.stride.every((s) => s === 1) ? "same" : undefined;
}

function samePads(a: Pads, b: Pads): boolean {
  return a.every(([before, after], axis) => before === b[axis]?.[0] && after === b[axis]?.[1]);
}

/** A tensor with the zeros around it that no word stands for; undefined after a problem. */
export function padded(
  window: WindowArgs,
  input: Shape,
  tensor: string,
  ctx: LayersLowering,
  pads: Pads | undefined = declaredPads(window, input),
): { readonly tensor: string; readonly padding: KerasPadding } | undefined {
  const word = paddingWord(window, input, pads);
  if (word) return { tensor, padding: word };
  if (!pads) {
    ctx.problem("needs height and width as numbers, to round its size up");
    return undefined;
  }
  if (window.kernel.length !== 2) {
    ctx.problem("is padded along other than two axes, for which TensorFlow.js has no layer");
    return undefined;
  }
  const part = { name: "pad", className: "ZeroPadding2D", config: { padding: pads } };
  return { tensor: ctx.layer(part, tensor), padding: "valid" };
}

export function windowConfig(window: WindowArgs, padding: KerasPadding): object {
  return { kernel_size: window.kernel, strides: window.stride, dilation_rate: window.dilation, padding };
}
