/**
 * What the server needs from the machine it runs on. An entry point hands it in; a host without files or
 * processes leaves it out, and the features that need it say so.
 */
import type { Graph } from "../core/index.ts";
import type { DeviceChoice, ExportResult, ProgressParams, RunResult } from "./protocol.ts";

export interface ServerHost {
  readonly exportModel?: (job: ExportJob, control: JobControl) => Promise<ExportResult>;
  readonly exportAndRun?: (job: RunJob, control: JobControl) => Promise<RunResult>;
}

export interface ExportJob {
  readonly graph: Graph;
  readonly output: string;
  readonly seed: number;
}

export interface RunJob {
  readonly graph: Graph;
  readonly folder: string;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly repeats: number;
  /** Where a node's layer stands in the text, for the layer table. */
  readonly placeOf: (node: Graph["nodes"][number]) => Place | undefined;
}

export interface Place {
  readonly uri: string;
  /** Zero-based. */
  readonly line: number;
}

export interface JobControl {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Omit<ProgressParams, "id">) => void;
}
