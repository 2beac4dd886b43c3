/**
 * The workspace: texts in, analyses out. It holds the newest version of each open file, reads those that are imported
 * from where its host says, and makes an analysis at most once for a version. Knows no disk, timers or protocol.
 */
import type { FileId } from "../../../grammar/ast.ts";
import { parse, type SourceFile } from "../../../grammar/parse.ts";
import { analyzeFile, type FileAnalysis, type FileNames, nameFile } from "./analysis.ts";
import { createMemo, type Memo } from "./elaborate/elaborator.ts";
import { fileKey } from "./fileKey.ts";
import { stdScheme } from "./sema/imports.ts";
import { stdFiles, stdText } from "./std.ts";

/** Where files that are not open come from. */
export interface FileSource {
  /** The text of a file; undefined when there is none. */
  read(id: FileId): string | undefined;
  /** Names of the files in a folder; empty when there is no such folder. */
  list(folder: FileId): readonly string[];
  /** The lwnet files in a folder and below. */
  find(folder: FileId): readonly FileId[];
}

/** A source without files: only what is open, and what ships with the product. */
export const noFiles: FileSource = { read: () => undefined, list: () => [], find: () => [] };

/** All files of one moment. */
export interface Analysis {
  /** All known files: those that are open and those in the workspace's folders. */
  files(): readonly FileId[];
  /** Files that were read because another imports them, those outside of all folders among them. */
  imported(): readonly FileId[];
  file(id: FileId): SourceFile | undefined;
  /** The text of a file: for looking whether it is worth being parsed. */
  text(id: FileId): string | undefined;
  /** What the names of a file mean: cheaper than its analysis, for looking through many files. */
  names(id: FileId): FileNames | undefined;
  /** The analysis of one file, made when first asked for. */
  of(id: FileId): FileAnalysis | undefined;
  /** The analysis as it would be with another text in one file: for trying a fix before offering it. */
  withText(id: FileId, text: string): Analysis;
}

/** All maps are by the key of an id. */
export class Workspace {
  readonly #open = new Map<string, SourceFile>();
  /** Texts read from the source, or found missing there. */
  readonly #texts = new Map<string, string | undefined>();
  /** Those of them that were parsed. */
  readonly #read = new Map<string, SourceFile | undefined>();
  #folders: readonly FileId[] = [];
  /** The files in the folders, looked for when first asked for. */
  #found: readonly FileId[] | undefined;
  readonly #memo = createMemo();
  readonly #source: FileSource;
  #analysis: Analysis | undefined;

  constructor(source: FileSource = noFiles) {
    this.#source = source;
  }

  setFolders(folders: readonly FileId[]): void {
    this.#folders = folders;
    this.#found = undefined;
    this.#analysis = undefined;
  }

  /** Opens a file or gives an open one a new text. */
  setFile(id: FileId, text: string): void {
    const key = fileKey(id);
    const previous = this.#open.get(key) ?? this.#read.get(key);
    if (this.#open.has(key) && previous?.text === text) return;
    this.#open.set(key, parse(id, text, previous));
    this.#analysis = undefined;
  }

  /** Closes a file: what it holds comes from the source again. */
  removeFile(id: FileId): void {
    this.#open.delete(fileKey(id));
    this.fileChanged(id);
  }

  /** A file, or a folder with all that is in it, changed, came or went in the source. */
  fileChanged(id: FileId): void {
    const key = fileKey(id);
    for (const known of [...this.#texts.keys(), ...this.#read.keys()]) {
      if (known !== key && !known.startsWith(`${key}/`)) continue;
      this.#texts.delete(known);
      this.#read.delete(known);
    }
    this.#found = undefined;
    this.#analysis = undefined;
  }

  analysis(): Analysis {
    this.#analysis ??= createAnalysis(
      new Map(this.#open),
      {
        text: (id) => this.#readText(id),
        read: (id) => this.#readFile(id),
        list: (folder) => this.#source.list(folder),
        files: () => this.#find(),
        parsed: () => [...this.#read.values()].flatMap((file) => (file ? [file.id] : [])),
      },
      this.#memo,
    );
    return this.#analysis;
  }

  #find(): readonly FileId[] {
    this.#found ??= this.#folders.flatMap((folder) => this.#source.find(folder));
    return this.#found;
  }

  #readFile(id: FileId): SourceFile | undefined {
    const key = fileKey(id);
    if (this.#read.has(key)) return this.#read.get(key);
    const text = this.#readText(id);
    const file = text === undefined ? undefined : parse(id, text);
    this.#read.set(key, file);
    return file;
  }

  #readText(id: FileId): string | undefined {
    const key = fileKey(id);
    if (this.#texts.has(key)) return this.#texts.get(key);
    const text = id.startsWith(stdScheme) ? stdText(id.slice(stdScheme.length + 1)) : this.#source.read(id);
    this.#texts.set(key, text);
    return text;
  }
}

/** The files that are not open. */
interface Closed {
  readonly text: (id: FileId) => string | undefined;
  readonly read: (id: FileId) => SourceFile | undefined;
  readonly list: (folder: FileId) => readonly string[];
  readonly files: () => readonly FileId[];
  readonly parsed: () => readonly FileId[];
}

function createAnalysis(open: ReadonlyMap<string, SourceFile>, closed: Closed, memo: Memo): Analysis {
  const analyses = new Map<FileId, FileAnalysis>();
  const named = new Map<FileId, FileNames>();
  const file = (id: FileId) => open.get(fileKey(id)) ?? closed.read(id);
  const list = (folder: FileId) => {
    if (folder.startsWith(stdScheme)) return stdFiles;
    const prefix = `${fileKey(folder)}/`;
    const names = [...open.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    return [...new Set([...names, ...closed.list(folder)])];
  };
  return {
    files() {
      const others = closed.files().filter((id) => !open.has(fileKey(id)));
      return [...[...open.values()].map(({ id }) => id), ...others];
    },
    imported: () => closed.parsed().filter((id) => !open.has(fileKey(id))),
    file,
    text: (id) => open.get(fileKey(id))?.text ?? closed.text(id),
    names(id) {
      const source = file(id);
      if (!source) return undefined;
      const names = analyses.get(source.id) ?? named.get(source.id) ?? nameFile(source, { file, list }, memo);
      named.set(source.id, names);
      return names;
    },
    of(id) {
      const source = file(id);
      if (!source) return undefined;
      const analysis = analyses.get(source.id) ?? analyzeFile(source, { file, list }, memo);
      analyses.set(source.id, analysis);
      return analysis;
    },
    withText: (id, text) =>
      createAnalysis(new Map(open).set(fileKey(id), parse(id, text, file(id))), closed, memo),
  };
}
