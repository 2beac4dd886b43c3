/** Access to Chevrotain's concrete tree, tolerant of all that recovery may have left out. */
import type { CstElement, CstNode, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { tokenRange } from "./layout.ts";
import type { TextRange } from "./text.ts";

export function isNode(element: CstElement): element is CstNode {
  return "children" in element;
}

export function node(cst: CstNode | undefined, key: string): CstNode | undefined {
  const element = cst?.children[key]?.[0];
  return element && isNode(element) ? element : undefined;
}

export function nodes(cst: CstNode | undefined, key: string): CstNode[] {
  return (cst?.children[key] ?? []).filter(isNode);
}

export function token(cst: CstNode, key: string): IToken | undefined {
  const element = cst.children[key]?.[0];
  return element && !isNode(element) ? element : undefined;
}

export function tokens(cst: CstNode, key: string): IToken[] {
  return (cst.children[key] ?? []).filter((element): element is IToken => !isNode(element));
}

/** Tokens that recovery inserted have no text. */
export function isReal(from: IToken): boolean {
  return from.image !== "" && from.startOffset >= 0;
}

export function identifier(from: IToken | undefined): ast.Identifier | undefined {
  return from && isReal(from) ? { kind: "identifier", name: from.image, range: tokenRange(from) } : undefined;
}

export function startOf(element: CstElement): number {
  return isNode(element) ? (element.location?.startOffset ?? Number.NaN) : element.startOffset;
}

export function inOrder(elements: readonly CstElement[]): CstElement[] {
  return elements.filter((element) => startOf(element) >= 0).sort((a, b) => startOf(a) - startOf(b));
}

export function rangeOf(cst: CstNode): TextRange {
  const start = cst.location?.startOffset;
  const end = cst.location?.endOffset;
  if (start === undefined || !(start >= 0)) return { start: 0, end: 0 };
  return { start, end: end !== undefined && end >= 0 ? end + 1 : start };
}
