/**
 * What selecting more and more takes in: the word, the argument, the list of arguments, the statement, its line of
 * statements, the body, the item, the file.
 */
import type { Body, FileId, SyntaxNode } from "../../../../grammar/ast.ts";
import { type SourceFile, sectionAt } from "../../../../grammar/parse.ts";
import { tokenRange, tokensOf } from "../../../../grammar/sectionTokens.ts";
import { contains, shift, type TextRange } from "../../../../grammar/text.ts";
import * as t from "../../../../grammar/tokens.ts";
import type { Analysis } from "../workspace.ts";
import { isStatement, nodesAt } from "./places.ts";

/** For each offset the ranges that hold it, innermost first, each within the next. */
export function selectionRanges(analysis: Analysis, id: FileId, offsets: readonly number[]): TextRange[][] {
  const source = analysis.file(id);
  return source ? offsets.map((offset) => rangesAt(source, offset)) : [];
}

function rangesAt(source: SourceFile, offset: number): TextRange[] {
  const placed = sectionAt(source, offset);
  const path = nodesAt(source, offset);
  const inSection = placed
    ? [
        ...wordRanges(placed.section, offset - placed.offset),
        ...commentRanges(placed.section, offset - placed.offset),
        ...(path?.nodes ?? []).flatMap((node, i) =>
          nodeRanges(node, path?.nodes[i + 1], placed.section.text, offset - placed.offset),
        ),
        ...(path ? [withComments(path.item, placed.section)] : []),
      ].map((range) => shift(range, placed.offset))
    : [];
  return nested([...inSection, { start: 0, end: source.text.length }], offset);
}

/** From small to large; what overlaps another one in part is left out. */
function nested(ranges: readonly TextRange[], offset: number): TextRange[] {
  const result: TextRange[] = [];
  const size = ({ start, end }: TextRange) => end - start;
  for (const range of ranges.toSorted((a, b) => size(a) - size(b))) {
    if (!contains(range, offset) || range.end < range.start) continue;
    const inner = result.at(-1);
    if (!inner || (size(range) > size(inner) && range.start <= inner.start && range.end >= inner.end)) {
      if (size(range) > 0 || range.end === 0) result.push(range);
    }
  }
  return result;
}

/** The token under the cursor, of two a word before a bracket; of a text first what is between its quotes. */
function wordRanges(section: Parameters<typeof tokensOf>[0], offset: number): TextRange[] {
  const touched = tokensOf(section).tokens.filter(
    (token) => contains(tokenRange(token), offset) && token.tokenType !== t.Newline,
  );
  const words = touched.filter(({ image }) => /^[\p{L}\p{N}_"`]/u.test(image));
  return (words.length > 0 ? words : touched).flatMap((token) => {
    const range = tokenRange(token);
    const isQuoted = token.tokenType === t.StringLiteral || token.tokenType === t.TemplateLiteral;
    return isQuoted ? [within(range), range] : [range];
  });
}

function commentRanges({ comments }: Parameters<typeof tokensOf>[0], offset: number): TextRange[] {
  return comments.flatMap(({ range }) => (contains(range, offset) ? [range] : []));
}

function nodeRanges(
  node: SyntaxNode,
  inner: SyntaxNode | undefined,
  text: string,
  offset: number,
): TextRange[] {
  const ranges: TextRange[] = [node.range];
  if (node.kind === "layer" && node.argsRange) ranges.push(within(node.argsRange), node.argsRange);
  if (node.kind === "list") ranges.push(within(node.range));
  if (node.kind === "body") {
    ranges.push(trimmed(within(node.range), text));
    if (inner && isStatement(inner)) ranges.push(lineOf(node, inner, text));
  }
  // Before the label's colon the label is meant, behind it the statement without it.
  if (isStatement(node) && node.label && node.head.start <= offset) {
    ranges.push({ start: node.head.start, end: node.range.end });
  }
  return ranges;
}

/** The statements that are joined with this one by `->`. */
function lineOf({ statements }: Body, statement: SyntaxNode, text: string): TextRange {
  const joined = (before: SyntaxNode | undefined, after: SyntaxNode | undefined) =>
    before !== undefined &&
    after !== undefined &&
    text.slice(before.range.end, after.range.start).includes("->");
  let first = statements.findIndex(({ range }) => range === statement.range);
  let last = first;
  while (joined(statements[first - 1], statements[first])) first--;
  while (joined(statements[last], statements[last + 1])) last++;
  const [from, to] = [statements[first] ?? statement, statements[last] ?? statement];
  return { start: from.range.start, end: to.range.end };
}

/** The item with its documentation. */
function withComments(item: SyntaxNode, { text, comments }: Parameters<typeof tokensOf>[0]): TextRange {
  const [first] = comments.filter(({ range }) => range.end <= item.range.start);
  const isAbove = first && !/\n[ \t]*\r?\n/.test(text.slice(first.range.end, item.range.start));
  return { start: isAbove ? first.range.start : item.range.start, end: item.range.end };
}

function within({ start, end }: TextRange): TextRange {
  return { start: start + 1, end: Math.max(start + 1, end - 1) };
}

function trimmed({ start, end }: TextRange, text: string): TextRange {
  const content = text.slice(start, end);
  const first = start + (content.length - content.trimStart().length);
  return content.trim() === "" ? { start, end } : { start: first, end: first + content.trim().length };
}
