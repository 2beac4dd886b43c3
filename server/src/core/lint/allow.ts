/**
 * `// lwnet: allow CODE, CODE` in the text. At the end of a line it is for what is found on that line; on a line of its
 * own for the item or statement that begins on the next one, with all that is inside.
 */
import type { Comment, Section, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { contains, LineIndex } from "../../../../grammar/text.ts";
import { children } from "../../../../grammar/walk.ts";

export interface Allow {
  /** The code as it is written, and where. */
  readonly code: string;
  readonly range: TextRange;
  readonly comment: Comment;
  /** What it is for. */
  readonly scope: TextRange;
}

const form = /^\/\/\s*lwnet:\s*allow\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;
const known = new WeakMap<Section, readonly Allow[]>();

/** In the order of the text. */
export function allowsIn(section: Section): readonly Allow[] {
  const found = known.get(section) ?? findAllows(section);
  known.set(section, found);
  return found;
}

function findAllows(section: Section): readonly Allow[] {
  if (!section.text.includes("lwnet:")) return [];
  const lines = new LineIndex(section.text);
  return section.comments.flatMap((comment) => {
    const match = form.exec(comment.text);
    const list = match?.[1];
    if (list === undefined || match === null) return [];
    const scope = scopeOf(section, lines, comment.range);
    const start = comment.range.start + match[0].length - list.length;
    return [...list.matchAll(/[\w-]+/g)].map(({ 0: code, index }): Allow => {
      const at = start + index;
      return { code, range: { start: at, end: at + code.length }, comment, scope };
    });
  });
}

function scopeOf(section: Section, lines: LineIndex, comment: TextRange): TextRange {
  const line = lines.position(comment.start).line;
  const own = lines.line(line);
  if (section.text.slice(own.start, comment.start).trim() !== "") return own;
  for (let next = line + 1; next < lines.lineCount; next++) {
    const range = lines.line(next);
    const text = section.text.slice(range.start, range.end).trim();
    if (text === "" || text.startsWith("//")) continue;
    return nodeOn(section, range) ?? range;
  }
  return own;
}

/** The outermost item or statement that begins on a line. */
function nodeOn(section: Section, line: TextRange): TextRange | undefined {
  let nodes: readonly SyntaxNode[] = section.items;
  while (nodes.length > 0) {
    const found = nodes.find(
      (node) => node.kind !== "body" && node.range.start >= line.start && node.range.start <= line.end,
    );
    if (found)
      return { start: Math.min(line.start, found.range.start), end: Math.max(line.end, found.range.end) };
    nodes = nodes.filter((node) => contains(node.range, line.start)).flatMap(children);
  }
  return undefined;
}
