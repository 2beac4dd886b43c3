/** What the report works out of a run: predictions, sums of blocks, the histogram, differences. Pure; no page. */
import type { RunResult } from "../../../server/src/lsp/protocol.ts";

type Layer = RunResult["layers"][number];
type Ceilings = NonNullable<RunResult["ceilings"]>;

export interface Row {
  readonly name: string;
  readonly op: string;
  readonly line: number | undefined;
  readonly device: Layer["device"];
  readonly ms: number | undefined;
  readonly share: number;
  readonly macs: number | undefined;
  readonly params: number | undefined;
  readonly bytes: number | undefined;
  /** FLOPs a byte. */
  readonly intensity: number | undefined;
  readonly gflops: number | undefined;
  readonly bound: "memory" | "compute" | undefined;
  /** What the ceilings allow at best. */
  readonly predictedMs: number | undefined;
  /** Measured over predicted. */
  readonly ratio: number | undefined;
  /** Of the run that it is compared with. */
  readonly beforeMs: number | undefined;
  readonly deltaMs: number | undefined;
}

export function rowsOf({ layers, ceilings }: RunResult, against?: RunResult): Row[] {
  const before = new Map(against?.layers.map((layer) => [layer.name, layer.ms]));
  return layers.map((layer): Row => {
    const { name, op, line, device, ms, share, macs, params, bytes, flops } = layer;
    const prediction = ceilings && predict(layer, ceilings);
    const beforeMs = before.get(name);
    const known = ms !== undefined && ms > 0;
    return {
      name,
      op,
      line,
      device,
      ms,
      share,
      macs,
      params,
      bytes,
      intensity: flops !== undefined && bytes ? flops / bytes : undefined,
      gflops: known && flops ? flops / ms / 1e6 : undefined,
      bound: prediction?.bound,
      predictedMs: prediction?.ms,
      ratio: known && prediction && prediction.ms > 0 ? ms / prediction.ms : undefined,
      beforeMs,
      deltaMs: ms !== undefined && beforeMs !== undefined ? ms - beforeMs : undefined,
    };
  });
}

function predict(
  { flops, bytes }: Layer,
  ceilings: Ceilings,
): { ms: number; bound: "memory" | "compute" } | undefined {
  if (flops === undefined || bytes === undefined || (flops === 0 && bytes === 0)) return undefined;
  const computing = flops / ceilings.gflops / 1e6;
  const moving = bytes / ceilings.gbps / 1e6;
  return computing >= moving ? { ms: computing, bound: "compute" } : { ms: moving, bound: "memory" };
}

export type SortKey =
  | "name"
  | "op"
  | "line"
  | "ms"
  | "share"
  | "macs"
  | "params"
  | "bytes"
  | "predictedMs"
  | "ratio"
  | "deltaMs";

export interface Sorting {
  readonly key: SortKey | undefined;
  readonly descending: boolean;
}

/** Rows without a value come last, whichever way the others go. */
export function sortRows(rows: readonly Row[], { key, descending }: Sorting): readonly Row[] {
  if (key === undefined) return rows;
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    const order = typeof x === "string" ? collator.compare(x, String(y)) : x - Number(y);
    return order * sign;
  });
}

/** `layer1.2` before `layer1.10`. */
const collator = new Intl.Collator("en", { numeric: true });

/** Rows whose name or operator holds each of the words. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows.filter(({ name, op }) => words.every((word) => `${name} ${op}`.toLowerCase().includes(word)));
}

/** A block, or another scope that layers are named in, with what is inside it. */
export interface Block {
  readonly name: string;
  /** Its last part. */
  readonly label: string;
  readonly depth: number;
  readonly layers: number;
  readonly ms: number;
  readonly share: number;
  readonly macs: number;
  readonly params: number;
  readonly beforeMs: number | undefined;
  readonly parent: string | undefined;
  readonly leaf: boolean;
}

/** Blocks in the order of execution, each before those inside it. */
export function blocksOf(rows: readonly Row[]): Block[] {
  const blocks = new Map<string, { -readonly [K in keyof Block]: Block[K] }>();
  const children = new Map<string, string[]>();
  const top: string[] = [];
  for (const row of rows) {
    const parts = row.name.split(".");
    for (let depth = 0; depth < parts.length - 1; depth++) {
      const name = parts.slice(0, depth + 1).join(".");
      let block = blocks.get(name);
      if (!block) {
        const parent = depth === 0 ? undefined : parts.slice(0, depth).join(".");
        const sums = { layers: 0, ms: 0, share: 0, macs: 0, params: 0, beforeMs: undefined };
        block = { name, label: parts[depth] ?? "", depth, ...sums, parent, leaf: true };
        blocks.set(name, block);
        (parent === undefined ? top : (children.get(parent) ?? [])).push(name);
        children.set(name, []);
        const outer = parent === undefined ? undefined : blocks.get(parent);
        if (outer) outer.leaf = false;
      }
      block.layers++;
      block.ms += row.ms ?? 0;
      block.share += row.share;
      block.macs += row.macs ?? 0;
      block.params += row.params ?? 0;
      if (row.beforeMs !== undefined) block.beforeMs = (block.beforeMs ?? 0) + row.beforeMs;
    }
  }
  const inOrder = (names: readonly string[]): Block[] =>
    names.flatMap((name) => [
      ...(blocks.get(name) ? [blocks.get(name)!] : []),
      ...inOrder(children.get(name) ?? []),
    ]);
  return inOrder(top);
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** As many bins as the root of the number of samples asks for. */
export function histogram(samples: readonly number[]): Bin[] {
  if (samples.length === 0) return [];
  const [least, most] = [Math.min(...samples), Math.max(...samples)];
  const count = most === least ? 1 : Math.min(24, Math.max(5, Math.ceil(Math.sqrt(samples.length) * 1.5)));
  const width = (most - least) / count;
  const counts = Array<number>(count).fill(0);
  for (const sample of samples) {
    const bin = width === 0 ? 0 : Math.min(count - 1, Math.floor((sample - least) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((n, i) => ({ from: least + i * width, to: least + (i + 1) * width, count: n }));
}
