/** Fixes of braces that lack their partner: where one belongs is told by how the lines stand. */
import type { TextRange } from "../../../../grammar/text.ts";
import { edit, insert, textOf } from "./editing.ts";
import type { Candidate, FixContext } from "./fix.ts";

/** The message says that there is none; whether the text is better off is found out by trying. */
export function pairBrace(ctx: FixContext): Candidate[] {
  const start = ctx.diagnostic.range.start - ctx.offset;
  const range = { start, end: ctx.diagnostic.range.end - ctx.offset };
  switch (textOf(ctx, range)) {
    case "{":
      return [{ title: "Insert the missing `}`", edits: [closing(ctx, start)] }];
    case "}":
      return [{ title: "Remove this `}`", edits: [edit(ctx, withItsLine(ctx, range), "")] }];
    default:
      return [];
  }
}

/** A brace below the last line that stands deeper than the line which opens it. */
function closing(ctx: FixContext, open: number) {
  const { text } = ctx.section;
  const indent = indentOf(text.slice(text.lastIndexOf("\n", open) + 1));
  const opening = lineEnd(text, open);
  let end = opening;
  for (let next = opening; next < text.length; ) {
    const line = text.slice(next + 1, lineEnd(text, next + 1));
    if (!/^\s*(\/\/.*)?$/.test(line)) {
      if (indentOf(line).length <= indent.length) break;
      end = next + 1 + line.length;
    }
    next += 1 + line.length;
  }
  return insert(ctx, end, end === opening ? " }" : `\n${indent}}`);
}

/** All of its line where nothing else is on it. */
function withItsLine({ section: { text } }: FixContext, range: TextRange): TextRange {
  const start = text.lastIndexOf("\n", range.start - 1);
  const end = lineEnd(text, range.end);
  const alone = start >= 0 && (text.slice(start, range.start) + text.slice(range.end, end)).trim() === "";
  return alone ? { start, end } : range;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at;
}

const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? "";
