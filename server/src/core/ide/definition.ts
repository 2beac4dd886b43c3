/** Where the name under the cursor is declared: in this file, in an imported one, or in what ships with the product. */
import type { FileId, Location } from "../../../../grammar/ast.ts";
import { contains, shift, type TextRange } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { importedFile } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";
import { currentTensor, enteringTensor } from "./currentTensor.ts";
import { declarationOf, type NameSymbol, useAt } from "./names/symbols.ts";
import { isStatement, type NodePath, nodesAt, placeOf } from "./places.ts";
import type { Definition } from "./types.ts";

/** Several where the name of an argument is given to a block that is itself a value. */
export function definition(analysis: Analysis, id: FileId, offset: number): Definition[] {
  const found = useAt(analysis, id, offset);
  if (!found || found.symbols[0]?.kind === "entry") {
    const source = analysis.file(id);
    const path = source && nodesAt(source, offset);
    return path ? [...importedPath(analysis, id, path), ...tensorSource(analysis, path)] : [];
  }
  const origin = shift(found.use.range, found.offset);
  return found.symbols.flatMap((symbol) => {
    const location = declarationOf(symbol);
    const place = location && placeOf(analysis, location);
    const whole =
      location && placeOf(analysis, { section: location.section, range: extentOf(symbol, location) });
    return place && whole ? [{ origin, ...place, whole: whole.range }] : [];
  });
}

/** The item, the parameter or the statement that declares a symbol. */
function extentOf(symbol: NameSymbol, { range }: Location): TextRange {
  if (symbol.kind === "declaration") return symbol.declaration.range;
  if (symbol.kind === "param") return symbol.param.range;
  if (!("owner" in symbol)) return range;
  let extent = range;
  visit(symbol.owner, (node) => {
    // The innermost: the walk comes to outer ones first.
    if (isStatement(node) && contains(node.range, range.start)) extent = node.range;
  });
  return extent;
}

/** `it` and `in` lead to what left their tensor. */
function tensorSource(analysis: Analysis, { item, nodes, offset }: NodePath): Definition[] {
  const node = nodes.at(-1);
  if (node?.kind !== "tensor") return [];
  const source = node.keyword === "it" ? currentTensor(nodes) : enteringTensor(item);
  const place = source && placeOf(analysis, { section: item.section, range: source.range });
  if (!source || !place) return [];
  return [{ origin: shift(node.nameRange, offset), ...place, whole: shift(source.whole, offset) }];
}

/** The path of an import leads to the file. */
function importedPath(analysis: Analysis, id: FileId, { item, nodes, offset }: NodePath): Definition[] {
  const node = nodes.at(-1);
  if (item.kind !== "import" || node?.kind !== "string") return [];
  const file = importedFile(id, node.value);
  if (file === undefined || analysis.file(file) === undefined) return [];
  const start = { start: 0, end: 0 };
  return [{ origin: shift(node.range, offset), file, range: start, whole: start }];
}
