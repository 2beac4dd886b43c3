/** A runner's report with each layer's operator and line put back: what the command line prints as JSON. */
import type { Graph, GraphNode } from "../core/index.ts";
import type { Device, LayerReport, RunReport } from "../run/protocol.ts";

export interface RunResult {
  readonly network: string;
  readonly device: DeviceSummary;
  readonly latencyMs: Latency;
  readonly outputs: readonly OutputSummary[];
  readonly layers: readonly LayerTime[];
  /** How the layers' times were taken, or that there are none. */
  readonly layerTiming: string;
  readonly modelBytes: number;
}

/** Where the model really ran, which need not be where it was asked to. */
export interface DeviceSummary {
  readonly requested: Device;
  /** `gpu-software`: a GPU interface that a processor emulates. `mixed`: some layers on the CPU. */
  readonly ran: RunReport["device"]["ran"];
  /** As its driver names it: `AMD EPYC 7763`. Empty where it is not known. */
  readonly name: string;
  /** `onnxruntime-node 1.30.0`. */
  readonly engine: string;
  /** What the user should know, such as why the GPU was not used. */
  readonly notes: readonly string[];
}

export interface Latency {
  /** The first run, with everything that is compiled or allocated then. */
  readonly first: number;
  readonly median: number;
  readonly p95: number;
  /** How many runs `median` and `p95` are of. */
  readonly repeats: number;
}

export interface OutputSummary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly checksum: string;
}

export interface LayerTime {
  readonly name: string;
  readonly op: string;
  /** One-based; undefined when the layer has no place of its own. */
  readonly line: number | undefined;
  /** Undefined where nothing was measured, as of a layer that moves no data. */
  readonly ms: number | undefined;
  /** Of the sum over all layers, from 0 to 1. */
  readonly share: number;
  /** Where this layer ran. */
  readonly device: "gpu" | "cpu";
}

export interface Ran {
  readonly graph: Graph;
  readonly report: RunReport;
  readonly modelBytes: number;
  /** One-based line of a layer. */
  readonly lineOf: (node: GraphNode) => number | undefined;
}

export function runResult({ graph, report, modelBytes, lineOf }: Ran): RunResult {
  const { timing, layers, device, notes } = report;
  return {
    network: graph.name,
    device: {
      requested: device.requested,
      ran: device.ran,
      name: device.ran === "cpu" ? device.cpu.model : (device.adapter?.name ?? ""),
      engine: device.engine,
      notes,
    },
    latencyMs: {
      first: timing.firstMs,
      median: timing.medianMs,
      p95: timing.p95Ms,
      repeats: timing.runsMs.length,
    },
    outputs: report.outputs.map(({ name, shape, checksum }) => ({ name, shape, checksum })),
    layers: layers ? layerTimes(layers, graph, lineOf) : [],
    layerTiming: layers ? sources[layers.source] : "not timed",
    modelBytes,
  };
}

/** Layers are timed in a run of their own, unoptimised: their sum is not the latency. */
const sources = {
  "gpu-timestamp": "timed by the GPU one by one, without fusing them: their sum is not the latency",
  host: "timed one by one, without fusing them: their sum is not the latency",
} satisfies Record<LayerReport["source"], string>;

function layerTimes(report: LayerReport, graph: Graph, lineOf: Ran["lineOf"]): LayerTime[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const sum = report.rows.reduce((total, { ms }) => total + (ms ?? 0), 0);
  return report.rows.map(({ layer, ops, on, ms }) => {
    const node = nodes.get(layer);
    return {
      name: layer,
      op: node?.op ?? ops.join(" + "),
      line: node && lineOf(node),
      ms,
      share: sum > 0 ? (ms ?? 0) / sum : 0,
      device: on,
    };
  });
}
