/**
 * The workspace: texts in, analyses out. It holds the newest version of each open file, reads those that are imported
 * from where its host says, and makes an analysis at most once for a version. Knows no disk, timers or protocol.
 */
import type { FileId } from "../../../grammar/ast.ts";
import { parse, type SourceFile } from "../../../grammar/parse.ts";
import { analyzeFile, type FileAnalysis } from "./analysis.ts";
import { createMemo, type Memo } from "./elaborate/elaborator.ts";
import { stdScheme } from "./sema/imports.ts";
import { stdFiles, stdText } from "./std.ts";

/** Where files that are not open come from. */
export interface FileSource {
  /** The text of a file; undefined when there is none. */
  read(id: FileId): string | undefined;
  /** Names of the files in a folder; empty when there is no such folder. */
  list(folder: FileId): readonly string[];
}

/** A source without files: only what is open, and what ships with the product. */
export const noFiles: FileSource = { read: () => undefined, list: () => [] };

/** All files of one moment. */
export interface Analysis {
  file(id: FileId): SourceFile | undefined;
  /** The analysis of one file, made when first asked for. */
  of(id: FileId): FileAnalysis | undefined;
  /** The analysis as it would be with another text in one file: for trying a fix before offering it. */
  withText(id: FileId, text: string): Analysis;
}

export class Workspace {
  readonly #open = new Map<FileId, SourceFile>();
  /** Files read from the source, or found missing there. */
  readonly #read = new Map<FileId, SourceFile | undefined>();
  readonly #memo = createMemo();
  readonly #source: FileSource;
  #analysis: Analysis | undefined;

  constructor(source: FileSource = noFiles) {
    this.#source = source;
  }

  /** Opens a file or gives an open one a new text. */
  setFile(id: FileId, text: string): void {
    const previous = this.#open.get(id) ?? this.#read.get(id);
    if (this.#open.has(id) && previous?.text === text) return;
    this.#open.set(id, parse(id, text, previous));
    this.#analysis = undefined;
  }

  /** Closes a file: what it holds comes from the source again. */
  removeFile(id: FileId): void {
    this.#open.delete(id);
    this.fileChanged(id);
  }

  /** A file changed, came or went in the source. */
  fileChanged(id: FileId): void {
    this.#read.delete(id);
    this.#analysis = undefined;
  }

  analysis(): Analysis {
    this.#analysis ??= createAnalysis(
      new Map(this.#open),
      (id) => this.#readFile(id),
      this.#source,
      this.#memo,
    );
    return this.#analysis;
  }

  #readFile(id: FileId): SourceFile | undefined {
    if (this.#read.has(id)) return this.#read.get(id);
    const text = id.startsWith(stdScheme) ? stdText(id.slice(stdScheme.length + 1)) : this.#source.read(id);
    const file = text === undefined ? undefined : parse(id, text);
    this.#read.set(id, file);
    return file;
  }
}

function createAnalysis(
  open: ReadonlyMap<FileId, SourceFile>,
  readFile: (id: FileId) => SourceFile | undefined,
  source: FileSource,
  memo: Memo,
): Analysis {
  const analyses = new Map<FileId, FileAnalysis>();
  const file = (id: FileId) => open.get(id) ?? readFile(id);
  const list = (folder: FileId) => {
    if (folder.startsWith(stdScheme)) return stdFiles;
    const names = [...open.keys()]
      .filter((id) => id.startsWith(`${folder}/`))
      .map((id) => id.slice(folder.length + 1));
    return [...new Set([...names, ...source.list(folder)])];
  };
  return {
    file,
    of(id) {
      const text = file(id);
      if (!text) return undefined;
      const analysis = analyses.get(id) ?? analyzeFile(text, { file, list }, memo);
      analyses.set(id, analysis);
      return analysis;
    },
    withText: (id, text) =>
      createAnalysis(new Map(open).set(id, parse(id, text, file(id))), readFile, source, memo),
  };
}
