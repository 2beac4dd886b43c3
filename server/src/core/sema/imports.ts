/**
 * Imports: paths to files and back, and what is wrong with a file's imports. Reads files only through
 * `Files`, so that it works on a disk, in a browser and in tests alike.
 */
import type { FileId, ImportDecl, TextRange } from "../../../../grammar/ast.ts";
import { declarations, imports, type SourceFile } from "../../../../grammar/parse.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, FixData } from "../diagnostics/diagnostic.ts";
import { fileKey } from "../fileKey.ts";
import { didYouMean, nearestName } from "./suggest.ts";

export interface Files {
  /** A file's newest version; undefined when there is none. */
  file(id: FileId): SourceFile | undefined;
  /** Names of the files in a folder, for suggestions. */
  list(folder: FileId): readonly string[];
}

/** Files of blocks that ship with the product have ids of this scheme. */
export const stdScheme = "lwnet-std:";
const extension = ".lwnet";

/** `./common.lwnet` beside the importing file; `std/resnet` among what ships with the product. */
export function importedFile(from: FileId, path: string): FileId | undefined {
  if (path.startsWith("std/"))
    return `${stdScheme}/${path.slice("std/".length)}${path.endsWith(extension) ? "" : extension}`;
  if (!path.startsWith("./") && !path.startsWith("../")) return undefined;
  const segments = from.slice(0, from.lastIndexOf("/")).split("/");
  // The scheme and the authority of a URI are no folders that `..` could leave.
  const root = /^[a-z][a-z0-9+.-]+:\/\/[^/]*$/i.test(segments.slice(0, 3).join("/")) ? 3 : 1;
  for (const segment of path.split("/")) {
    if (segment === "." || segment === "") continue;
    if (segment !== "..") segments.push(encoded(segment));
    else if (segments.length > root) segments.pop();
    else return undefined;
  }
  return segments.join("/");
}

/** The path by which one file imports another; undefined where none leads there, as from disk to disk. */
export function importPath(from: FileId, to: FileId): string | undefined {
  const folders = from.split("/").slice(0, -1);
  const segments = to.split("/");
  let common = 0;
  const same = (at: number) => fileKey(folders[at] ?? "") === fileKey(segments[at] ?? "");
  while (common < folders.length && common < segments.length - 1 && same(common)) common++;
  const ups = folders.slice(common).map(() => "..");
  const path = [...(ups.length > 0 ? ups : ["."]), ...segments.slice(common).map(decoded)].join("/");
  const found = importedFile(from, path);
  return found !== undefined && fileKey(found) === fileKey(to) ? path : undefined;
}

/** The name of a file, without its folders. */
export function fileName(id: FileId): string {
  return decoded(id.slice(id.lastIndexOf("/") + 1));
}

/** What a file is called where people read it: `common.lwnet`, or `std/resnet` as one imports it. */
export function fileLabel(id: FileId): string {
  return id.startsWith(stdScheme) ? `std/${fileName(id).slice(0, -extension.length)}` : fileName(id);
}

/** The id of a file or folder in a folder, encoded as editors do. */
export function idWithin(folder: FileId, name: string): FileId {
  return `${folder}/${encoded(name)}`;
}

function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

// ── what is wrong with imports ───────────────────────────────────────────────────────────────────

export function importDiagnostics(files: Files, source: SourceFile): Diagnostic[] {
  return imports(source).flatMap((item) => checkImport(files, source, item));
}

function checkImport(files: Files, source: SourceFile, item: ImportDecl): Diagnostic[] {
  const { path } = item;
  if (!path) return [];
  const found = (code: DiagnosticCode, range: TextRange, message: string, data?: FixData): Diagnostic => ({
    code,
    message,
    location: { section: item.section, range },
    related: [],
    ...(data ? { data } : {}),
  });
  const target = importedFile(source.id, path.value);
  if (target === undefined) {
    const hint = 'begin with "./", "../" or "std/"';
    return [found("unknown-file", path.range, `"${path.value}" is no path to a file: ${hint}`)];
  }
  const exported = files.file(target);
  if (!exported) {
    const suggestion = nearestFile(files, source.id, target, path.value);
    const data: FixData | undefined =
      suggestion === undefined ? undefined : { kind: "rename", suggestion: `"${suggestion}"` };
    return [
      found("unknown-file", path.range, `there is no file "${path.value}"${didYouMean(suggestion)}`, data),
    ];
  }
  const cycle = importCycle(files, target, [source.id, target]);
  if (cycle) {
    const names = cycle.map(fileName).join(" → ");
    return [found("import-cycle", path.range, `files can't import each other in a circle: ${names}`)];
  }
  if (exported.sections.some(({ section }) => section.errors.length > 0)) {
    return [
      found(
        "broken-import",
        path.range,
        `"${path.value}" can't be read in full: mend its syntax errors first`,
      ),
    ];
  }
  const names = declarations(exported).map((declaration) => declaration.name.name);
  return item.names.flatMap(({ name }) => {
    if (name.name === "" || names.includes(name.name)) return [];
    const suggestion = nearestName(name.name, names);
    const hint = didYouMean(suggestion) || (names.length > 0 ? `; it has ${names.join(", ")}` : "");
    const data: FixData | undefined = suggestion === undefined ? undefined : { kind: "rename", suggestion };
    return [found("unknown-name", name.range, `"${path.value}" has no \`${name.name}\`${hint}`, data)];
  });
}

/** The name of a neighbour of the missing file, written as the import writes it. */
function nearestFile(files: Files, from: FileId, target: FileId, path: string): string | undefined {
  const folder = target.slice(0, target.lastIndexOf("/"));
  const written = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(written.length);
  const isStd = path.startsWith("std/");
  const candidates = files
    .list(folder)
    .filter((file) => file.endsWith(extension) && fileKey(idWithin(folder, file)) !== fileKey(from));
  const nearest = nearestName(
    name,
    isStd ? candidates.map((file) => file.slice(0, -extension.length)) : candidates,
  );
  return nearest === undefined ? undefined : written + nearest;
}

/** The way from a file back to the first of the path, along imports. */
function importCycle(files: Files, id: FileId, path: readonly FileId[]): readonly FileId[] | undefined {
  const source = files.file(id);
  for (const item of source ? imports(source) : []) {
    const next = item.path && importedFile(id, item.path.value);
    if (next === undefined) continue;
    if (next === path[0]) return [...path, next];
    if (path.includes(next)) continue;
    const cycle = importCycle(files, next, [...path, next]);
    if (cycle) return cycle;
  }
  return undefined;
}
