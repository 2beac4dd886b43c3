/** Reads a section's items up to a cursor, and says what stands there. The entry point of this folder. */
import { type Cursor, cursorInText, tokenRange } from "../../../../../grammar/sectionTokens.ts";
import * as t from "../../../../../grammar/tokens.ts";
import { readArguments, readExpression } from "./expressions.ts";
import type { PlaceAt } from "./place.ts";
import { done, expecting, nothing, peek, type Reader, reader, sees, startOf, take, words } from "./reader.ts";
import { declare, readBody } from "./statements.ts";

export function placeAt(cursor: Cursor): PlaceAt | undefined {
  const r = reader(cursor);
  if (cursor.inside === "comment") return undefined;
  readItems(r);
  return cursor.inside === "template" && r.found ? inHole(cursor, r.found) : r.found;
}

/** Within a label: an expression if the cursor is in a hole of it. */
function inHole(cursor: Cursor, label: PlaceAt): PlaceAt | undefined {
  const word = cursor.tokens[cursor.index];
  const text = word?.image ?? "";
  const at = cursor.offset - cursor.word.start;
  const open = text.lastIndexOf("{", at - 1);
  if (open < 0 || text.lastIndexOf("}", at - 1) > open) return undefined;
  const close = text.indexOf("}", at);
  const hole = text.slice(open + 1, close < 0 ? text.length : close);
  const inner = reader(cursorInText(hole, at - open - 1), label.names);
  readExpression(inner, "value");
  return inner.found && { ...label, place: inner.found.place, calls: inner.found.calls };
}

function readItems(r: Reader): void {
  let separated = true;
  while (!done(r)) {
    if (take(r, t.Newline)) separated = true;
    else if (expecting(r, separated ? () => ({ kind: "item" }) : nothing)) return;
    else {
      const before = r.next;
      readItem(r);
      r.names.length = 0;
      if (r.next === before) r.next++;
      separated = false;
    }
  }
}

function readItem(r: Reader): void {
  const start = startOf(r);
  switch (peek(r)?.tokenType) {
    case t.Import:
      r.next++;
      return readImport(r);
    case t.Const:
      r.next++;
      if (expecting(r, nothing) || !take(r, t.Identifier)) return;
      if (take(r, t.Assign)) readExpression(r, "value");
      else expecting(r, nothing);
      return;
    case t.Block:
      r.next++;
      return readDeclaration(r, "block", start);
    case t.Network:
      r.next++;
      return readDeclaration(r, "network", start);
  }
}

function readDeclaration(r: Reader, kind: "block" | "network", start: number): void {
  if (expecting(r, nothing)) return;
  const name = take(r, t.Identifier);
  r.declaration = name && { kind, name: name.image };
  if (kind === "network" && take(r, t.Assign)) {
    if (expecting(r, () => ({ kind: "network" }))) return;
    const base = take(r, t.Identifier);
    if (base && sees(r, t.LParen)) readArguments(r, "instance", base.image, tokenRange(base).start);
  } else {
    if (sees(r, t.LParen)) readParameters(r);
    readBody(r, kind, start);
  }
  if (!r.found) r.declaration = undefined;
}

function readParameters(r: Reader): void {
  take(r, t.LParen);
  while (!done(r)) {
    if (take(r, t.Newline) || take(r, t.Comma)) continue;
    if (take(r, t.RParen) || expecting(r, nothing)) return;
    const name = take(r, t.Identifier);
    if (!name) return;
    let type: string | undefined;
    if (take(r, t.Colon)) {
      if (expecting(r, () => ({ kind: "type" }))) return;
      type = (take(r, t.Identifier) ?? take(r, t.Block))?.image;
    }
    if (take(r, t.Assign)) readExpression(r, "default", { type });
    else if (expecting(r, nothing)) return;
    declare(r, "param", name.image, tokenRange(name).start, type);
  }
}

function readImport(r: Reader): void {
  if (expecting(r, nothing) || !take(r, t.LCurly)) return;
  const given: string[] = [];
  while (!done(r) && !take(r, t.RCurly)) {
    if (take(r, t.Newline) || take(r, t.Comma)) continue;
    const { names, path } = restOfImport(r);
    if (expecting(r, () => ({ kind: "importName", path, given: [...given, ...names] }))) return;
    const name = take(r, t.Identifier);
    if (!name) {
      if (sees(r, t.From)) break;
      r.next++;
      continue;
    }
    given.push(name.image);
    if (expecting(r, words("as"))) return;
    if (take(r, t.As) && !expecting(r, nothing)) take(r, t.Identifier);
  }
  if (expecting(r, words("from")) || !take(r, t.From)) return;
  if (!expecting(r, () => ({ kind: "importPath" }))) take(r, t.StringLiteral);
}

/** What the import says behind the cursor: further names and the path. */
function restOfImport(r: Reader): { readonly names: string[]; readonly path: string | undefined } {
  const rest = r.tokens.slice(r.cursor + 1);
  const close = rest.findIndex(({ tokenType }) => tokenType === t.RCurly);
  const inBraces = rest.slice(0, Math.max(0, close));
  const names = inBraces.flatMap(({ tokenType, image }, i) =>
    tokenType === t.Identifier && inBraces[i - 1]?.tokenType !== t.As ? [image] : [],
  );
  const [from, path] = rest.slice(close + 1);
  const isPath = close >= 0 && from?.tokenType === t.From && path?.tokenType === t.StringLiteral;
  return { names, path: isPath ? path.image.slice(1, -1) : undefined };
}
