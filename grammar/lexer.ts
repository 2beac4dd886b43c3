/** Text to tokens. Comments are kept apart: the parser never sees them, documentation and formatting do. */
import { type IToken, Lexer } from "chevrotain";
import type { ParseError } from "./ast.ts";
import type { TextRange } from "./text.ts";
import { allTokens } from "./tokens.ts";

const lexer = new Lexer([...allTokens], {
  positionTracking: "full",
  ensureOptimizations: true,
  skipValidations: true,
});

export interface LexResult {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  readonly errors: readonly ParseError[];
}

export function lex(text: string): LexResult {
  const result = lexer.tokenize(text);
  const unclosed: TextRange[] = [];
  const errors = result.errors.map((error): ParseError => {
    const opening = text[error.offset];
    if (opening !== '"' && opening !== "`") {
      const found = JSON.stringify(text.slice(error.offset, error.offset + Math.min(error.length, 20)));
      return {
        message: `unexpected character ${found}`,
        range: { start: error.offset, end: error.offset + error.length },
      };
    }
    // What follows an opening quote is no code: it would only raise errors of its own.
    const range = { start: error.offset, end: lineEnd(text, error.offset) };
    unclosed.push(range);
    const [what, close] = opening === '"' ? ["string", '`"`'] : ["label", "a backtick"];
    return { message: `this ${what} is never closed; end it with ${close} on the same line`, range };
  });
  const isCode = (token: IToken) =>
    !unclosed.some(({ start, end }) => start <= token.startOffset && token.startOffset < end);
  const tokens = unclosed.length === 0 ? result.tokens : result.tokens.filter(isCode);
  return { tokens, comments: result.groups.comments ?? [], errors };
}

function lineEnd(text: string, offset: number): number {
  const end = text.slice(offset).search(/[\r\n]/);
  return end < 0 ? text.length : offset + end;
}
