/** Completion: what may stand at a place, and nothing else. A file for each kind of place. */
import type { FileId } from "../../../../../grammar/ast.ts";
import { sectionAt } from "../../../../../grammar/parse.ts";
import { type Cursor, cursorIn } from "../../../../../grammar/sectionTokens.ts";
import { shift, type TextRange } from "../../../../../grammar/text.ts";
import * as t from "../../../../../grammar/tokens.ts";
import type { Analysis } from "../../workspace.ts";
import { placeAt } from "../cursor/items.ts";
import { allowItems } from "./allows.ts";
import { argumentItems, argumentNameItems, itemsOfType } from "./arguments.ts";
import { mostImports } from "./callees.ts";
import type { CompletionContext } from "./context.ts";
import { expressionItems, memberItems } from "./expressions.ts";
import { importNameItems, pathItems } from "./imports.ts";
import { keyword } from "./keywords.ts";
import {
  expectedItems,
  fromItems,
  inputItems,
  itemItems,
  metricItems,
  networkItems,
  shapeItems,
  typeItems,
  wordItems,
} from "./places.ts";
import { statementItems } from "./statements.ts";
import type { Completion, CompletionList } from "./types.ts";

export { completionDocumentation } from "./documentation.ts";
export * from "./types.ts";

export function completions(analysis: Analysis, id: FileId, offset: number): CompletionList | undefined {
  const file = analysis.of(id);
  const placed = file && sectionAt(file.source, offset);
  if (!file || !placed) return undefined;
  const { section } = placed;
  const cursor = cursorIn(section, offset - placed.offset);
  if (cursor.inside === "comment") return allowItems(analysis, id, file.source.text, offset);
  const at = placeAt(cursor);
  if (!at) return undefined;
  const inPath = at.place.kind === "importPath";
  if (cursor.inside === "string" && !inPath) return undefined;
  const word = wordAt(section.text, cursor);
  const ctx: CompletionContext = {
    analysis,
    id,
    file,
    section,
    offset: placed.offset,
    cursor: offset,
    at,
    typed: section.text.slice(word.start, cursor.offset),
    hasArguments: cursor.tokens[cursor.index + 1]?.tokenType === t.LParen,
  };
  const items = itemsAt(ctx, cursor.inside === "string");
  return {
    typed: shift({ start: word.start, end: cursor.offset }, placed.offset),
    word: shift(word, placed.offset),
    complete: items.filter(isOfWorkspace).length < mostImports,
    // A number goes on as a number only.
    items: cursor.inside === "number" ? items.filter(({ label }) => /^\d/.test(label)) : items,
  };
}

function isOfWorkspace({ origin }: Completion): boolean {
  return origin !== undefined && !origin.startsWith("std/");
}

function itemsAt(ctx: CompletionContext, quoted: boolean): Completion[] {
  const { place } = ctx.at;
  switch (place.kind) {
    case "item":
      return itemItems();
    case "statement":
      return statementItems(ctx, place);
    case "branch":
      return [keyword("branch", 0)];
    case "words":
      return wordItems(place.words);
    case "expression":
      return roleItems(ctx, place);
    case "argumentName":
      return argumentNameItems(ctx);
    case "member":
      return memberItems(ctx, place.object);
    case "shape":
      return place.of === "expect" ? shapeItems(ctx, true) : inputItems(ctx, true, 0);
    case "from":
      return fromItems(ctx);
    case "type":
      return typeItems();
    case "network":
      return networkItems(ctx);
    case "metric":
      return metricItems(ctx, place.given);
    case "importName":
      return importNameItems(ctx, place);
    case "importPath":
      return pathItems(ctx, quoted);
    case "nothing":
      return [];
  }
}

function roleItems(
  ctx: CompletionContext,
  place: Extract<CompletionContext["at"]["place"], { kind: "expression" }>,
): Completion[] {
  switch (place.role) {
    case "argument":
      return argumentItems(ctx, place);
    case "condition":
      return expressionItems(ctx, "condition");
    case "expected":
      return expectedItems(ctx, place.index);
    case "dimension":
      return inputItems(ctx, false, place.index);
    case "count":
    case "limit":
      return expressionItems(ctx, "number");
    case "list":
      return expressionItems(ctx, "list");
    case "default":
      return itemsOfType(ctx, place.type ?? "");
    default:
      return expressionItems(ctx, "anything");
  }
}

/** What an item takes the place of: a path without its quotes, a name within a label's hole, else the word. */
function wordAt(text: string, { inside, word, offset }: Cursor): TextRange {
  if (inside === "string") {
    const isClosed = word.end - word.start > 1 && text[word.end - 1] === '"';
    return { start: word.start + 1, end: Math.max(offset, isClosed ? word.end - 1 : word.end) };
  }
  if (inside !== "template") return word;
  const before = /[\p{L}\p{M}\p{N}_]*$/u.exec(text.slice(word.start, offset))?.[0] ?? "";
  const after = /^[\p{L}\p{M}\p{N}_]*/u.exec(text.slice(offset, word.end))?.[0] ?? "";
  return { start: offset - before.length, end: offset + after.length };
}
