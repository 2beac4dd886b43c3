/** ONNX Runtime's profile of a session as times per layer. Knows the file's format, and nothing of sessions. */
import type { LayerReport, LayerTime } from "./protocol.ts";

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
  hostUs: number;
  gpuUs: number;
  hasGpuTime: boolean;
}

const kernelTime = "_kernel_time";

/**
 * Times of a profile of `warmups + runs` runs, without the first ones. On the GPU only the GPU's own timestamps
 * count: the time of a node on the host is that of handing work over. Undefined where the GPU gives none.
 */
export function layerTimes(
  events: readonly ProfileEvent[],
  provider: "webgpu" | "cpu",
  runs: number,
  warmups: number,
): LayerReport | undefined {
  const nodes = events.filter((e) => e.cat === "Node" && e.name.endsWith(kernelTime));
  const kernels = events.filter((e) => e.cat === "Api");
  const rows = new Map<string, Row>();
  for (const event of withoutWarmups(nodes, runs, warmups)) {
    const layer = layerOf(event.name.slice(0, -kernelTime.length));
    const row = rows.get(layer) ?? { ops: new Set(), on: "cpu", hostUs: 0, gpuUs: 0, hasGpuTime: false };
    rows.set(layer, row);
    if (event.args?.op_name) row.ops.add(event.args.op_name);
    if (isOnGpu(event)) row.on = "gpu";
    else row.hostUs += event.dur;
  }
  for (const event of withoutWarmups(kernels, runs, warmups)) {
    const row = rows.get(layerOf(event.name.split("&")[0] ?? ""));
    if (!row) continue;
    row.gpuUs += event.dur;
    row.hasGpuTime = true;
  }
  if (provider === "webgpu" && kernels.length === 0) return undefined;
  return {
    source: provider === "webgpu" ? "gpu-timestamp" : "host",
    runs,
    rows: [...rows].map(([layer, row]) => ({
      layer,
      ops: [...row.ops],
      on: row.on,
      ...(row.on === "cpu" || row.hasGpuTime ? { ms: (row.hostUs + row.gpuUs) / runs / 1000 } : {}),
    })),
  };
}

/** Layers that ran on the CPU; those that ran on both count. */
export function layersOnCpu(events: readonly ProfileEvent[]): string[] {
  const nodes = events.filter((e) => e.cat === "Node" && e.name.endsWith(kernelTime) && !isOnGpu(e));
  return [...new Set(nodes.map((e) => layerOf(e.name.slice(0, -kernelTime.length))))];
}

function isOnGpu(event: ProfileEvent): boolean {
  return event.args?.provider === "WebGpuExecutionProvider";
}

/** `norm/squares` is a part of the layer `norm`. */
function layerOf(node: string): string {
  return node.split("/")[0] ?? node;
}

/** Every run has the same events, so that of each name the first share belongs to the warm-up. */
function withoutWarmups(
  events: readonly ProfileEvent[],
  runs: number,
  warmups: number,
): readonly ProfileEvent[] {
  if (warmups === 0) return events;
  const counts = new Map<string, number>();
  for (const { name } of events) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return events.filter(({ name }) => {
    const n = seen.get(name) ?? 0;
    seen.set(name, n + 1);
    return n >= ((counts.get(name) ?? 0) * warmups) / (runs + warmups);
  });
}
