/**
 * The workspace: texts in, analyses out. It holds the newest version of each file; an analysis is immutable and is
 * made at most once for a version. Knows no files, timers or protocol.
 */
import type { FileId } from "../../../grammar/ast.ts";
import { parse, type SourceFile } from "../../../grammar/parse.ts";
import { analyzeFile, type FileAnalysis } from "./analysis.ts";
import { createMemo, type Memo } from "./elaborate/elaborator.ts";

/** All files of one moment. */
export interface Analysis {
  file(id: FileId): SourceFile | undefined;
  /** The analysis of one file, made when first asked for. */
  of(id: FileId): FileAnalysis | undefined;
  /** The analysis as it would be with another text in one file: for trying a fix before offering it. */
  withText(id: FileId, text: string): Analysis;
}

export class Workspace {
  readonly #files = new Map<FileId, SourceFile>();
  readonly #memo = createMemo();
  #analysis: Analysis | undefined;

  setFile(id: FileId, text: string): void {
    const previous = this.#files.get(id);
    if (previous?.text === text) return;
    this.#files.set(id, parse(id, text, previous));
    this.#analysis = undefined;
  }

  removeFile(id: FileId): void {
    if (this.#files.delete(id)) this.#analysis = undefined;
  }

  analysis(): Analysis {
    this.#analysis ??= createAnalysis(new Map(this.#files), this.#memo);
    return this.#analysis;
  }
}

function createAnalysis(files: ReadonlyMap<FileId, SourceFile>, memo: Memo): Analysis {
  const analyses = new Map<FileId, FileAnalysis>();
  return {
    file: (id) => files.get(id),
    of(id) {
      const source = files.get(id);
      if (!source) return undefined;
      let analysis = analyses.get(id);
      if (!analysis) {
        analysis = analyzeFile(source, memo);
        analyses.set(id, analysis);
      }
      return analysis;
    },
    withText: (id, text) => createAnalysis(new Map(files).set(id, parse(id, text, files.get(id))), memo),
  };
}
