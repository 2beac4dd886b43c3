/** Every place where the thing under the cursor is named: in all files, or marked in the one that is shown. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { Analysis } from "../workspace.ts";
import { type Occurrence, occurrences } from "./names/occurrences.ts";
import { useAt } from "./names/symbols.ts";
import { relatedWords } from "./relatedWords.ts";
import type { FileRange, Highlight } from "./types.ts";

export function references(
  analysis: Analysis,
  id: FileId,
  offset: number,
  { declaration }: { readonly declaration: boolean },
): FileRange[] {
  return found(analysis, id, offset)
    .filter(({ use }) => declaration || use.role !== "declaration")
    .map(({ file, range }) => ({ file: file.source.id, range }));
}

/** Of a name or a word of the language. An import brings a name into the file as a declaration does. */
export function highlights(analysis: Analysis, id: FileId, offset: number): Highlight[] {
  const names = found(analysis, id, offset, id).map(
    ({ range, use }): Highlight => ({ range, kind: use.role === "use" ? "read" : "write" }),
  );
  if (names.length > 0) return names;
  return relatedWords(analysis, id, offset).map((range) => ({ range, kind: "text" }));
}

function found(analysis: Analysis, id: FileId, offset: number, within?: FileId): Occurrence[] {
  const all = (useAt(analysis, id, offset)?.symbols ?? []).flatMap((symbol) =>
    occurrences(analysis, symbol, within),
  );
  // An argument that may mean several parameters is an occurrence of each.
  return [...new Map(all.map((each) => [`${each.file.source.id} ${each.range.start}`, each])).values()];
}
