/** Sliding windows in Keras: padding is `valid`, `same`, or written as a layer of its own. */
import { extent, resolvePadding, type WindowArgs } from "../../../ops/window.ts";
import { type Shape, spatial } from "../../../shape/shape.ts";
import type { LayersLowering } from "./lowering.ts";

export type Pads = readonly (readonly [number, number])[];
type KerasPadding = "valid" | "same";

/** Cells as numbers; undefined where they depend on sizes that are only known by name. */
export function numericPads(window: WindowArgs, input: Shape): Pads | undefined {
  const pads = resolvePadding(window, input);
  return pads.every((pad): pad is [number, number] => pad.every((p) => typeof p === "number"))
    ? pads
    : undefined;
}

/** The word for a padding, where there is one. */
export function paddingWord(
  window: WindowArgs,
  input: Shape,
  pads: Pads | undefined,
): KerasPadding | undefined {
  if (!pads) return window.padding === "same" && !window.ceilMode ? "same" : undefined;
  if (pads.every(([before, after]) => before === 0 && after === 0)) return "valid";
  const same = numericPads({ ...window, padding: "same", ceilMode: false }, input);
  if (same) return samePads(pads, same) ? "same" : undefined;
  const half = numericPads({ ...window, padding: "half" }, input);
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
  pads: Pads | undefined = numericPads(window, input),
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

/** The padding with which rounding down gives the outputs of `ceil_mode`. */
export function coveringPads(window: WindowArgs, input: Shape, output: Shape): Pads | undefined {
  const declared = numericPads(window, input);
  if (!declared || !window.ceilMode) return declared;
  const pads = declared.map(([before], axis) => {
    const size = spatial(input)[axis];
    const outputs = spatial(output)[axis];
    if (typeof size !== "number" || typeof outputs !== "number") return undefined;
    const span = extent(window.kernel[axis] ?? 1, window.dilation[axis] ?? 1);
    const reach = (outputs - 1) * (window.stride[axis] ?? 1) + span;
    return [before, Math.max(0, reach - size - before)] as const;
  });
  return pads.every((pad) => pad !== undefined) ? pads : undefined;
}

export function windowConfig(window: WindowArgs, padding: KerasPadding): object {
  return { kernel_size: window.kernel, strides: window.stride, dilation_rate: window.dilation, padding };
}
