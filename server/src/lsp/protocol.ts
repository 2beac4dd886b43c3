/**
 * What the server offers beyond the language-server protocol, as types only: the client imports them without
 * any code. Listing networks, exporting one, running one.
 */

/** Custom requests by method. */
export interface CustomRequests {
  "lwnet/networks": { readonly params: NetworksParams; readonly result: readonly NetworkItem[] };
  "lwnet/export": { readonly params: ExportParams; readonly result: ExportResult };
  "lwnet/exportAndRun": { readonly params: RunParams; readonly result: RunResult };
}

/** Custom notifications, from server to client, by method. */
export interface CustomNotifications {
  "lwnet/progress": ProgressParams;
}

export interface NetworksParams {
  readonly uri: string;
}

export interface NetworkItem {
  readonly name: string;
  /** Zero-based line of its declaration. */
  readonly line: number;
  /** Why it can't be exported, such as a parameter without a default. */
  readonly problem: string | undefined;
}

export type ExportFormat = "onnx";

export interface ExportParams {
  readonly uri: string;
  readonly network: string;
  readonly format: ExportFormat;
  /** File-system path of the file to write. */
  readonly output: string;
  /** Of the random weights. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Names this request's `lwnet/progress` notifications; without it there are none. */
  readonly progress?: string;
}

export interface ExportResult {
  readonly network: string;
  readonly path: string;
  /** Of all files written. */
  readonly bytes: number;
  /** Trainable parameters. */
  readonly params: number;
}

/** `auto` takes the GPU where there is one; `gpu` fails rather than fall back. */
export type DeviceChoice = "auto" | "gpu" | "cpu";

export interface RunParams {
  readonly uri: string;
  readonly network: string;
  /** Where the model's file goes. */
  readonly folder: string;
  /** The settings `lwnet.run.device` and `lwnet.run.repeats` unless given. */
  readonly device?: DeviceChoice;
  readonly repeats?: number;
  readonly seed?: number;
  readonly progress?: string;
}

/** Where the model really ran, which need not be where it was asked to. */
export interface DeviceReport {
  readonly requested: DeviceChoice;
  /** `gpu-software`: a GPU interface that a processor emulates. `mixed`: some layers on the CPU. */
  readonly ran: "gpu" | "gpu-software" | "mixed" | "cpu";
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
  /** Zero-based, in the file `uri`; undefined when the layer has no place of its own. */
  readonly line: number | undefined;
  readonly uri: string | undefined;
  /** Undefined where nothing was measured, as of a layer that moves no data. */
  readonly ms: number | undefined;
  /** Of the sum over all layers, from 0 to 1. */
  readonly share: number;
  /** Where this layer ran. */
  readonly device: "gpu" | "cpu";
}

export interface RunResult {
  readonly network: string;
  readonly device: DeviceReport;
  readonly latencyMs: Latency;
  readonly outputs: readonly OutputSummary[];
  readonly layers: readonly LayerTime[];
  /** How the layers' times were taken, or that there are none. */
  readonly layerTiming: string;
  readonly modelPath: string;
  readonly modelBytes: number;
}

export interface ProgressParams {
  /** The request's `progress`. */
  readonly id: string;
  readonly message: string;
  /** From 0 to 1, where the server knows. */
  readonly fraction: number | undefined;
}
