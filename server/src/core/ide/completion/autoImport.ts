/** Declarations of other files that could be imported, with the edit that does it. */
import type { Declaration, FileId, ImportDecl } from "../../../../../grammar/ast.ts";
import { absoluteRange, declarations, imports, type SourceFile } from "../../../../../grammar/parse.ts";
import type { TextEdit } from "../../../../../grammar/text.ts";
import { fileKey } from "../../fileKey.ts";
import { importedFile, importPath, stdScheme } from "../../sema/imports.ts";
import { stdFiles } from "../../std.ts";
import type { Analysis } from "../../workspace.ts";

const extension = ".lwnet";

export interface Importable {
  readonly declaration: Declaration;
  readonly file: FileId;
  /** As an import writes it. */
  readonly path: string;
}

/** What the files of the workspace and of std declare that the file could import without a circle. */
export function importables(analysis: Analysis, id: FileId): Importable[] {
  return otherFiles(analysis, id).flatMap(({ file, path, source }) =>
    declarations(source)
      .filter(({ name }) => name.name !== "")
      .map((declaration) => ({ declaration, file, path })),
  );
}

export interface OtherFile {
  readonly file: FileId;
  readonly path: string;
  readonly source: SourceFile;
}

/** The files that could be imported, those of std last. */
export function otherFiles(analysis: Analysis, id: FileId): OtherFile[] {
  const std = stdFiles.map((name) => `${stdScheme}/${name}`);
  const files = [...new Set([...analysis.files().filter((file) => !file.startsWith(stdScheme)), ...std])];
  const reaching = new Map<FileId, boolean>();
  return files.flatMap((file) => {
    const path = fileKey(file) === fileKey(id) ? undefined : pathTo(id, file);
    const source = path === undefined ? undefined : analysis.file(file);
    return path !== undefined && source && !reaches(analysis, file, id, reaching)
      ? [{ file, path, source }]
      : [];
  });
}

/** Whether a file imports another one, over however many files. */
function reaches(analysis: Analysis, from: FileId, to: FileId, known: Map<FileId, boolean>): boolean {
  if (from === to) return true;
  const answer = known.get(from);
  if (answer !== undefined) return answer;
  // A circle among other files is not ours.
  known.set(from, false);
  const source = analysis.file(from);
  const found = source
    ? imports(source).some(({ path }) => {
        const next = path && importedFile(from, path.value);
        return next !== undefined && reaches(analysis, next, to, known);
      })
    : false;
  known.set(from, found);
  return found;
}

/** How a file writes the path of another one, or of one of std. */
function pathTo(from: FileId, to: FileId): string | undefined {
  if (to.startsWith(stdScheme)) return `std/${to.slice(stdScheme.length + 1, -extension.length)}`;
  return importPath(from, to);
}

/** Brings a name into the file: into an import of that file if there is one, else on a line of its own. */
export function importEdit(source: SourceFile, { declaration, path, file }: Importable): TextEdit {
  const { name } = declaration.name;
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
