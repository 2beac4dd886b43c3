/** Allows a lint at its place by a comment, or takes a comment back that allows nothing. */
import { isLint } from "../diagnostics/codes.ts";
import { allowsIn } from "../lint/allow.ts";
import { edit, insert, wholeLines } from "./editing.ts";
import type { Candidate, FixContext } from "./fix.ts";

export function allowLint(ctx: FixContext): Candidate[] {
  const { code, range } = ctx.diagnostic;
  if (!isLint(code) || code === "unneeded-allow" || code === "unknown-lint") return [];
  const { text, comments, items } = ctx.section;
  const at = range.start - ctx.offset;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const nextLine = text.indexOf("\n", at);
  const lineEnd = nextLine < 0 ? text.length : text[nextLine - 1] === "\r" ? nextLine - 1 : nextLine;
  const title = `Allow \`${code}\` here`;
  const allow = (edits: Candidate["edits"]): Candidate[] => [
    { title, edits, silences: true, preferred: false },
  ];
  const own = allowsIn(ctx.section).findLast(
    ({ scope }) => scope.start <= at && at <= scope.end && scope.start >= lineStart,
  );
  if (own) return allow([insert(ctx, own.range.end, `, ${code}`)]);
  const opensItem = items.some((item) => item.range.start >= lineStart && item.range.start <= lineEnd);
  const hasComment = comments.some(
    (comment) => comment.range.start >= lineStart && comment.range.start <= lineEnd,
  );
  if (!opensItem && !hasComment) return allow([insert(ctx, lineEnd, ` // lwnet: allow ${code}`)]);
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  return allow([insert(ctx, lineStart, `${indent}// lwnet: allow ${code}\n`)]);
}

export function removeAllow(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "allow") return [];
  const { allow } = data;
  const siblings = allowsIn(ctx.section).filter(({ comment }) => comment === allow.comment);
  const title = `Remove \`${allow.code}\` from what is allowed`;
  if (siblings.length > 1) {
    const next = siblings[siblings.indexOf(allow) + 1];
    const previous = siblings[siblings.indexOf(allow) - 1];
    const range = next
      ? { start: allow.range.start, end: next.range.start }
      : { start: previous?.range.end ?? allow.range.start, end: allow.range.end };
    return [{ title, edits: [edit(ctx, range, "")] }];
  }
  const { range } = allow.comment;
  const lines = wholeLines(ctx.section.text, range);
  const blanks = /[ \t]*$/.exec(ctx.section.text.slice(0, range.start))?.[0].length ?? 0;
  const start = lines.start < range.start ? lines.start : range.start - blanks;
  return [{ title: "Remove the comment", edits: [edit(ctx, { start, end: lines.end }, "")] }];
}
