/** What every back end gives: files whose sizes are known and whose bytes are made as they are read. */
import type { Origin } from "../ir/graph.ts";

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
  | { readonly ok: true; readonly files: readonly ArtifactFile[] }
  | { readonly ok: false; readonly problems: readonly ExportProblem[] };
