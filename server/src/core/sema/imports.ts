/**
 * Imports: paths to files, the names that a file sees, and what is wrong with its imports. Reads files only through
 * `Files`, so that it works on a disk, in a browser and in tests alike.
 */
import type { Declaration, FileId, ImportDecl, ImportName, TextRange } from "../../../../grammar/ast.ts";
import { declarations, imports, type SourceFile } from "../../../../grammar/parse.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, FixData } from "../diagnostics/diagnostic.ts";
import { didYouMean, nearestName } from "./suggest.ts";
import type { FileScope } from "./symbols.ts";

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
    if (segment !== "..") segments.push(encodeURIComponent(segment));
    else if (segments.length > root) segments.pop();
    else return undefined;
  }
  return segments.join("/");
}

/** The names that a file sees. A name declared here hides an imported one; that is reported as a duplicate. */
export function fileScope(files: Files, id: FileId): FileScope {
  const source = files.file(id);
  const byName = new Map<string, Declaration>();
  for (const declaration of source ? declarations(source) : []) {
    if (!byName.has(declaration.name.name)) byName.set(declaration.name.name, declaration);
  }
  for (const item of source ? imports(source) : []) {
    const target = item.path && importedFile(id, item.path.value);
    const exported = target === undefined ? undefined : files.file(target);
    for (const name of item.names) {
      const declaration = exported && findDeclaration(exported, name.name.name);
      const local = localName(name);
      if (declaration && !byName.has(local)) byName.set(local, declaration);
    }
  }
  const signature = [...byName]
    .map(([name, declaration]) => `${name} ${signatureOf(declaration)}`)
    .join("\n");
  return { file: id, lookup: (name) => byName.get(name), names: [...byName.keys()], signature };
}

function localName({ name, alias }: ImportName): string {
  return (alias ?? name).name;
}

function findDeclaration(source: SourceFile, name: string): Declaration | undefined {
  return declarations(source).find((declaration) => declaration.name.name === name);
}

/** What other declarations can see of one. */
function signatureOf(declaration: Declaration): string {
  if (declaration.kind === "const") return "const";
  if (declaration.kind === "instance") {
    return `instance ${declaration.base?.name}(${declaration.args.map((a) => a.name?.name).join()})`;
  }
  const params = declaration.params.map((p) => p.name.name + (p.default ? "=" : ""));
  return `${declaration.kind}(${params.join()})`;
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
    const suggestion = nearestFile(files, target, path.value);
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
function nearestFile(files: Files, target: FileId, path: string): string | undefined {
  const folder = target.slice(0, target.lastIndexOf("/"));
  const written = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(written.length);
  const isStd = path.startsWith("std/");
  const candidates = files.list(folder).filter((file) => file.endsWith(extension));
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

function fileName(id: FileId): string {
  return decodeURIComponent(id.slice(id.lastIndexOf("/") + 1));
}
