/** Finds a block, network or constant of any file by a few letters of its name, in their order. */
import type { FileId } from "../../../../grammar/ast.ts";
import { declarations } from "../../../../grammar/parse.ts";
import type { TextRange } from "../../../../grammar/text.ts";
import { fileLabel, stdScheme } from "../sema/imports.ts";
import { stdFiles } from "../std.ts";
import type { Analysis } from "../workspace.ts";
import { placeOf } from "./places.ts";
import type { SymbolKind } from "./types.ts";

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The name of the file, or the path that imports it from what ships with lwnet. */
  readonly container: string;
  readonly file: FileId;
  readonly range: TextRange;
}

/** As many as a person looks through: more letters find the others. */
const limit = 200;

/** The best matches first. What ships with lwnet comes after the workspace's own. */
export function workspaceSymbols(analysis: Analysis, query: string): WorkspaceSymbol[] {
  const shipped = stdFiles.map((name) => `${stdScheme}/${name}`);
  const matches = [...new Set([...analysis.files(), ...shipped])].flatMap((id) => {
    const source = analysis.file(id);
    return (source ? declarations(source) : []).flatMap((declaration) => {
      const score = matchScore(declaration.name.name, query);
      // Editors take no symbol without a name, as while one is being typed.
      return score === undefined || declaration.name.name === ""
        ? []
        : [{ declaration, score, shipped: id.startsWith(stdScheme) }];
    });
  });
  const best = matches.sort(
    (a, b) =>
      Number(a.shipped) - Number(b.shipped) ||
      b.score - a.score ||
      compare(a.declaration.name.name, b.declaration.name.name),
  );
  return best.slice(0, limit).flatMap(({ declaration }) => {
    const { kind, name, section } = declaration;
    const place = placeOf(analysis, { section, range: name.range });
    return place ? [{ name: name.name, kind, container: fileLabel(section.file), ...place }] : [];
  });
}

/**
 * How well the letters of a query, in their order, fit a name; undefined when they don't. Letters that begin a word or
 * follow each other count most, and the shorter of two names fits better.
 */
export function matchScore(name: string, query: string): number | undefined {
  const lower = name.toLowerCase();
  let score = 0;
  let at = -1;
  for (const letter of query.toLowerCase()) {
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (next === at + 1) score += 4;
    else if (beginsWord(name, next)) score += 3;
    else score += 1;
    at = next;
  }
  return 16 * score - name.length;
}

function beginsWord(name: string, at: number): boolean {
  const [before, letter] = [name[at - 1] ?? "_", name[at] ?? ""];
  return before === "_" || (letter !== letter.toLowerCase() && before === before.toLowerCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
