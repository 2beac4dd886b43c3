/**
 * Two networks side by side, layer by layer. Layers are aligned in their order, so that each pair is as alike as can
 * be: of one operator, and if possible of one name, with the same arguments and output (the alignment of sequences
 * of Needleman and Wunsch, 1970, with a gap that costs nothing).
 */
import type { LayerSummary, Summary } from "../core/cost/summary.ts";

export type Change =
  | "same"
  /** Another name only: weights are looked up by it. */
  | "renamed"
  | "changed"
  /** It reads another tensor of the same shape. */
  | "rewired"
  | "added"
  | "removed";

export interface LayerPair {
  readonly change: Change;
  readonly before?: LayerSummary;
  readonly after?: LayerSummary;
  readonly delta: Costs;
}

/** After minus before; null where a count depends on a named dimension. */
export interface Costs {
  readonly params: number | null;
  readonly macs: number | null;
  readonly flops: number | null;
  /** Bytes of outputs at 32 bits, for a batch of one. */
  readonly activationBytes: number | null;
}

export interface Comparison {
  readonly before: Side;
  readonly after: Side;
  readonly delta: Costs & { readonly peakBytes: number | null };
  /** How many layers there are of each kind. */
  readonly changes: Readonly<Record<Change, number>>;
  readonly layers: readonly LayerPair[];
}

/** A network without its layers. */
export type Side = Omit<Summary, "layers">;

export function compare(before: Summary, after: Summary): Comparison {
  const layers = rewired(align(before.layers, after.layers).map(pair), before, after);
  const changes = { same: 0, renamed: 0, rewired: 0, changed: 0, added: 0, removed: 0 };
  for (const { change } of layers) changes[change]++;
  return {
    before: side(before),
    after: side(after),
    delta: { ...costs(before, after), peakBytes: minus(after.peakBytes, before.peakBytes) },
    changes,
    layers,
  };
}

function side({ layers: _, ...totals }: Summary): Side {
  return totals;
}

type Aligned = readonly [before: LayerSummary | undefined, after: LayerSummary | undefined];

function pair([before, after]: Aligned): LayerPair {
  if (before && after) return { change: changeOf(before, after), before, after, delta: costs(before, after) };
  if (after) return { change: "added", after, delta: costs(nothing, after) };
  if (before) return { change: "removed", before, delta: costs(before, nothing) };
  throw new Error("a pair of nothing");
}

function changeOf(before: LayerSummary, after: LayerSummary): Change {
  const isSame =
    before.call === after.call &&
    before.params === after.params &&
    before.macs === after.macs &&
    equalShape(before, after) &&
    before.inputShapes.join(";") === after.inputShapes.join(";");
  if (!isSame) return "changed";
  return before.name === after.name ? "same" : "renamed";
}

/**
 * Finds layers that read another tensor than before. Where that tensor is itself new or gone, the layer that came or
 * went tells it already.
 */
function rewired(pairs: readonly LayerPair[], before: Summary, after: Summary): LayerPair[] {
  const partners = new Map(before.inputs.map(({ name }, i) => [name, after.inputs[i]?.name]));
  for (const { before: old, after: now } of pairs) if (old && now) partners.set(old.name, now.name);
  const kept = new Set(partners.values());
  return pairs.map((pair) => {
    if ((pair.change !== "same" && pair.change !== "renamed") || !pair.before || !pair.after) return pair;
    const then = pair.before.inputs.map((name) => partners.get(name));
    const isOther = pair.after.inputs.some((now, i) => {
      const was = then[i];
      return was !== undefined && kept.has(now) && was !== now;
    });
    return isOther ? { ...pair, change: "rewired" } : pair;
  });
}

type Counted = Pick<Summary, "params" | "macs" | "flops" | "activationBytes">;

const nothing: Counted = { params: 0, macs: 0, flops: 0, activationBytes: 0 };

function costs(before: Counted, after: Counted): Costs {
  return {
    params: minus(after.params, before.params),
    macs: minus(after.macs, before.macs),
    flops: minus(after.flops, before.flops),
    activationBytes: minus(after.activationBytes, before.activationBytes),
  };
}

/** Equal counts differ by nothing, also where they depend on a named dimension. */
function minus(a: number | string | null, b: number | string | null): number | null {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return a !== null && a === b ? 0 : null;
}

function equalShape(a: LayerSummary, b: LayerSummary): boolean {
  return a.outputShape.join() === b.outputShape.join();
}

// ── alignment ────────────────────────────────────────────────────────────────────────────────────

/** How alike two layers are; 0: they are never a pair. */
function likeness(a: LayerSummary, b: LayerSummary): number {
  if (a.op !== b.op) return 0;
  return 2 + ofNames(a, b) + (a.call === b.call ? 2 : 0) + (equalShape(a, b) ? 1 : 0);
}

/** A label is meant; a number given by the order of the layers moves on with every layer before it. */
function ofNames(a: LayerSummary, b: LayerSummary): number {
  if (a.name !== b.name) return 0;
  const last = a.name.slice(a.name.lastIndexOf(".") + 1).replace(/_?\d+$/, "");
  return last === "" || last === a.op ? 1 : 3;
}

/** A table of more cells would take noticeable time and memory. */
const mostCells = 16_000_000;

function align(before: readonly LayerSummary[], after: readonly LayerSummary[]): Aligned[] {
  // Mostly the ends are equal, which leaves little to align.
  const isSame = (a: LayerSummary | undefined, b: LayerSummary | undefined) =>
    a !== undefined && b !== undefined && changeOf(a, b) === "same";
  let start = 0;
  while (isSame(before[start], after[start])) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && isSame(before.at(-1 - end), after.at(-1 - end))) end++;
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  return [
    ...before.slice(0, start).map((layer, i): Aligned => [layer, after[i]]),
    ...(a.length * b.length > mostCells ? alignByName(a, b) : alignByLikeness(a, b)),
    ...before.slice(before.length - end).map((layer, i): Aligned => [layer, after[after.length - end + i]]),
  ];
}

function alignByLikeness(a: readonly LayerSummary[], b: readonly LayerSummary[]): Aligned[] {
  const width = b.length + 1;
  // best[i * width + j]: the most likeness of what follows the i-th and j-th layer.
  const best = new Int32Array((a.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  const paired = (i: number, j: number) => {
    const [left, right] = [a[i], b[j]];
    const score = left && right ? likeness(left, right) : 0;
    return score > 0 ? score + at(i + 1, j + 1) : -1;
  };
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), paired(i, j));
  const aligned: Aligned[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && paired(i, j) === at(i, j)) aligned.push([a[i++], b[j++]]);
    else if (i < a.length && (j === b.length || at(i + 1, j) === at(i, j))) aligned.push([a[i++], undefined]);
    else aligned.push([undefined, b[j++]]);
  }
  return aligned;
}

/** For networks of many thousands of layers: pairs have one name and operator, as far as they are in one order. */
function alignByName(a: readonly LayerSummary[], b: readonly LayerSummary[]): Aligned[] {
  const places = new Map(b.map((layer, place) => [`${layer.op} ${layer.name}`, place]));
  const aligned: Aligned[] = [];
  let j = 0;
  for (const layer of a) {
    const place = places.get(`${layer.op} ${layer.name}`) ?? -1;
    if (place < j) aligned.push([layer, undefined]);
    else {
      for (; j < place; j++) aligned.push([undefined, b[j]]);
      aligned.push([layer, b[j++]]);
    }
  }
  for (; j < b.length; j++) aligned.push([undefined, b[j]]);
  return aligned;
}
