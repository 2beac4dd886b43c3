/** What every back end takes and gives: a graph, and files whose bytes are made as they are read. */
import type { Graph, Origin } from "../ir/graph.ts";
import type { WeightOptions } from "../weights/weights.ts";
import type { OnnxOptions } from "./onnx/options.ts";
import type { PytorchOptions } from "./pytorch/options.ts";
import type { TfjsOptions } from "./tfjs/options.ts";

/** A format that networks are exported to. */
export interface Format {
  /** As people call it. */
  readonly title: string;
  /** Of the file to open, with the dot. */
  readonly extension: string;
  /** What one does with it, in half a line. */
  readonly description: string;
  readonly write: (graph: Graph, options: FormatOptions) => ExportResult;
  /** Other ways of writing it, which pickers list as formats of their own. */
  readonly variants?: readonly Variant[];
}

export interface Variant {
  readonly title: string;
  readonly description: string;
  readonly options: FormatChoice;
}

/** What one may choose of each format. */
export interface FormatChoice {
  readonly onnx?: OnnxOptions;
  readonly tfjs?: TfjsOptions;
  readonly pytorch?: PytorchOptions;
}

export interface FormatOptions extends WeightOptions, FormatChoice {
  /** Name of the file to open, without a folder; files beside it are named after it. */
  readonly fileName: string;
  /** Version of lwnet, for the file's metadata. */
  readonly version: string;
}

/** A file to be; `chunks` starts from its beginning at each call, and a chunk is valid until the next. */
export interface ArtifactFile {
  /** Without a folder. */
  readonly name: string;
  readonly size: number;
  chunks(): Iterable<Uint8Array>;
}

/** Why a layer can't be written in this format. */
export interface ExportProblem {
  /** The layer's name; absent where it is the network as a whole. */
  readonly node?: string;
  readonly origin?: Origin;
  readonly message: string;
}

/** The last of the files is the one to open; those before are its parts. */
export type ExportResult =
  | {
      readonly ok: true;
      readonly files: readonly ArtifactFile[];
      /** What the user should know of the values, as far as they have been read. Full sentences. */
      readonly notes?: () => readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ExportProblem[] };
