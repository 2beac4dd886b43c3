/**
 * Every occurrence of a symbol, in one file or in all: the index that references, highlights, renaming and the call
 * hierarchy are read off. A file whose text does not have the word is not even parsed.
 */
import type { FileId, ImportName, Item } from "../../../../../grammar/ast.ts";
import { imports } from "../../../../../grammar/parse.ts";
import { shift, type TextRange } from "../../../../../grammar/text.ts";
import type { FileNames } from "../../analysis.ts";
import { fileKey } from "../../fileKey.ts";
import { stdScheme } from "../../sema/imports.ts";
import { stdFiles } from "../../std.ts";
import type { Analysis } from "../../workspace.ts";
import { fileOf, isShipped, keyOf, type NameSymbol, nameOf, symbolsOf, usesIn } from "./symbols.ts";
import type { NameUse } from "./uses.ts";

export interface Occurrence {
  readonly file: FileNames;
  /** In the text of the file. */
  readonly range: TextRange;
  readonly use: NameUse;
}

/** All of them, or those `within` one file; the declaring file first, and in it the order of the text. */
export function occurrences(analysis: Analysis, symbol: NameSymbol, within?: FileId): Occurrence[] {
  const files = within === undefined ? filesWith(analysis, symbol) : [within];
  return files.flatMap((id) => inFile(analysis, symbol, id));
}

/** The import whose alias the name is written with; undefined where it is the declaration's own name. */
export function aliasOf(
  { source, scope }: FileNames,
  { means, role, name }: NameUse,
): ImportName | undefined {
  if (means.kind === "import") return role === "import" && means.imported.alias ? means.imported : undefined;
  if (means.kind !== "resolved" || means.resolved.kind !== "declaration") return undefined;
  // A declaration of the file's own hides an imported one.
  if (scope.lookup(name)?.section.file === source.id) return undefined;
  return imports(source)
    .flatMap(({ names }) => names)
    .find((imported) => imported.alias?.name === name);
}

/** What a file that imports a declaration calls it, beside its own name. */
function aliases(analysis: Analysis, file: FileNames, symbol: NameSymbol): readonly string[] {
  if (symbol.kind !== "declaration") return [];
  return imports(file.source)
    .flatMap((item) => usesIn(file, item).get(nameOf(symbol)) ?? [])
    .flatMap((use) => {
      const alias = use.means.kind === "import" ? use.means.imported.alias?.name : undefined;
      return alias !== undefined && means(analysis, file, use, symbol) ? [alias] : [];
    });
}

function inFile(analysis: Analysis, symbol: NameSymbol, id: FileId): Occurrence[] {
  const word = nameOf(symbol);
  if (!analysis.text(id)?.includes(word)) return [];
  const file = analysis.names(id);
  if (!file) return [];
  const names = new Set([word, ...aliases(analysis, file, symbol)]);
  const owner = ownerOf(symbol);
  return file.source.sections.flatMap(({ section, offset }) => {
    const items: readonly Item[] = owner ? section.items.filter((item) => item === owner) : section.items;
    const found = items.flatMap((item) =>
      [...names].flatMap((name) =>
        (usesIn(file, item).get(name) ?? []).filter((use) => means(analysis, file, use, symbol)),
      ),
    );
    return found
      .sort((a, b) => a.range.start - b.range.start)
      .map((use): Occurrence => ({ file, range: shift(use.range, offset), use }));
  });
}

function means(analysis: Analysis, file: FileNames, use: NameUse, symbol: NameSymbol): boolean {
  const key = keyOf(symbol);
  return symbolsOf(analysis, file, use).some((each) => keyOf(each) === key);
}

/** The only item that can name the symbol, if there is only one. */
function ownerOf(symbol: NameSymbol): Item | undefined {
  return "owner" in symbol && symbol.kind !== "param" ? symbol.owner : undefined;
}

function filesWith(analysis: Analysis, symbol: NameSymbol): readonly FileId[] {
  const home = fileOf(symbol);
  if (home !== undefined && ownerOf(symbol)) return [home];
  const shipped = isShipped(symbol) ? stdFiles.map((name) => `${stdScheme}/${name}`) : [];
  return distinct([...(home === undefined ? [] : [home]), ...filesToSearch(analysis), ...shipped]);
}

/** The user's files: those of the workspace, and those elsewhere that they import. */
export function filesToSearch(analysis: Analysis): readonly FileId[] {
  const imported = analysis.imported().filter((id) => !id.startsWith(stdScheme));
  return distinct([...analysis.files(), ...imported]);
}

function distinct(files: readonly FileId[]): readonly FileId[] {
  const seen = new Set<string>();
  return files.filter((id) => {
    const key = fileKey(id);
    return !seen.has(key) && seen.add(key);
  });
}
