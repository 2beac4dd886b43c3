/** ONNX Runtime's profile of a session as times per layer. Knows the file's format, and nothing of sessions. */
import type { LayerReport, LayerTime, Provider, ProviderShare } from "./protocol.ts";
import { median } from "./statistics.ts";

/** An event of the profile, as far as we read it. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

interface Row {
  readonly ops: Set<string>;
  on: LayerTime["on"];
  /** Microseconds of each run: on the host for nodes of the CPU, on the GPU for its kernels. */
  readonly us: number[];
  hasGpuTime: boolean;
}

const kernelTime = "_kernel_time";

/**
 * Times of a profile of `warmups + runs` runs, the median of each layer without the warm-ups: one run that the
 * machine held up says nothing of a layer. On the GPU only the GPU's own timestamps count: the time of a node on the
 * host is that of handing work over. Undefined where the GPU gives none.
 */
export function layerTimes(
  events: readonly ProfileEvent[],
  provider: Provider,
  runs: number,
  warmups: number,
): LayerReport | undefined {
  const nodes = events.filter((e) => e.cat === "Node" && e.name.endsWith(kernelTime));
  const kernels = events.filter((e) => e.cat === "Api");
  if (provider !== "cpu" && kernels.length === 0) return undefined;
  const rows = new Map<string, Row>();
  const all = runs + warmups;
  for (const { event, run } of withRuns(nodes, all)) {
    const layer = layerOf(event.name.slice(0, -kernelTime.length));
    const row = rows.get(layer) ?? {
      ops: new Set(),
      on: "cpu",
      us: Array<number>(all).fill(0),
      hasGpuTime: false,
    };
    rows.set(layer, row);
    if (event.args?.op_name) row.ops.add(event.args.op_name);
    if (isOnGpu(event)) row.on = "gpu";
    else row.us[run] = (row.us[run] ?? 0) + event.dur;
  }
  for (const { event, run } of withRuns(kernels, all)) {
    const row = rows.get(layerOf(event.name.split("&")[0] ?? ""));
    if (!row) continue;
    row.us[run] = (row.us[run] ?? 0) + event.dur;
    row.hasGpuTime = true;
  }
  return {
    source: provider === "cpu" ? "host" : "gpu-timestamp",
    runs,
    rows: [...rows].map(([layer, row]) => ({
      layer,
      ops: [...row.ops],
      on: row.on,
      ...(row.on === "cpu" || row.hasGpuTime ? { ms: median(row.us.slice(warmups)) / 1000 } : {}),
    })),
  };
}

/** Every run has the same events in the same order: of each name the n-th share belongs to the n-th run. */
function withRuns(events: readonly ProfileEvent[], runs: number): { event: ProfileEvent; run: number }[] {
  const counts = new Map<string, number>();
  for (const { name } of events) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return events.map((event) => {
    const n = seen.get(event.name) ?? 0;
    seen.set(event.name, n + 1);
    return { event, run: Math.min(runs - 1, Math.floor((n * runs) / (counts.get(event.name) ?? 1))) };
  });
}

/** Layers that ran on the CPU; those that ran on both count. */
export function layersOnCpu(events: readonly ProfileEvent[]): string[] {
  const nodes = events.filter((e) => e.cat === "Node" && e.name.endsWith(kernelTime) && !isOnGpu(e));
  return [...new Set(nodes.map((e) => layerOf(e.name.slice(0, -kernelTime.length))))];
}

/** How many layers each provider ran a part of. */
export function layersByProvider(events: readonly ProfileEvent[]): ProviderShare[] {
  const layers = new Map<string, Set<string>>();
  for (const { cat, name, args } of events) {
    if (cat !== "Node" || !name.endsWith(kernelTime) || args?.provider === undefined) continue;
    const provider = providerNames[args.provider] ?? args.provider;
    const seen = layers.get(provider) ?? new Set();
    layers.set(provider, seen.add(layerOf(name.slice(0, -kernelTime.length))));
  }
  return [...layers].map(([provider, { size }]) => ({ provider, layers: size }));
}

const providerNames: Readonly<Record<string, Provider>> = {
  WebGpuExecutionProvider: "webgpu",
  CUDAExecutionProvider: "cuda",
  DmlExecutionProvider: "dml",
  CoreMLExecutionProvider: "coreml",
  CPUExecutionProvider: "cpu",
};

function isOnGpu(event: ProfileEvent): boolean {
  return event.args?.provider !== undefined && event.args.provider !== "CPUExecutionProvider";
}

/** `norm/squares` is a part of the layer `norm`. */
function layerOf(node: string): string {
  return node.split("/")[0] ?? node;
}
