/** Syntax places to offsets of one version of a file, and offsets to the syntax under them. */
import type { Item, Location, Statement, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { absoluteRange, type SourceFile, sectionAt } from "../../../../grammar/parse.ts";
import { pathAt } from "../../../../grammar/walk.ts";
import type { Analysis } from "../workspace.ts";
import type { RelatedPlace } from "./types.ts";

/** Resolves a location in the file that it belongs to. */
export function placeOf(analysis: Analysis, location: Location): Omit<RelatedPlace, "message"> | undefined {
  const file = analysis.file(location.section.file);
  const range = file && absoluteRange(file, location);
  return range && { file: location.section.file, range };
}

export interface NodePath {
  readonly item: Item;
  /** From the item down to the innermost node. */
  readonly nodes: readonly SyntaxNode[];
  /** Offset of the item's section: add it to the nodes' ranges. */
  readonly offset: number;
}

/** The nodes that hold an offset, outermost first. */
export function nodesAt(file: SourceFile, offset: number): NodePath | undefined {
  const placed = sectionAt(file, offset);
  if (!placed) return undefined;
  for (const item of placed.section.items) {
    const nodes = pathAt(item, offset - placed.offset);
    if (nodes.length > 0) return { item, nodes, offset: placed.offset };
  }
  return undefined;
}

export function isStatement(node: SyntaxNode): node is Statement {
  return "head" in node;
}

/** The text of a range, on one line. */
export function excerpt(text: string, range: TextRange): string {
  return text.slice(range.start, range.end).replace(/\s+/g, " ");
}
