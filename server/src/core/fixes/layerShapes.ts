/** Fixes of a layer that its input does not fit: a feature map before `linear`, a kernel too large, groups that don't divide. */

import { poolWindow } from "../ops/pooling.ts";
import { extent, resolvePadding, type WindowArgs } from "../ops/window.ts";
import { channels as channelsOf, spatial } from "../shape/shape.ts";
import { boundArgument, edit, withArgument, withoutArgument } from "./editing.ts";
import { type FailingLayer, failingLayer } from "./failingLayer.ts";
import type { Candidate, FixContext } from "./fix.ts";

/** Both ways are told with what the layer costs then: they differ by the size of the feature map. */
export function flattenFirst(ctx: FixContext): Candidate[] {
  const layer = failingLayer(ctx);
  if (!layer) return [];
  const { node } = layer;
  const text = ctx.section.text.slice(node.range.start, node.range.end);
  // The layer is written anew, so that its cost is told.
  const before = (layers: string) => [edit(ctx, node.range, `${layers} -> ${text}`)];
  return [
    { title: "Flatten first", edits: before("flatten") },
    { title: "Pool to 1×1 and flatten first", edits: before("global_avg_pool -> flatten"), preferred: false },
  ];
}

// ── kernels ──────────────────────────────────────────────────────────────────────────────────────

export function fitKernel(ctx: FixContext): Candidate[] {
  const layer = failingLayer(ctx);
  if (!layer) return [];
  const { node, step } = layer;
  const kernel = boundArgument(node, "kernel");
  const padding = boundArgument(node, "padding");
  const isPool = step.operator.family === "pooling";
  const candidates: Candidate[] = [];
  if (padding && !isPool) {
    candidates.push({ title: "Let the padding keep the size", edits: [withoutArgument(ctx, node, padding)] });
  }
  if (isPool) {
    const global = node.callee.name === "max_pool" ? "global_max_pool" : "global_avg_pool";
    const range = { start: node.callee.range.start, end: node.range.end };
    candidates.push({ title: `Pool all that is left: \`${global}\``, edits: [edit(ctx, range, global)] });
  }
  const size = kernel && largestKernel(layer);
  if (kernel?.value.kind === "number" && size !== undefined) {
    const title = `Shrink the kernel to ${size}`;
    candidates.push({ title, edits: [edit(ctx, kernel.value.range, String(size))], preferred: false });
  }
  return candidates;
}

/** The largest that fits; an odd one, so that it has a middle, where there is room for three. */
function largestKernel({ step, input }: FailingLayer): number | undefined {
  const isPool = step.operator.family === "pooling";
  const args = step.args as unknown as WindowArgs;
  const window = isPool ? poolWindow(step.args as unknown as Parameters<typeof poolWindow>[0]) : args;
  if (window.padding === "half" || window.padding === "same") return undefined;
  const paddings = resolvePadding(window, input);
  const fits = (kernel: number) =>
    spatial(input).every((size, axis) => {
      const [start, end] = paddings[axis] ?? [0, 0];
      if (typeof size !== "number" || typeof start !== "number" || typeof end !== "number") return false;
      return extent(kernel, window.dilation[axis] ?? 1) <= size + start + end;
    });
  for (let kernel = (window.kernel[0] ?? 1) - 1; kernel >= 1; kernel--) {
    if (fits(kernel) && (kernel < 3 || kernel % 2 === 1)) return kernel;
  }
  return undefined;
}

// ── groups ───────────────────────────────────────────────────────────────────────────────────────

/** The nearest counts on both sides: of groups that divide, and of channels that can be divided. */
export function divideEvenly(ctx: FixContext): Candidate[] {
  const layer = failingLayer(ctx);
  if (!layer) return [];
  const { node, step, input } = layer;
  const into = ["groups", "heads"].find((name) => typeof step.args[name] === "number");
  const parts = into === undefined ? undefined : step.args[into];
  const count = channelsOf(input);
  const outputs = step.args.channels;
  if (into === undefined || typeof parts !== "number" || typeof count !== "number") return [];
  const divides = (n: number) => count % n === 0 && (typeof outputs !== "number" || outputs % n === 0);
  const given = boundArgument(node, into);
  const nearest = isLiteral(given?.value) ? nearestTwo(parts, divides, Math.max(count, parts)) : [];
  const fewer = nearest.map((n) => ({
    title: `Split into ${n} ${n === 1 ? into.slice(0, -1) : into}`,
    edits: [withArgument(ctx, node, into, String(n))],
    preferred: false as const,
  }));
  const channels = boundArgument(node, "channels");
  if (!isLiteral(channels?.value) || typeof outputs !== "number" || count % parts !== 0) return fewer;
  const rounded = nearestTwo(outputs, (n) => n % parts === 0, outputs + parts);
  const wider = rounded.map((n) => ({
    title: `Round to ${n} channels`,
    edits: [withArgument(ctx, node, "channels", String(n))],
    preferred: false as const,
  }));
  return [...wider, ...fewer];
}

function isLiteral(value: { readonly kind: string } | undefined): boolean {
  return value?.kind === "number";
}

/** The nearest numbers below and above with a property, the nearest first. */
function nearestTwo(from: number, fits: (n: number) => boolean, limit: number): number[] {
  let below = from - 1;
  while (below >= 1 && !fits(below)) below--;
  let above = from + 1;
  while (above <= limit && !fits(above)) above++;
  const found = [...(below >= 1 ? [below] : []), ...(above <= limit ? [above] : [])];
  return found.sort((a, b) => Math.abs(a - from) - Math.abs(b - from));
}
