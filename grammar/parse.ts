/**
 * The entry point of the grammar: `parse(file, text, previous)`.
 *
 * A file is cut into sections at the lines that start an item, and each section is parsed on its own. Damage
 * thus stays within one item, and after an edit only the sections whose text changed are parsed again: all
 * others keep their identity, on which analysis hangs its memo.
 */
import type { IToken } from "chevrotain";
import type {
  Comment,
  Declaration,
  Expr,
  FileId,
  ImportDecl,
  Item,
  Location,
  ParseError,
  Section,
} from "./ast.ts";
import { layout, tokenRange } from "./layout.ts";
import { lex } from "./lexer.ts";
import { lowerFile } from "./lower.ts";
import { lowerExpr } from "./lowerExpr.ts";
import { toParseError } from "./parseErrors.ts";
import { parseCst } from "./parser.ts";
import { LineIndex, shift, type TextRange } from "./text.ts";

export interface PlacedSection {
  readonly section: Section;
  /** Offset of the section's text in the file. */
  readonly offset: number;
}

/** One version of a file, parsed. */
export interface SourceFile {
  readonly id: FileId;
  readonly text: string;
  readonly lines: LineIndex;
  readonly sections: readonly PlacedSection[];
  readonly items: readonly Item[];
}

/** Parses a text. Never throws; `previous` is an earlier version whose unchanged sections are taken over. */
export function parse(id: FileId, text: string, previous?: SourceFile): SourceFile {
  const known = new Map<string, Section[]>();
  for (const { section } of previous?.id === id ? previous.sections : []) {
    const same = known.get(section.text);
    if (same) same.push(section);
    else known.set(section.text, [section]);
  }
  const sections = cut(text).map(({ start, end }): PlacedSection => {
    const part = text.slice(start, end);
    return { offset: start, section: known.get(part)?.shift() ?? parseSection(id, part) };
  });
  return {
    id,
    text,
    lines: new LineIndex(text),
    sections,
    items: sections.flatMap(({ section }) => section.items),
  };
}

/** Where the location stands in this version; undefined when its section is not part of it. */
export function absoluteRange(file: SourceFile, location: Location): TextRange | undefined {
  const placed = file.sections.find(({ section }) => section === location.section);
  return placed && shift(location.range, placed.offset);
}

/** The section that holds an offset. A boundary belongs to the section that starts there. */
export function sectionAt(file: SourceFile, offset: number): PlacedSection | undefined {
  return file.sections.findLast((placed) => placed.offset <= offset);
}

export function declarations(file: SourceFile): Declaration[] {
  return file.items.filter((item) => item.kind !== "import");
}

export function imports(file: SourceFile): ImportDecl[] {
  return file.items.filter((item) => item.kind === "import");
}

const itemStart = /^(?:block|network|const|import)(?![\p{L}\p{N}_]|[ \t]*:)/gmu;

/** Ranges of the sections: each starts at an item, or at the comment lines right above it. */
function cut(text: string): TextRange[] {
  const starts: number[] = [];
  for (const match of text.matchAll(itemStart)) starts.push(startWithComments(text, match.index));
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }));
}

function startWithComments(text: string, itemAt: number): number {
  let start = itemAt;
  while (start > 0) {
    const lineStart = start < 2 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
    if (!text.startsWith("//", lineStart)) break;
    start = lineStart;
  }
  return start;
}

function parseSection(file: FileId, text: string): Section {
  const errors: ParseError[] = [];
  const lexed = lex(text);
  const laidOut = layout(lexed.tokens);
  const { cst, errors: exceptions } = parseCst(laidOut.tokens, "file");
  errors.push(
    ...lexed.errors,
    ...laidOut.errors,
    ...exceptions.flatMap((exception) => toParseError(exception) ?? []),
  );

  const comments = lexed.comments.map(toComment);
  const items: Item[] = [];
  const section: Section = { file, text, items, comments, errors };
  const lines = new LineIndex(text);
  const lineOf = (offset: number) => lines.position(offset).line;
  const ctx = {
    section,
    errors,
    parseHole: (hole: string, offset: number) => parseHole(ctx, hole, offset),
    docBefore: (offset: number) => docBefore(comments, lineOf, lineOf(offset)),
    brokenLine: (offset: number) => errors.some((e) => lineOf(e.range.start) === lineOf(offset)),
  };
  items.push(...lowerFile(ctx, cst));
  keepFirstPerLine(errors, lineOf);
  return section;
}

/** One slip on a line raises one error: what follows it there is guesswork. */
function keepFirstPerLine(errors: ParseError[], lineOf: (offset: number) => number): void {
  errors.sort((a, b) => a.range.start - b.range.start);
  const seen = new Set<number>();
  const kept = errors.filter((error) => {
    const line = lineOf(error.range.start);
    return seen.has(line) ? false : seen.add(line);
  });
  errors.splice(0, errors.length, ...kept);
}

function parseHole(ctx: Parameters<typeof lowerFile>[0], text: string, offset: number): Expr {
  const lexed = lex(text);
  for (const token of lexed.tokens) moveToken(token, offset);
  const { cst, errors } = parseCst(lexed.tokens, "expression");
  ctx.errors.push(
    ...lexed.errors.map((error) => ({ ...error, range: shift(error.range, offset) })),
    ...errors.flatMap((error) => toParseError(error) ?? []),
  );
  return lowerExpr(cst, offset);
}

function moveToken(token: IToken, by: number): void {
  token.startOffset += by;
  if (token.endOffset !== undefined) token.endOffset += by;
}

function toComment(token: IToken): Comment {
  return { text: token.image, range: tokenRange(token), doc: token.tokenType.name === "DocComment" };
}

function docBefore(
  comments: readonly Comment[],
  lineOf: (offset: number) => number,
  itemLine: number,
): string | undefined {
  const lines: string[] = [];
  let line = itemLine - 1;
  for (const comment of comments.toReversed()) {
    if (lineOf(comment.range.start) !== line) continue;
    if (!comment.doc) break;
    lines.unshift(comment.text.replace(/^\/\/\/ ?/, ""));
    line--;
  }
  return lines.length > 0 ? lines.join("\n") : undefined;
}
