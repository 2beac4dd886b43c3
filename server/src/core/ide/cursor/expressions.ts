/** Reads expressions and the arguments of calls up to a cursor. Precedence does not matter for what could go on there. */
import { isName, tokenRange } from "../../../../../grammar/sectionTokens.ts";
import * as t from "../../../../../grammar/tokens.ts";
import type { OpenCall, Role } from "./place.ts";
import { atCursor, beforeColon, done, expecting, peek, type Reader, sees, startOf, take } from "./reader.ts";

interface Options {
  readonly index?: number;
  readonly mayName?: boolean;
  readonly type?: string | undefined;
  /** Words that may follow the expression. */
  readonly follow?: readonly string[];
}

const joining = new Set([
  t.Plus,
  t.Minus,
  t.Times,
  t.Slash,
  t.Percent,
  t.Div,
  t.And,
  t.Or,
  t.Equal,
  t.NotEqual,
  t.Less,
  t.LessEqual,
  t.Greater,
  t.GreaterEqual,
]);

export function readExpression(r: Reader, role: Role, options: Options = {}): void {
  readOperand(r, role, options);
  let chosen = false;
  while (!done(r)) {
    const follow = chosen ? ["else"] : [...(options.follow ?? []), "if"];
    if (expecting(r, () => ({ kind: "words", words: [...follow, "and", "or", "div"] }))) return;
    const type = peek(r)?.tokenType;
    if (type === t.If || type === t.Else) chosen = type === t.If;
    else if (!type || !joining.has(type)) return;
    r.next++;
    readOperand(r, type === t.If ? "condition" : role === "condition" ? "condition" : "value", {});
  }
}

function readOperand(r: Reader, role: Role, { index = 0, mayName = false, type: declared }: Options): void {
  let first = mayName;
  while (sees(r, t.Not) || sees(r, t.Minus)) {
    r.next++;
    first = false;
  }
  if (expecting(r, () => ({ kind: "expression", role, index, mayName: first, type: declared }))) return;
  const token = peek(r);
  const type = token?.tokenType;
  const isNamed = type === t.Identifier || type === t.It || type === t.In;
  if (type === t.LBracket) readList(r, "value");
  else if (take(r, t.LParen)) {
    readExpression(r, role === "condition" ? role : "value");
    take(r, t.RParen);
  } else if (
    isNamed ||
    type === t.NumberLiteral ||
    type === t.StringLiteral ||
    type === t.True ||
    type === t.False
  ) {
    r.next++;
  } else return;
  readSuffixes(r, isNamed ? token?.image : undefined, token ? tokenRange(token).start : 0);
}

function readSuffixes(r: Reader, object: string | undefined, start: number): void {
  let name = object;
  while (!done(r)) {
    if (take(r, t.Dot)) {
      if (expecting(r, () => ({ kind: "member", object: name }))) return;
      take(r, t.Identifier);
    } else if (take(r, t.LBracket)) {
      readExpression(r, "value");
      take(r, t.RBracket);
    } else if (sees(r, t.LParen) && name !== undefined) readArguments(r, "function", name, start);
    else return;
    name = undefined;
  }
}

/** `[a, b]`; the role and the place of each element. */
export function readList(r: Reader, role: Role): void {
  if (!take(r, t.LBracket)) return;
  for (let index = 0; !done(r); index++) {
    skipNewlines(r);
    if (take(r, t.RBracket)) return;
    readExpression(r, role, { index });
    if (take(r, t.Comma)) continue;
    take(r, t.RBracket);
    return;
  }
}

export function readArguments(r: Reader, form: OpenCall["form"], callee: string, start: number): void {
  if (!take(r, t.LParen)) return;
  const call: Reader["calls"][number] = {
    form,
    callee,
    start,
    before: [],
    name: undefined,
    namesAfter: [],
  };
  call.namesAfter = namesAfter(r);
  r.calls.push(call);
  while (!done(r)) {
    skipNewlines(r);
    if (take(r, t.RParen)) break;
    call.name = undefined;
    if (isName(r.tokens[r.next]) && beforeColon(r)) {
      call.name = r.tokens[r.next]?.image;
      if (expecting(r, () => ({ kind: "argumentName" }))) break;
      r.next += 2;
    }
    const valueStart = startOf(r);
    readExpression(r, "argument", { mayName: call.name === undefined });
    if (r.found) break;
    const last = r.tokens[r.next - 1];
    call.before.push({
      name: call.name,
      value: { start: valueStart, end: last ? tokenRange(last).end : valueStart },
    });
    if (take(r, t.Comma)) continue;
    take(r, t.RParen);
    break;
  }
  r.calls.pop();
}

/** Names of arguments that stand behind the cursor, in the brackets that are being read if it is in them. */
function namesAfter(r: Reader): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let i = r.next; i < r.tokens.length; i++) {
    const token = r.tokens[i];
    const type = token?.tokenType;
    if (type === t.LParen || type === t.LBracket) depth++;
    else if (type === t.RParen || type === t.RBracket) {
      if (--depth < 0) break;
    } else if (type === t.LCurly || type === t.RCurly || type === t.Arrow) break;
    else if (type === t.Newline && i > r.cursor) break;
    const named = depth === 0 && i > r.cursor && r.tokens[i + 1]?.tokenType === t.Colon;
    if (token && named && isName(token)) names.push(token.image);
  }
  return names;
}

/** Brackets that are never closed leave the line breaks in them. */
function skipNewlines(r: Reader): void {
  while (!atCursor(r) && take(r, t.Newline));
}
