/**
 * What the server needs from the machine it runs on. An entry point hands it in; a host without files or
 * processes leaves it out, and the features that need it say so.
 */
import type { FormatChoice } from "../core/backends/backend.ts";
import type { FormatId } from "../core/backends/formats.ts";
import type { FileSource, Graph, LayoutEngine } from "../core/index.ts";
import type {
  DeviceChoice,
  DeviceItem,
  ExportResult,
  GivenFile,
  ProgressParams,
  RunOptions,
  RunResponse,
} from "./protocol.ts";

export interface ServerHost {
  /** Where imported files come from; without it only what is open is seen. */
  readonly files?: FileSource;
  /** Takes texts of files that the client can read and the host can't. */
  readonly give?: (files: readonly GivenFile[]) => void;
  /** Of lwnet, told to the client. */
  readonly version?: string | undefined;
  /** Gives pictures their places. */
  readonly layout?: LayoutEngine;
  readonly exportModel?: (job: ExportJob, control: JobControl) => Promise<ExportResult>;
  readonly exportAndRun?: (job: RunJob, control: JobControl) => Promise<Omit<RunResponse, "texts">>;
  /** What networks can be run on. */
  readonly devices?: () => Promise<readonly DeviceItem[]>;
}

export interface ExportJob extends FormatChoice {
  readonly graph: Graph;
  readonly format: FormatId;
  readonly output: string;
  readonly seed: number;
}

export interface RunJob {
  readonly graph: Graph;
  readonly folder: string;
  readonly seed: number;
  readonly options: RunOptions & { readonly device: DeviceChoice; readonly repeats: number };
  /** One-based line of a node's layer, for the layer table. */
  readonly lineOf: (node: Graph["nodes"][number]) => number | undefined;
}

export interface JobControl {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Omit<ProgressParams, "id">) => void;
}
