/**
 * A runner's report with each layer's operator, line and cost put back: what the command line prints as JSON, and what
 * an editor shows and keeps. Plain data; fields that may be absent are those that a run can't always tell.
 */
import { layerWork, networkWork, type RunSizes } from "../core/cost/work.ts";
import type { Graph, GraphNode } from "../core/index.ts";
import type {
  Ceilings,
  Device,
  FellBack,
  InputKind,
  LayerReport,
  Prediction,
  Provider,
  ProviderShare,
  RunPrecision,
  RunReport,
} from "../run/protocol.ts";

export interface RunResult {
  readonly network: string;
  /** Name of the text's file, without its folder. */
  readonly file?: string;
  /** ISO 8601. */
  readonly ranAt: string;
  readonly batch: number;
  readonly precision: RunPrecision;
  readonly input: { readonly kind: InputKind; readonly name?: string };
  readonly device: DeviceSummary;
  readonly latencyMs: Latency;
  /** The network's FLOPs, and the bytes that its layers read and write one by one, over the median. */
  readonly achieved?: Ceilings;
  /** The most that this device did in a short run of its own. */
  readonly ceilings?: Ceilings;
  /** Likeliest first, of the first image of the batch. */
  readonly predictions?: readonly Prediction[];
  readonly outputs: readonly OutputSummary[];
  readonly layers: readonly LayerTime[];
  /** How the layers' times were taken, or that there are none. */
  readonly layerTiming: string;
  readonly layersSumMs?: number;
  /** The median of whole runs that were made like those in which layers were timed, without the layers' sum. */
  readonly overheadMs?: number;
  readonly modelBytes: number;
}

/** Where the model really ran, which need not be where it was asked to. */
export interface DeviceSummary {
  readonly requested: Device;
  /** `gpu-software`: a GPU interface that a processor emulates. `mixed`: some layers on the CPU. */
  readonly ran: RunReport["device"]["ran"];
  /** As its driver names it: `AMD EPYC 7763`. Empty where it is not known. */
  readonly name: string;
  readonly vendor?: string;
  readonly driver?: string;
  /** A processor does the work of a GPU. */
  readonly software: boolean;
  /** `onnxruntime-node 1.30.0`. */
  readonly engine: string;
  /** What the engine was told to run on. */
  readonly provider: Provider;
  /** What layers really ran on, as the engine's own record of the run tells; empty where it keeps none. */
  readonly providers: readonly ProviderShare[];
  readonly fellBack: readonly FellBack[];
  /** What the user should know, such as why the GPU was not used. */
  readonly notes: readonly string[];
}

export interface Latency {
  /** The first run, with everything that is compiled or allocated then. */
  readonly first: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  /** How many runs all but `first` are of. */
  readonly repeats: number;
  /** Each of them, in the order in which they were made. */
  readonly samples: readonly number[];
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
  // What it does in one run, of the whole batch; absent of what the engine put in, and where a size is not known.
  readonly macs?: number;
  readonly flops?: number;
  readonly params?: number;
  /** That it reads and writes at least: inputs, weights and output, once. */
  readonly bytes?: number;
  /** With the batch. */
  readonly outputShape?: readonly number[];
}

export interface Ran {
  readonly graph: Graph;
  readonly report: RunReport;
  readonly modelBytes: number;
  /** One-based line of a layer. */
  readonly lineOf: (node: GraphNode) => number | undefined;
  readonly precision?: RunPrecision;
  /** Of dimensions that the network knows by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** When it was done; now, unless told. */
  readonly ranAt?: Date;
}

export function runResult(ran: Ran): RunResult {
  const { graph, report, modelBytes, precision = "fp32", ranAt = new Date() } = ran;
  const { timing, layers, device, input, notes } = report;
  const run = { batch: timing.batch, ...(ran.sizes ? { sizes: ran.sizes } : {}), ...widths[precision] };
  const layerTimes = layers ? timesOf(layers, ran, run) : [];
  const sum = layerTimes.reduce((total, { ms }) => total + (ms ?? 0), 0);
  return {
    network: graph.name,
    ...(graph.source ? { file: graph.source.file } : {}),
    ranAt: ranAt.toISOString(),
    batch: timing.batch,
    precision,
    input,
    device: {
      requested: device.requested,
      ran: device.ran,
      ...(device.ran === "cpu"
        ? { name: device.cpu.model, software: false }
        : {
            name: device.adapter?.name ?? "",
            ...(device.adapter?.vendor ? { vendor: device.adapter.vendor } : {}),
            ...(device.adapter?.driver ? { driver: device.adapter.driver } : {}),
            software: device.adapter?.software ?? false,
          }),
      engine: device.engine,
      provider: device.provider,
      providers: device.providers,
      fellBack: device.fellBack,
      notes,
    },
    latencyMs: {
      first: timing.firstMs,
      median: timing.medianMs,
      p95: timing.p95Ms,
      min: Math.min(...timing.runsMs),
      max: Math.max(...timing.runsMs),
      repeats: timing.runsMs.length,
      samples: timing.runsMs,
    },
    ...achieved(graph, run, timing.medianMs),
    ...(report.ceilings ? { ceilings: raised(report.ceilings, achieved(graph, run, timing.medianMs)) } : {}),
    ...(report.predictions ? { predictions: report.predictions } : {}),
    outputs: report.outputs.map(({ name, shape, checksum }) => ({ name, shape, checksum })),
    layers: layerTimes,
    layerTiming: layers ? sources[layers.source] : "not timed",
    ...(layers ? { layersSumMs: sum, ...overhead(layers, sum) } : {}),
    modelBytes,
  };
}

/** Bytes of a number in memory, between layers and of a weight. */
const widths = {
  fp32: { tensorBytes: 4, weightBytes: 4 },
  fp16: { tensorBytes: 2, weightBytes: 2 },
  "int8-weights": { tensorBytes: 4, weightBytes: 1 },
  int8: { tensorBytes: 1, weightBytes: 1 },
} satisfies Record<RunPrecision, Pick<RunSizes, "tensorBytes" | "weightBytes">>;

/** Layers are timed in a run of their own, unoptimised: their sum is not the latency. */
const sources = {
  "gpu-timestamp": "timed by the GPU one by one, without fusing them: their sum is not the latency",
  host: "timed one by one, without fusing them: their sum is not the latency",
} satisfies Record<LayerReport["source"], string>;

function achieved(graph: Graph, run: RunSizes, ms: number): Pick<RunResult, "achieved"> {
  const { flops, bytes } = networkWork(graph, run);
  if (flops === undefined || bytes === undefined || !(ms > 0)) return {};
  return { achieved: { gflops: flops / ms / 1e6, gbps: bytes / ms / 1e6 } };
}

/** They were taken in other moments: what the network itself computed was possible. */
function raised({ gflops, gbps }: Ceilings, { achieved: done }: Pick<RunResult, "achieved">): Ceilings {
  return { gflops: Math.max(gflops, done?.gflops ?? 0), gbps };
}

function overhead({ runMs }: LayerReport, sum: number): Pick<RunResult, "overheadMs"> {
  return runMs === undefined ? {} : { overheadMs: Math.max(0, runMs - sum) };
}

function timesOf(report: LayerReport, { graph, lineOf }: Ran, run: RunSizes): LayerTime[] {
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
      ...(node ? known(layerWork(node, run)) : {}),
    };
  });
}

/** Without the fields that are undefined. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
