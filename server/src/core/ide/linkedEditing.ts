/**
 * The places that are edited at once while a name is typed: those of a name that only one item can see, such as a
 * label. Names that other files may use are renamed instead.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextRange } from "../../../../grammar/text.ts";
import type { Analysis } from "../workspace.ts";
import { occurrences } from "./names/occurrences.ts";
import { useAt } from "./names/symbols.ts";

const linked: ReadonlySet<string> = new Set(["label", "loop", "input", "dim"]);

export function linkedRanges(analysis: Analysis, id: FileId, offset: number): TextRange[] {
  const found = useAt(analysis, id, offset);
  const [symbol] = found?.symbols ?? [];
  if (!found || !symbol || !linked.has(symbol.kind)) return [];
  return occurrences(analysis, symbol, id).map(({ range }) => range);
}
