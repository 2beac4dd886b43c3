/** Declarations of other files that could be imported, with the edit that does it. */
import type { Declaration, FileId, ImportDecl } from "../../../../../grammar/ast.ts";
import { absoluteRange, declarations, imports, type SourceFile } from "../../../../../grammar/parse.ts";
import type { TextEdit } from "../../../../../grammar/text.ts";
import { fileKey } from "../../fileKey.ts";
import { importedFile, importPath, stdScheme } from "../../sema/imports.ts";
import { stdFiles } from "../../std.ts";
import type { Analysis } from "../../workspace.ts";
import { type Outline, outlineOf } from "./outline.ts";

const extension = ".lwnet";

export interface Importable {
  readonly kind: "block" | "network" | "const";
  readonly name: string;
  readonly file: FileId;
  /** As an import writes it. */
  readonly path: string;
}

/**
 * What the files of the workspace and of std declare that the file could import without a circle. Whether a file can be
 * imported is looked at only where it declares something wanted.
 */
export function* importables(
  analysis: Analysis,
  id: FileId,
  wanted: (name: string, kind: Importable["kind"], file: FileId) => boolean = () => true,
): Generator<Importable> {
  const paths = pathsFrom(analysis, id);
  for (const file of filesOf(analysis)) {
    const text = analysis.text(file);
    for (const { kind, name } of text === undefined ? [] : outlineOf(text).declares) {
      if (!wanted(name, kind, file)) continue;
      const path = paths(file);
      if (path !== undefined) yield { kind, name, file, path };
    }
  }
}

/** The declaration itself: its file is parsed for it. */
export function declarationOf(analysis: Analysis, { file, name }: Importable): Declaration | undefined {
  const source = analysis.file(file);
  return source && declarations(source).find((each) => each.name.name === name);
}

export interface OtherFile {
  readonly file: FileId;
  readonly path: string;
  readonly outline: Outline;
}

/** The files that could be imported, those of std last. */
export function otherFiles(analysis: Analysis, id: FileId): OtherFile[] {
  const paths = pathsFrom(analysis, id);
  return filesOf(analysis).flatMap((file) => {
    const path = paths(file);
    const text = path === undefined ? undefined : analysis.text(file);
    return path !== undefined && text !== undefined ? [{ file, path, outline: outlineOf(text) }] : [];
  });
}

function filesOf(analysis: Analysis): FileId[] {
  const std = stdFiles.map((name) => `${stdScheme}/${name}`);
  return [...new Set([...analysis.files().filter((file) => !file.startsWith(stdScheme)), ...std])];
}

/** The path from one file to each other; undefined for one that can't be imported. */
function pathsFrom(analysis: Analysis, id: FileId): (file: FileId) => string | undefined {
  const own = fileKey(id);
  const reaching = new Map<string, boolean>();
  const found = new Map<FileId, string | undefined>();
  return (file) => {
    if (found.has(file)) return found.get(file);
    const isOther = fileKey(file) !== own && !reaches(analysis, file, own, reaching);
    const path = isOther ? pathTo(id, file) : undefined;
    found.set(file, path);
    return path;
  };
}

/** Whether a file imports another one, over however many files. */
function reaches(analysis: Analysis, from: FileId, to: string, known: Map<string, boolean>): boolean {
  const key = fileKey(from);
  if (key === to) return true;
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  // A circle among other files is not ours.
  known.set(key, false);
  // What ships with the product imports nothing of others.
  const text = from.startsWith(stdScheme) ? undefined : analysis.text(from);
  const found =
    text !== undefined &&
    outlineOf(text).imports.some((path) => {
      const next = importedFile(from, path);
      return next !== undefined && reaches(analysis, next, to, known);
    });
  known.set(key, found);
  return found;
}

/** How a file writes the path of another one, or of one of std. */
function pathTo(from: FileId, to: FileId): string | undefined {
  if (to.startsWith(stdScheme)) return `std/${to.slice(stdScheme.length + 1, -extension.length)}`;
  return importPath(from, to);
}

/** Brings a name into the file: into an import of that file if there is one, else on a line of its own. */
export function importEdit(source: SourceFile, { name, path, file }: Importable): TextEdit {
  const all = imports(source);
  const existing = all.find((each) => each.path && importedFile(source.id, each.path.value) === file);
  if (existing) {
    const at = insideImport(source, existing);
    if (at) return at(name);
  }
  const line = `import { ${name} } from ${JSON.stringify(path)}`;
  const last = all.at(-1);
  const lastRange = last && absoluteRange(source, last);
  if (lastRange) return insertion(lastRange.end, `\n${line}`);
  const [first] = source.items;
  const section = first && source.sections.find((placed) => placed.section === first.section);
  // Comments above the first item are its documentation, or stand for the file and have a blank line below.
  return insertion(section?.offset ?? 0, `${line}\n\n`);
}

function insideImport(source: SourceFile, item: ImportDecl): ((name: string) => TextEdit) | undefined {
  const range = absoluteRange(source, item);
  if (!range) return undefined;
  const offset = range.start - item.range.start;
  const last = item.names.findLast(({ name }) => name.name !== "");
  if (last) return (name) => insertion(last.range.end + offset, `, ${name}`);
  const brace = source.text.indexOf("{", range.start);
  return brace < 0 || brace > range.end ? undefined : (name) => insertion(brace + 1, ` ${name}`);
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}
