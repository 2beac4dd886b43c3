/**
 * Between the lexer and the parser: decides which line breaks separate statements, and mends unbalanced
 * braces by their indentation, so that a bracket left open on one line never swallows the lines below it.
 */
import { createTokenInstance, type IToken, type TokenType } from "chevrotain";
import type { ParseError } from "./ast.ts";
import * as t from "./tokens.ts";

export interface LayoutResult {
  readonly tokens: IToken[];
  readonly errors: readonly ParseError[];
}

export function layout(tokens: readonly IToken[]): LayoutResult {
  const errors: ParseError[] = [];
  return { tokens: separate(balance(tokens, errors)), errors };
}

/**
 * Drops the line breaks that separate nothing: inside brackets, beside `->`, before `else` and `shortcut`, and before the
 * brace that a statement on the line above still lacks.
 */
function separate(tokens: readonly IToken[]): IToken[] {
  const closed = closedBrackets(tokens);
  const result: IToken[] = [];
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.tokenType === t.LParen || token.tokenType === t.LBracket) {
      if (closed.has(i)) depth++;
    } else if (token.tokenType === t.RParen || token.tokenType === t.RBracket) {
      if (closed.has(i)) depth--;
    } else if (token.tokenType === t.Newline) {
      const previous = result.at(-1)?.tokenType;
      if (depth > 0 || previous === undefined || previous === t.Newline || previous === t.Arrow) continue;
      let next = i + 1;
      while (tokens[next]?.tokenType === t.Newline) next++;
      const following = tokens[next]?.tokenType;
      if (continuesLine(following, tokens[next + 1]?.tokenType)) continue;
      if (following === t.LCurly && lacksBody(result)) continue;
    }
    result.push(token);
  }
  return result;
}

function continuesLine(next: TokenType | undefined, afterNext: TokenType | undefined): boolean {
  return next === t.Arrow || next === t.Else || (next === t.Shortcut && afterNext !== t.Colon);
}

const bodied = new Set<TokenType>([
  t.Block,
  t.Network,
  t.Residual,
  t.Shortcut,
  t.Dense,
  t.Concat,
  t.Add,
  t.Mul,
  t.Branch,
  t.Tap,
  t.Repeat,
  t.For,
  t.If,
  t.Else,
  t.Budget,
]);

const joins = new Set<TokenType | undefined>([t.Concat, t.Add, t.Mul]);

/** Whether the last statement so far has no brace yet though it needs one. */
function lacksBody(tokens: readonly IToken[]): boolean {
  const before = tokens.findLastIndex(
    ({ tokenType: type }) => type === t.Newline || type === t.Arrow || type === t.LCurly || type === t.RCurly,
  );
  const start = tokens[before + 2]?.tokenType === t.Colon ? before + 3 : before + 1;
  const type = tokens[start]?.tokenType;
  // `add(a, b)` joins tensors by name, without branches.
  const byName = joins.has(type) && tokens[start + 1]?.tokenType === t.LParen;
  return takesBody(type) && !byName;
}

/** Whether a statement or item that begins so goes on with a body. */
export function takesBody(type: TokenType | undefined): boolean {
  return type !== undefined && bodied.has(type);
}

/** Indices of the round and square brackets that have a partner before the next brace. */
function closedBrackets(tokens: readonly IToken[]): Set<number> {
  const closed = new Set<number>();
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const type = (tokens[i] as IToken).tokenType;
    if (type === t.LParen || type === t.LBracket) open.push(i);
    else if (type === t.RParen || type === t.RBracket) {
      const partner = type === t.RParen ? t.LParen : t.LBracket;
      const at = open.at(-1);
      if (at !== undefined && tokens[at]?.tokenType === partner) {
        open.pop();
        closed.add(at).add(i);
      }
    } else if (type === t.LCurly || type === t.RCurly) open.length = 0;
  }
  return closed;
}

interface OpenBrace {
  readonly token: IToken;
  /** Column of the first token on the brace's line. */
  readonly indent: number;
}

/** Makes braces balance. A `}` that stands under an outer line closes the inner ones as well. */
function balance(tokens: readonly IToken[], errors: ParseError[]): readonly IToken[] {
  if (isBalanced(tokens)) return tokens;
  const result: IToken[] = [];
  const open: OpenBrace[] = [];
  let indent = 0;
  let first = true;

  const closeTop = (before: number) => {
    const brace = open.pop() as OpenBrace;
    errors.push({ message: "this `{` is never closed", range: tokenRange(brace.token) });
    result.splice(before, 0, virtualBrace(result[before - 1] ?? brace.token));
  };

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.tokenType === t.Newline) {
      first = true;
      result.push(token);
      continue;
    }
    const column = token.startColumn ?? 0;
    if (first) indent = column;
    if (token.tokenType === t.LCurly) open.push({ token, indent });
    if (token.tokenType === t.RCurly) {
      if (first && open.slice(0, -1).some((brace) => brace.indent === column)) {
        while ((open.at(-1) as OpenBrace).indent > column) closeTop(result.length);
      }
      const top = open.at(-1);
      if (!top || (first && column > top.indent && closesLater(tokens, i + 1, top.indent))) {
        errors.push({ message: "there is no `{` that this `}` would close", range: tokenRange(token) });
        first = false;
        continue;
      }
      open.pop();
    }
    first = false;
    result.push(token);
  }
  while (open.length > 0) closeTop(result.length);
  return result;
}

/** Indentation means nothing where the braces are right: it tells only where one may be missing. */
function isBalanced(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (const { tokenType } of tokens) {
    if (tokenType === t.LCurly) depth++;
    else if (tokenType === t.RCurly && --depth < 0) return false;
  }
  return depth === 0;
}

/** Whether a line below starts with a `}` at this column. */
function closesLater(tokens: readonly IToken[], from: number, column: number): boolean {
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (
      token.tokenType === t.RCurly &&
      token.startColumn === column &&
      tokens[i - 1]?.tokenType === t.Newline
    ) {
      return true;
    }
  }
  return false;
}

function virtualBrace(after: IToken): IToken {
  const { end } = tokenRange(after);
  const line = after.endLine ?? after.startLine ?? 1;
  const column = (after.endColumn ?? after.startColumn ?? 1) + 1;
  // An empty token: its inclusive end lies before its start.
  return createTokenInstance(t.RCurly, "", end, end - 1, line, line, column, column);
}

/** Half-open range of a token. */
export function tokenRange(token: IToken): { start: number; end: number } {
  return { start: token.startOffset, end: (token.endOffset ?? token.startOffset - 1) + 1 };
}
