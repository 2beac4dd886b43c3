/**
 * The tokens of a section, and the tokens around a cursor in it. Features that work on text in the middle of being typed
 * read tokens rather than the tree: what stands before the cursor is right however the line goes on.
 */
import { createTokenInstance, type IToken, type TokenType } from "chevrotain";
import type { Section, TextRange } from "./ast.ts";
import { layout, tokenRange } from "./layout.ts";
import { type LexResult, lex } from "./lexer.ts";
import * as t from "./tokens.ts";

export type Token = IToken;
export { tokenRange };

const known = new WeakMap<Section, LexResult>();

/** Lexed once for a section, and kept with it. */
export function tokensOf(section: Section): LexResult {
  const lexed = known.get(section) ?? lex(section.text);
  known.set(section, lexed);
  return lexed;
}

/** A place between or in tokens. All ranges are relative to the section. */
export interface Cursor {
  readonly offset: number;
  /** What the cursor is in or at the end of; `code` where a name may stand. */
  readonly inside: "code" | "number" | "string" | "template" | "comment";
  /** The word, number, string or label that the cursor touches; empty between tokens. */
  readonly word: TextRange;
  /** Laid out as the parser reads them. The one at `index` stands for the word: a name, whatever is written there. */
  readonly tokens: readonly Token[];
  readonly index: number;
}

export function cursorIn(section: Section, offset: number): Cursor {
  const { tokens, comments, errors } = tokensOf(section);
  const inComment = comments.some((c) => c.startOffset < offset && offset <= tokenRange(c).end);
  const touched = tokens.find((token) => touches(token, offset));
  // What follows an opening quote without its partner is no token.
  const open = errors.find(({ range }) => range.start < offset && offset <= range.end);
  const inside = inComment ? "comment" : touched ? insideOf(touched) : insideText(section.text, open);
  const word = touched ? tokenRange(touched) : inside !== "code" && open ? open.range : empty(offset);
  const sentinel = nameAt(section.text, word);
  const rest = tokens.filter((token) => token !== touched);
  const at = rest.findIndex((token) => token.startOffset >= word.start);
  const laidOut = layout(rest.toSpliced(at < 0 ? rest.length : at, 0, sentinel)).tokens;
  return { offset, inside, word, tokens: laidOut, index: laidOut.indexOf(sentinel) };
}

/** The tokens of an expression on its own, as in a label's hole, with the cursor in them. */
export function cursorInText(text: string, offset: number): Cursor {
  return cursorIn({ file: "", text, items: [], comments: [], errors: [] }, offset);
}

/** Whether a token may be a name: identifiers, and keywords before a colon. */
export function isName(token: Token | undefined): boolean {
  return token !== undefined && isNameType(token.tokenType);
}

function isNameType(type: TokenType): boolean {
  return type === t.Identifier || (type.CATEGORIES?.includes(t.Name) ?? false);
}

/** Words and numbers also at their end; strings and labels between their quotes. */
function touches(token: Token, offset: number): boolean {
  const { start, end } = tokenRange(token);
  if (start >= offset) return false;
  if (token.tokenType === t.StringLiteral || token.tokenType === t.TemplateLiteral) return offset < end;
  return offset <= end && (isNameType(token.tokenType) || token.tokenType === t.NumberLiteral);
}

function insideOf({ tokenType }: Token): Cursor["inside"] {
  if (tokenType === t.StringLiteral) return "string";
  if (tokenType === t.TemplateLiteral) return "template";
  return tokenType === t.NumberLiteral ? "number" : "code";
}

function insideText(text: string, open: { readonly range: TextRange } | undefined): Cursor["inside"] {
  const opening = open && text[open.range.start];
  if (opening === '"') return "string";
  return opening === "`" ? "template" : "code";
}

function empty(offset: number): TextRange {
  return { start: offset, end: offset };
}

function nameAt(text: string, { start, end }: TextRange): Token {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const column = start - lineStart + 1;
  // Layout reads columns only, lines are for error messages.
  return createTokenInstance(
    t.Identifier,
    text.slice(start, end),
    start,
    end - 1,
    1,
    1,
    column,
    column + end - start,
  );
}
