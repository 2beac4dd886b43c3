/** Text to tokens. Comments are kept apart: the parser never sees them, documentation and formatting do. */
import { type IToken, Lexer } from "chevrotain";
import type { ParseError } from "./ast.ts";
import { allTokens } from "./tokens.ts";

const lexer = new Lexer([...allTokens], { positionTracking: "full", ensureOptimizations: true });

export interface LexResult {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  readonly errors: readonly ParseError[];
}

export function lex(text: string): LexResult {
  const result = lexer.tokenize(text);
  const errors = result.errors.map((error): ParseError => {
    const found = text.slice(error.offset, error.offset + error.length);
    const message = found.startsWith('"')
      ? 'this string is never closed; end it with `"` on the same line'
      : found.startsWith("`")
        ? "this label is never closed; end it with a backtick on the same line"
        : `unexpected character ${JSON.stringify(found.length > 20 ? `${found.slice(0, 20)}…` : found)}`;
    return { message, range: { start: error.offset, end: error.offset + error.length } };
  });
  return { tokens: result.tokens, comments: result.groups.comments ?? [], errors };
}
