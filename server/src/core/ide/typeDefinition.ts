/**
 * What stands behind a name: of a named instance the network that it comes down to; of a parameter or variable that
 * holds blocks each block that it is given; of a label the block that its statement calls.
 */
import type { FileId, SyntaxNode } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { FileNames } from "../analysis.ts";
import type { Analysis } from "../workspace.ts";
import { blocksOf, type Callable, calledBlocks } from "./names/blockValues.ts";
import { type NameSymbol, useAt } from "./names/symbols.ts";
import { isStatement, type NodePath, nodesAt, placeOf } from "./places.ts";
import type { Definition } from "./types.ts";

export function typeDefinition(analysis: Analysis, id: FileId, offset: number): Definition[] {
  const file = analysis.names(id);
  const path = file && nodesAt(file.source, offset);
  if (!file || !path) return [];
  const found = useAt(analysis, id, offset);
  // A label in backquotes is no name, but stands at a statement as well.
  const label = path.nodes.findLast((node) => node.kind === "label");
  const origin = found?.use.range ?? label?.range;
  if (!origin) return [];
  const blocks = found
    ? found.symbols.flatMap((symbol) => behind(analysis, symbol))
    : label
      ? calledAt(analysis, file, path.item, label)
      : [];
  const declared = new Set(
    blocks.flatMap((block) => (block.kind === "declaration" ? [block.declaration] : [])),
  );
  return [...declared].flatMap((declaration) => {
    const { section, name, range } = declaration;
    const place = placeOf(analysis, { section, range: name.range });
    const whole = placeOf(analysis, { section, range });
    return place && whole ? [{ origin: shift(origin, path.offset), ...place, whole: whole.range }] : [];
  });
}

function behind(analysis: Analysis, symbol: NameSymbol): readonly Callable[] {
  if (symbol.kind !== "label") return blocksOf(analysis, symbol);
  const file = analysis.names(symbol.owner.section.file);
  return file ? calledAt(analysis, file, symbol.owner, symbol.node) : [];
}

/** What the statement with a label calls. */
function calledAt(
  analysis: Analysis,
  file: FileNames,
  item: NodePath["item"],
  label: SyntaxNode,
): readonly Callable[] {
  if (item.kind === "import") return [];
  const { references } = file.resolutionOf(item);
  let found: readonly Callable[] = [];
  visit(item, (node) => {
    if (!isStatement(node) || node.kind !== "layer" || node.label !== label) return;
    const { callee, args } = node;
    found = calledBlocks(analysis, file, item, { callee, resolved: references.get(callee), args });
  });
  return found;
}
