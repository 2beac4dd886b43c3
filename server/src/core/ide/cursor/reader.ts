/**
 * The state of reading tokens up to a cursor. A rule that arrives there notes what it expected; all others then have
 * nothing left to read. Knows no rules.
 */
import { type Cursor, type Token, tokenRange } from "../../../../../grammar/sectionTokens.ts";
import * as t from "../../../../../grammar/tokens.ts";
import type { OpenBody, OpenCall, Place, PlaceAt, ScopeName } from "./place.ts";

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export interface Reader {
  readonly tokens: readonly Token[];
  /** The token that stands for the cursor. */
  readonly cursor: number;
  next: number;
  readonly bodies: Open<OpenBody>[];
  readonly calls: Open<OpenCall>[];
  readonly names: ScopeName[];
  declaration: PlaceAt["declaration"];
  found: PlaceAt | undefined;
}

export function reader({ tokens, index }: Cursor, names: readonly ScopeName[] = []): Reader {
  return {
    tokens,
    cursor: index,
    next: 0,
    bodies: [],
    calls: [],
    names: [...names],
    declaration: undefined,
    found: undefined,
  };
}

export function done(r: Reader): boolean {
  return r.found !== undefined || r.next >= r.tokens.length;
}

export function atCursor(r: Reader): boolean {
  return r.found === undefined && r.next === r.cursor;
}

/** Notes what was expected if the cursor is here. */
export function expecting(r: Reader, place: () => Place): boolean {
  if (!atCursor(r)) return false;
  r.found = {
    place: place(),
    bodies: r.bodies.map((body) => ({ ...body, statements: [...body.statements] })),
    calls: r.calls.map((call) => ({ ...call, before: [...call.before] })),
    names: [...r.names],
    declaration: r.declaration,
  };
  return true;
}

/** The next token; none at the cursor, whose text says nothing yet. */
export function peek(r: Reader, ahead = 0): Token | undefined {
  const at = r.next + ahead;
  return r.found || (at === r.cursor && ahead === 0) ? undefined : r.tokens[at];
}

export function sees(r: Reader, type: Token["tokenType"]): boolean {
  return peek(r)?.tokenType === type;
}

/** Takes the next token if it is of the type. */
export function take(r: Reader, type: Token["tokenType"]): Token | undefined {
  const token = peek(r);
  if (token?.tokenType !== type) return undefined;
  r.next++;
  return token;
}

/** Whether the token at hand, the cursor's too, is followed by a colon: it is a label or an argument's name. */
export function beforeColon(r: Reader): boolean {
  return r.tokens[r.next + 1]?.tokenType === t.Colon;
}

export function startOf(r: Reader): number {
  const token = r.tokens[r.next];
  return token ? tokenRange(token).start : 0;
}

export const nothing: () => Place = () => ({ kind: "nothing" });

export function words(...list: string[]): () => Place {
  return () => ({ kind: "words", words: list });
}
