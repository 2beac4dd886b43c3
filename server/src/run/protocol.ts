/**
 * What a run asks for and what comes of it, and the messages between the parent and its child processes. Plain
 * data: the language server and the command line hand it on as it is.
 */

/** What computes: an interface to GPUs, or a processor. */
export const providers = ["webgpu", "cuda", "dml", "coreml", "cpu", "wasm"] as const;

export type Provider = (typeof providers)[number];

/** Whether it is an interface to GPUs, of hardware or emulated. */
export function onGpu(provider: Provider): boolean {
  return provider !== "cpu" && provider !== "wasm";
}

/**
 * `auto` takes a hardware GPU if there is one, else the CPU, and says so; `gpu` fails without one. A provider by its name
 * is taken, or the run fails.
 */
export const devices = ["auto", "gpu", ...providers] as const;

export type Device = (typeof devices)[number];

export const engines = ["onnxruntime", "tfjs"] as const;

/** What runs the model: an ONNX file, or a TensorFlow.js model. */
export type EngineName = (typeof engines)[number];

export const inputKinds = ["random", "zeros", "image", "npy"] as const;

export type InputKind = (typeof inputKinds)[number];

/** The one input of a network is taken from a file; several are made up. */
export type RunInput =
  | { readonly kind: "random" }
  | { readonly kind: "zeros" }
  | { readonly kind: "npy"; readonly path: string }
  | {
      readonly kind: "image";
      readonly path: string;
      /** Taken from each channel between 0 and 1, then divided by; those of ImageNet unless given. */
      readonly mean?: readonly number[];
      readonly std?: readonly number[];
    };

/** What goes into a network and comes out of it, channels first. */
export interface ModelSignature {
  readonly inputs: readonly {
    readonly name: string;
    /** Without the batch; a size that is known by name is a string. */
    readonly shape: readonly (number | string)[];
  }[];
  /** Names, in the order of the model's own. */
  readonly outputs: readonly string[];
}

/** How to read an output as classes. */
export interface Classification {
  readonly output: string;
  readonly values: "logits" | "probabilities" | "log-probabilities";
  readonly labels?: readonly string[];
}

/** What a model is stored and computed in. */
export const runPrecisions = ["fp32", "fp16", "int8-weights", "int8"] as const;

export type RunPrecision = (typeof runPrecisions)[number];

export interface RunJob {
  readonly modelPath: string;
  /** Default `onnxruntime`. */
  readonly engine?: EngineName;
  /** Default `auto`. */
  readonly device?: Device;
  /** Timed runs that are wanted; fewer if they would take longer than the budget. Default 20. */
  readonly runs?: number;
  /** Runs after the first that are not timed; one, unless the network is slow. */
  readonly warmup?: number;
  /** Milliseconds that timed runs may take together; one is always made. Default 10 000. */
  readonly budgetMs?: number;
  /** Whether to time each layer too, in a session of its own. */
  readonly perLayer?: boolean;
  /** Default 1, or what a file of input holds. */
  readonly batch?: number;
  /** Sizes of dimensions that the network knows by name: `{ H: 224 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Default random. */
  readonly input?: RunInput;
  /** Of the random input. Default 0. */
  readonly seed?: number;
  readonly classify?: Classification;
  /** For `tfjs`, whose files forget it. */
  readonly signature?: ModelSignature;
  /** `.npy` files to take input from instead, one after another; what is told of outputs is over all of them. */
  readonly samples?: readonly string[];
}

export type Outcome = RunReport | RunFailure;

export interface RunFailure {
  readonly ok: false;
  readonly reason:
    | "cancelled"
    | "timeout"
    | "crashed"
    /** A GPU, or a provider by its name, was asked for, and there is none. */
    | "no-gpu"
    /** The engine is not there for this platform. */
    | "no-runtime"
    | "bad-model"
    | "bad-job";
  /** Says what happened and what to do. */
  readonly message: string;
}

export interface RunReport {
  readonly ok: true;
  readonly device: DeviceReport;
  readonly timing: Timing;
  readonly outputs: readonly OutputReport[];
  readonly input: { readonly kind: InputKind; readonly name?: string };
  readonly layers?: LayerReport;
  readonly ceilings?: Ceilings;
  readonly predictions?: readonly Prediction[];
  /** What the user should know: why it fell back, what the times leave out. Full sentences. */
  readonly notes: readonly string[];
}

export interface DeviceReport {
  readonly requested: Device;
  /** `mixed`: some layers ran on the CPU. `gpu-software`: a GPU driver that computes on the CPU. */
  readonly ran: "gpu" | "gpu-software" | "mixed" | "cpu";
  /** As its driver names it. Absent where it is not known. */
  readonly adapter?: Adapter;
  readonly cpu: { readonly model: string; readonly threads: number };
  /** Layers that ran on the CPU in a `mixed` run. */
  readonly cpuLayers: readonly string[];
  /** `onnxruntime-node 1.30.0`. */
  readonly engine: string;
  /** What the engine was told to run on. */
  readonly provider: Provider;
  /** What layers really ran on, by the engine's record of the run; empty where it keeps none. */
  readonly providers: readonly ProviderShare[];
  readonly fellBack: readonly FellBack[];
}

export interface ProviderShare {
  readonly provider: string;
  readonly layers: number;
}

/** What did not run where it was wanted: some layers, or all where none is named. */
export interface FellBack {
  readonly layers: readonly string[];
  readonly why: string;
  readonly fix: string;
}

/** Arithmetic and memory traffic, in 10⁹ a second. */
export interface Ceilings {
  readonly gflops: number;
  readonly gbps: number;
}

export interface Prediction {
  readonly index: number;
  readonly label?: string;
  /** From 0 to 1. */
  readonly probability: number;
}

export interface Adapter {
  /** One line for people: `NVIDIA GeForce RTX 4070 (nvidia, lovelace)`. */
  readonly name: string;
  /** `nvidia`. */
  readonly vendor?: string;
  /** As it describes itself, with its version where it tells one. */
  readonly driver?: string;
  readonly software: boolean;
  /** Whether it can time its own work. */
  readonly timestamps: boolean;
}

export interface Timing {
  readonly loadMs: number;
  /** The first run, apart: it compiles kernels and fills caches. */
  readonly firstMs: number;
  /** Each timed run, from handing over the input to having the output. */
  readonly runsMs: readonly number[];
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly batch: number;
}

export interface OutputReport {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the finite values. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** How many are infinite or not a number. */
  readonly nonFinite: number;
  /** FNV-1a (32 bits) over the float32 bytes: equal for equal outputs on one device; devices round differently. */
  readonly checksum: string;
}

export interface LayerReport {
  /** `gpu-timestamp`: measured by the GPU itself. `host`: on the CPU, around each layer. */
  readonly source: "gpu-timestamp" | "host";
  readonly runs: number;
  /** Median of these runs as a whole, with what lies between layers. */
  readonly runMs?: number;
  /** In the order in which they ran. */
  readonly rows: readonly LayerTime[];
}

export interface LayerTime {
  /** The layer's name; of a node that the runtime put in, its own. */
  readonly layer: string;
  /** ONNX operators that it consists of. */
  readonly ops: readonly string[];
  readonly on: "gpu" | "cpu";
  /** Median of the runs; absent where the GPU did nothing for it, as for a flatten. */
  readonly ms?: number;
}

export type Phase = "probe" | "load" | "first-run" | "runs" | "layers";

export interface Progress {
  readonly phase: Phase;
  readonly on?: "gpu" | "cpu";
  readonly done?: number;
  readonly total?: number;
}

// ── between the processes ────────────────────────────────────────────────────────────────────────

/** To the runner: one job on one provider. */
export interface RunnerRequest {
  readonly job: RunJob;
  readonly provider: Provider;
  /** When the child is going to be ended, in milliseconds from its start. */
  readonly timeoutMs: number;
}

/** From a child. */
export type ChildMessage<Reply> =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "reply"; readonly reply: Reply };

export type RunnerReply = RunnerDone | RunnerFailed;

export interface RunnerDone {
  readonly ok: true;
  readonly provider: Provider;
  /** Whether the engine gave some layers to the CPU. */
  readonly mixed: boolean;
  readonly cpuLayers: readonly string[];
  readonly providers: readonly ProviderShare[];
  readonly engine: string;
  readonly timing: Omit<Timing, "medianMs" | "p95Ms">;
  readonly outputs: readonly OutputReport[];
  readonly layers?: LayerReport;
  readonly predictions?: readonly Prediction[];
  readonly notes: readonly string[];
}

export interface RunnerFailed {
  readonly ok: false;
  readonly reason: /** The engine could use a GPU, but there is none. */
    | "no-adapter"
    /** The engine has no such provider here. */
    | "no-provider"
    | "no-runtime"
    | "bad-model"
    | "bad-job";
  readonly message: string;
}

/** From the probe: the adapter, none, or unknown because there is nothing to ask. */
export type ProbeReply =
  | { readonly kind: "adapter"; readonly adapter: Adapter }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly why: string };
