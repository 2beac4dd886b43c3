/** Which names a declaration uses, and for what; and which names other files import. */
import type { Declaration, FileId } from "../../../../grammar/ast.ts";
import { imports } from "../../../../grammar/parse.ts";
import { importedFile } from "../sema/imports.ts";
import type { Resolution } from "../sema/resolve.ts";
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

/** Whether all its names are known: a misspelt one may be the use that is missing. */
export function isSound(declaration: Declaration, resolution: Resolution): boolean {
  const { errors } = declaration.section;
  return errors.length === 0 && !resolution.diagnostics.some(({ code }) => code === "unknown-name");
}

/** The names of a file that others import. */
export function importedElsewhere(analysis: Analysis, id: FileId): ReadonlySet<string> {
  const names = new Set<string>();
  for (const other of analysis.files()) {
    const source = other === id ? undefined : analysis.file(other);
    for (const item of source ? imports(source) : []) {
      if (!item.path || importedFile(other, item.path.value) !== id) continue;
      for (const { name } of item.names) names.add(name.name);
    }
  }
  return names;
}
