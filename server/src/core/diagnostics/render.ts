/** Diagnostics as a terminal shows them: place, code, message, and the line with a caret under the fault. */
import type { SourceFile } from "../../../../grammar/parse.ts";
import type { TextRange } from "../../../../grammar/text.ts";
import type { CodeAction, FileDiagnostic } from "../ide/types.ts";

/** Colours, injected: the core knows no terminal. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

export interface RenderContext {
  readonly paint: Paint;
  /** The file of an id, and the name that people know it by. */
  readonly file: (id: string) => { readonly source: SourceFile; readonly name: string } | undefined;
}

export function renderDiagnostic(
  ctx: RenderContext,
  id: string,
  found: FileDiagnostic,
  fixes: readonly Pick<CodeAction, "title">[],
): string {
  const { paint } = ctx;
  const colour = found.severity === "error" ? paint.error : paint.warning;
  const head = `${placeText(ctx, id, found.range)}: ${colour(`${found.severity}[${found.code}]`)}: ${paint.strong(printable(found.message))}`;
  const notes = found.related.map(({ file, range, message }) => {
    const line = lineText(ctx, file, range);
    return `  ${paint.faint(placeText(ctx, file, range))}  ${line}  ${paint.faint("·")} ${printable(message)}`;
  });
  const help = fixes.map(({ title }) => `  ${paint.strong("fix")}: ${printable(title)}`);
  return [head, ...excerptLines(ctx, id, found.range, colour), ...notes, ...help].join("\n");
}

function placeText(ctx: RenderContext, id: string, range: TextRange): string {
  const file = ctx.file(id);
  if (!file) return printable(id);
  const { line, character } = file.source.lines.position(range.start);
  return `${printable(file.name)}:${line + 1}:${character + 1}`;
}

/** The line from a place on. */
function lineText(ctx: RenderContext, id: string, range: TextRange): string {
  const source = ctx.file(id)?.source;
  if (!source) return "";
  const line = source.lines.line(source.lines.position(range.start).line);
  return shorten(printable(source.text.slice(range.start, line.end).trim()));
}

/** The line of a fault with carets under it; of a fault over several lines, its first. */
function excerptLines(
  ctx: RenderContext,
  id: string,
  range: TextRange,
  colour: (text: string) => string,
): string[] {
  const source = ctx.file(id)?.source;
  if (!source) return [];
  const { line, character } = source.lines.position(range.start);
  const lineRange = source.lines.line(line);
  const text = source.text.slice(lineRange.start, lineRange.end);
  if (text.length > maxLineLength) return [];
  const number = String(line + 1).padStart(5);
  const before = printable(text.slice(0, character));
  const under = printable(text.slice(character, character + range.end - range.start));
  const carets = "^".repeat(Math.max(1, width(under)));
  const bar = ctx.paint.faint("|");
  return [
    `${ctx.paint.faint(number)} ${bar} ${printable(text)}`,
    `      ${bar} ${" ".repeat(width(before))}${colour(carets)}`,
  ];
}

const maxLineLength = 200;

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Control characters would move the cursor or colour the terminal: they are shown, not obeyed. */
function printable(text: string): string {
  return text.replaceAll("\t", " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Columns in a terminal: East Asian wide characters take two. */
function width(text: string): number {
  return [...text].reduce(
    (sum, c) =>
      sum + (/\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(c) ? 2 : 1),
    0,
  );
}
