/** After `// lwnet: allow`: the lints, those first that are found where the comment is for. */

import type { FileId } from "../../../../../grammar/ast.ts";
import type { TextRange } from "../../../../../grammar/text.ts";
import { lints } from "../../diagnostics/codes.ts";
import type { Analysis } from "../../workspace.ts";
import { diagnostics } from "../diagnostics.ts";
import { item } from "./context.ts";
import type { CompletionList } from "./types.ts";

const beforeCode = /\/\/\s*lwnet:\s*allow\s+(?:[\w-]+\s*,\s*)*([\w-]*)$/;
const beforeAllow = /\/\/\s*lwnet:\s*(\w*)$/;

export function allowItems(analysis: Analysis, id: FileId, text: string, offset: number): CompletionList {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const word = beforeAllow.exec(line)?.[1];
  if (word !== undefined) {
    const allow = item("allow", "keyword", "keyword", 0, { detail: "a lint, here", text: "allow " });
    return { ...wordAround(text, offset, word.length), complete: true, items: [allow] };
  }
  const code = beforeCode.exec(line)?.[1];
  if (code === undefined) return { ...wordAround(text, offset, 0), complete: true, items: [] };
  const reach = lineMeant(text, offset - line.length);
  const found = new Set<string>(
    diagnostics(analysis, id)
      .filter(({ range }) => range.start <= reach.end && range.end >= reach.start)
      .map((each) => each.code),
  );
  const given = new Set(line.match(/[\w-]+/g) ?? []);
  const items = Object.entries(lints).flatMap(([name, { title }], i) =>
    given.has(name) && name !== code
      ? []
      : [item(name, "value", found.has(name) ? "preferred" : "value", i, { detail: title })],
  );
  return { ...wordAround(text, offset, code.length), complete: true, items };
}

/** The line of the comment, or the next one with code where the comment has a line of its own. */
function lineMeant(text: string, lineStart: number): TextRange {
  for (let start = lineStart; ; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const isCode = !/^\s*(?:\/\/|$)/.test(text.slice(start, end));
    if (isCode || newline < 0) return { start, end };
    start = newline + 1;
  }
}

function wordAround(text: string, offset: number, typed: number): { typed: TextRange; word: TextRange } {
  const start = offset - typed;
  const rest = /^[\w-]*/.exec(text.slice(offset, offset + 80))?.[0] ?? "";
  return { typed: { start, end: offset }, word: { start, end: offset + rest.length } };
}
