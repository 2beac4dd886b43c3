/** Which names a declaration uses, and for what; and which names other files import. */
import type { FileId, Section } from "../../../../grammar/ast.ts";
import { imports } from "../../../../grammar/parse.ts";
import { fileKey } from "../fileKey.ts";
import { importedFile } from "../sema/imports.ts";
import type { Resolution } from "../sema/resolve.ts";
import { nearestName } from "../sema/suggest.ts";
import type { LocalSymbol } from "../sema/symbols.ts";
import type { Analysis } from "../workspace.ts";

export interface UsedNames {
  /** Of the file: its declarations and imports. */
  readonly declarations: ReadonlySet<string>;
  /** Those of them that are handed on as values rather than called. */
  readonly values: ReadonlySet<string>;
  readonly symbols: ReadonlySet<LocalSymbol>;
}

const known = new WeakMap<Resolution, UsedNames>();

export function usedNames(resolution: Resolution): UsedNames {
  const found = known.get(resolution) ?? findNames(resolution);
  known.set(resolution, found);
  return found;
}

function findNames(resolution: Resolution): UsedNames {
  const declarations = new Set<string>();
  const values = new Set<string>();
  const symbols = new Set<LocalSymbol>();
  for (const [node, resolved] of resolution.references) {
    if (resolved.kind === "declaration") {
      declarations.add(resolved.name);
      // Callees are identifiers, names in expressions are not.
      if (node.kind === "name") values.add(resolved.name);
    } else if (resolved.kind !== "operator" && resolved.kind !== "function" && resolved.kind !== "word") {
      symbols.add(resolved);
    }
  }
  return { declarations, values, symbols };
}

/** Words that may be meant for another name: misspelt ones, and all of a text that can't be read. */
export function doubtfulWords(section: Section, resolution: Resolution | undefined): readonly string[] {
  if (section.errors.length > 0) return section.text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  const unknown = resolution?.diagnostics.filter(({ code }) => code === "unknown-name") ?? [];
  return unknown.map(({ location: { range } }) => section.text.slice(range.start, range.end));
}

/** Whether one of the words is the name, or nearly so: its missing use may stand there. */
export function mayBeMeant(name: string, words: readonly string[]): boolean {
  return words.some((word) => word === name || nearestName(word, [name]) !== undefined);
}

/** The names of a file that others import. */
export function importedElsewhere(analysis: Analysis, id: FileId): ReadonlySet<string> {
  const own = fileKey(id);
  const names = new Set<string>();
  for (const other of analysis.files()) {
    const source = fileKey(other) === own ? undefined : analysis.file(other);
    for (const item of source ? imports(source) : []) {
      const target = item.path && importedFile(other, item.path.value);
      if (target === undefined || fileKey(target) !== own) continue;
      for (const { name } of item.names) names.add(name.name);
    }
  }
  return names;
}
