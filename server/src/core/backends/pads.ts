/** Padding in cells, for back ends that write it as numbers. */
import { extent, resolvePadding, type WindowArgs } from "../ops/window.ts";
import type { Dim } from "../shape/dim.ts";
import { type Shape, spatial } from "../shape/shape.ts";

/** `[before, after]` of each axis. */
export type Pads = readonly (readonly [number, number])[];

/** The declared padding; undefined where it depends on sizes that are only known by name. */
export function declaredPads(window: WindowArgs, input: Shape): Pads | undefined {
  const pads = resolvePadding(window, input);
  return pads.every((pad): pad is [number, number] => pad.every((p) => typeof p === "number"))
    ? pads
    : undefined;
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
