/** A runner's report as the result of a request: layers get back the operators and lines that they came from. */
import type { Graph, GraphNode } from "../core/index.ts";
import type { LayerReport, Progress, RunReport } from "../run/protocol.ts";
import type { Place } from "./host.ts";
import type { DeviceReport, LayerTime, RunResult } from "./protocol.ts";

export interface Ran {
  readonly graph: Graph;
  readonly report: RunReport;
  readonly modelPath: string;
  readonly modelBytes: number;
  readonly placeOf: (node: GraphNode) => Place | undefined;
}

export function runResult({ graph, report, modelPath, modelBytes, placeOf }: Ran): RunResult {
  const { timing, layers } = report;
  return {
    network: graph.name,
    device: deviceReport(report),
    latencyMs: {
      first: timing.firstMs,
      median: timing.medianMs,
      p95: timing.p95Ms,
      repeats: timing.runsMs.length,
    },
    outputs: report.outputs.map(({ name, shape, checksum }) => ({ name, shape, checksum })),
    layers: layers ? layerTimes(layers, graph, placeOf) : [],
    layerTiming: layers ? sources[layers.source] : "not timed",
    modelPath,
    modelBytes,
  };
}

const sources = {
  "gpu-timestamp": "timed by the GPU itself",
  host: "timed on the CPU, around each layer",
} satisfies Record<LayerReport["source"], string>;

function deviceReport({ device, notes }: RunReport): DeviceReport {
  return {
    requested: device.requested,
    ran: device.ran,
    name: device.ran === "cpu" ? device.cpu.model : (device.adapter?.name ?? ""),
    engine: device.engine,
    notes,
  };
}

function layerTimes(report: LayerReport, graph: Graph, placeOf: Ran["placeOf"]): LayerTime[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const sum = report.rows.reduce((total, { ms }) => total + (ms ?? 0), 0);
  return report.rows.map(({ layer, ops, on, ms }) => {
    const node = nodes.get(layer);
    const place = node && placeOf(node);
    return {
      name: layer,
      op: node?.op ?? ops.join(" + "),
      line: place?.line,
      uri: place?.uri,
      ms,
      share: sum > 0 ? (ms ?? 0) / sum : 0,
      device: on,
    };
  });
}

/** What a runner is doing, in words. */
export function phaseMessage({ phase, on, done, total }: Progress): string {
  const device = on === undefined ? "" : ` on the ${on.toUpperCase()}`;
  const phases = {
    probe: "looking for a GPU",
    load: `loading the model${device}`,
    "first-run": `first run${device}`,
    runs: `running${device}`,
    layers: `timing each layer${device}`,
  } satisfies Record<Progress["phase"], string>;
  const steps = done !== undefined && total !== undefined ? `, ${done} of ${total}` : "";
  return phases[phase] + steps;
}
