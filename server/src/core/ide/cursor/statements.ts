/** Reads bodies and statements up to a cursor, and keeps the names in scope on the way. */
import { isName, type Token, tokenRange } from "../../../../../grammar/sectionTokens.ts";
import * as t from "../../../../../grammar/tokens.ts";
import { readArguments, readExpression, readList } from "./expressions.ts";
import type { BodyKind, ScopeName } from "./place.ts";
import {
  beforeColon,
  done,
  expecting,
  nothing,
  peek,
  type Reader,
  sees,
  startOf,
  take,
  words,
} from "./reader.ts";

export function readBody(r: Reader, kind: BodyKind, owner: number): void {
  if (expecting(r, nothing) || !take(r, t.LCurly)) return;
  const outer = r.names.length;
  const body = { kind, owner, statements: [] as number[] };
  r.bodies.push(body);
  let separated = true;
  let clause: "shortcut" | "else" | undefined;
  while (!done(r)) {
    if (take(r, t.RCurly)) break;
    if (take(r, t.Newline)) separated = true;
    else if (take(r, t.Arrow)) {
      separated = true;
      clause = undefined;
    } else if (!separated && expecting(r, words(...(clause ? [clause] : [])))) break;
    else {
      const start = startOf(r);
      clause = readStatement(r, clause);
      body.statements.push(start);
      separated = false;
    }
  }
  r.bodies.pop();
  r.names.length = outer;
}

/** Returns the clause that could still follow. */
function readStatement(
  r: Reader,
  clauseBefore: "shortcut" | "else" | undefined,
): "shortcut" | "else" | undefined {
  const start = startOf(r);
  const label = readLabel(r);
  const place = { kind: "statement", labelled: label !== undefined, clause: clauseBefore } as const;
  if (expecting(r, () => place)) return undefined;
  const before = r.next;
  const clause = readHead(r, start);
  if (r.next === before) skipToSeparator(r);
  if (label?.tokenType && label.tokenType !== t.TemplateLiteral) declare(r, "label", label.image, start);
  return clause;
}

function readLabel(r: Reader): Token | undefined {
  const token = r.tokens[r.next];
  const isLabel = (isName(token) || token?.tokenType === t.TemplateLiteral) && beforeColon(r);
  if (!isLabel || expecting(r, nothing)) return undefined;
  r.next += 2;
  return token;
}

function readHead(r: Reader, start: number): "shortcut" | "else" | undefined {
  const token = peek(r);
  switch (token?.tokenType) {
    case t.Identifier:
      r.next++;
      if (sees(r, t.LParen)) readArguments(r, "layer", token.image, tokenRange(token).start);
      return undefined;
    case t.LCurly:
      readBody(r, "group", start);
      return undefined;
    case t.Residual:
      r.next++;
      return readResidual(r, start);
    case t.Dense:
      r.next++;
      readBody(r, "dense", start);
      return undefined;
    case t.Concat:
    case t.Add:
    case t.Mul:
      r.next++;
      if (sees(r, t.LParen)) readArguments(r, "combine", token.image, tokenRange(token).start);
      else readBranches(r, start);
      return undefined;
    case t.Repeat:
      r.next++;
      readRepeat(r, start);
      return undefined;
    case t.For:
      r.next++;
      readFor(r, start);
      return undefined;
    case t.If:
      r.next++;
      return readIf(r, start);
    case t.Else: {
      // Its `if` could not be read.
      r.next++;
      readBody(r, "if", start);
      return undefined;
    }
    case t.From:
      r.next++;
      if (expecting(r, () => ({ kind: "from" }))) return undefined;
      if (sees(r, t.Identifier) || sees(r, t.In)) r.next++;
      return undefined;
    case t.Tap:
      r.next++;
      readBody(r, "tap", start);
      return undefined;
    default:
      readCheck(r, start);
      return undefined;
  }
}

function readCheck(r: Reader, start: number): void {
  switch (peek(r)?.tokenType) {
    case t.Input:
      r.next++;
      return readInput(r, start);
    case t.Output:
      r.next++;
      if (!expecting(r, nothing)) take(r, t.Identifier);
      return;
    case t.Expect:
      r.next++;
      if (!expecting(r, () => ({ kind: "shape", of: "expect" }))) readList(r, "expected");
      return;
    case t.Require:
      r.next++;
      readExpression(r, "condition");
      if (take(r, t.Comma) && !expecting(r, nothing)) take(r, t.StringLiteral);
      return;
    case t.Budget:
      r.next++;
      return readBudget(r);
  }
}

function readResidual(r: Reader, start: number): "shortcut" | undefined {
  readCondition(r);
  readBody(r, "residual", start);
  if (!take(r, t.Shortcut)) return "shortcut";
  readCondition(r);
  readBody(r, "shortcut", start);
  return undefined;
}

function readCondition(r: Reader): void {
  if (!expecting(r, words("when")) && take(r, t.When)) readExpression(r, "condition");
}

function readBranches(r: Reader, start: number): void {
  if (expecting(r, nothing) || !take(r, t.LCurly)) return;
  while (!done(r)) {
    if (take(r, t.RCurly)) return;
    if (take(r, t.Newline)) continue;
    const label = readLabel(r);
    if (r.found || expecting(r, () => ({ kind: "branch" }))) return;
    if (take(r, t.Branch)) readBody(r, "branch", start);
    // What is no branch is passed over.
    else if (label === undefined) r.next++;
  }
}

function readRepeat(r: Reader, start: number): void {
  readExpression(r, "count", { follow: ["as"] });
  if (take(r, t.As)) declareLoop(r, readName(r));
  readLoopBody(r, "repeat", start);
}

function readFor(r: Reader, start: number): void {
  const names = [readName(r)];
  while (take(r, t.Comma)) names.push(readName(r));
  if (expecting(r, words("in"))) return;
  if (take(r, t.In)) readExpression(r, "list");
  // The list is outside of what they are for.
  for (const name of names) declareLoop(r, name);
  readLoopBody(r, "for", start);
}

function readName(r: Reader): Token | undefined {
  return expecting(r, nothing) ? undefined : take(r, t.Identifier);
}

function declareLoop(r: Reader, name: Token | undefined): void {
  if (name) declare(r, "loop", name.image, tokenRange(name).start);
}

function readLoopBody(r: Reader, kind: "repeat" | "for", start: number): void {
  readBody(r, kind, start);
  if (r.found) return;
  while (r.names.at(-1)?.kind === "loop" && (r.names.at(-1)?.start ?? 0) > start) r.names.pop();
}

function readIf(r: Reader, start: number): "else" | undefined {
  readExpression(r, "condition");
  readBody(r, "if", start);
  if (!take(r, t.Else)) return "else";
  if (expecting(r, words("if"))) return undefined;
  if (take(r, t.If)) return readIf(r, start);
  readBody(r, "if", start);
  return undefined;
}

function readInput(r: Reader, start: number): void {
  if (expecting(r, nothing)) return;
  const name = take(r, t.Identifier);
  if (!take(r, t.Colon)) return void expecting(r, nothing);
  const dims = r.next;
  if (expecting(r, () => ({ kind: "shape", of: "input" }))) return;
  readList(r, "dimension");
  for (const token of r.tokens.slice(dims, r.next)) {
    const known = r.names.some((known) => known.name === token.image);
    if (token.tokenType === t.Identifier && !known) declare(r, "dim", token.image, tokenRange(token).start);
  }
  if (name) declare(r, "input", name.image, start);
}

function readBudget(r: Reader): void {
  if (expecting(r, nothing) || !take(r, t.LCurly)) return;
  const given: string[] = [];
  while (!done(r)) {
    if (take(r, t.RCurly)) return;
    if (expecting(r, () => ({ kind: "metric", given: [...given, ...metricsAfter(r)] }))) return;
    const metric = take(r, t.Identifier);
    if (!metric) {
      r.next++;
      continue;
    }
    given.push(metric.image);
    if (take(r, t.LessEqual) || take(r, t.Less)) readExpression(r, "limit");
    else expecting(r, nothing);
  }
}

function metricsAfter(r: Reader): string[] {
  const rest = r.tokens.slice(r.next + 1);
  const end = rest.findIndex(({ tokenType }) => tokenType === t.RCurly);
  const isMetric = (i: number) => {
    const type = rest[i + 1]?.tokenType;
    return type === t.LessEqual || type === t.Less;
  };
  return rest.slice(0, end < 0 ? rest.length : end).flatMap(({ image }, i) => (isMetric(i) ? [image] : []));
}

function skipToSeparator(r: Reader): void {
  while (!done(r)) {
    if (expecting(r, nothing)) return;
    if (sees(r, t.Newline) || sees(r, t.Arrow) || sees(r, t.RCurly)) return;
    r.next++;
  }
}

export function declare(
  r: Reader,
  kind: ScopeName["kind"],
  name: string,
  start: number,
  type?: string,
): void {
  r.names.push({ kind, name, start, type });
}
