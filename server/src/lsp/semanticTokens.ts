/**
 * Semantic tokens in the protocol's encoding: five numbers each, relative to the token before. A section's numbers are
 * kept while its tokens are; what was sent last of a file is kept, so that a change is sent as a difference.
 */
import type * as lsp from "vscode-languageserver";
import { LineIndex, type TextRange } from "../../../grammar/text.ts";
import * as core from "../core/index.ts";

/** The names of the kinds, in the client's words: a number means the same to all of them. */
export function legend(client: lsp.ClientCapabilities): lsp.SemanticTokensLegend {
  const known = client.textDocument?.semanticTokens?.tokenTypes ?? [];
  return {
    tokenTypes: core.tokenKinds.map((kind) =>
      known.includes(kind) ? kind : (core.standardKinds[kind] ?? kind),
    ),
    tokenModifiers: [...core.tokenModifiers],
  };
}

/** What was sent of each open file. */
export interface SentTokens {
  readonly full: (file: string, data: number[]) => lsp.SemanticTokens;
  /** All of it when the client refers to something else than the last answer. */
  readonly delta: (
    file: string,
    previous: string,
    data: number[],
  ) => lsp.SemanticTokens | lsp.SemanticTokensDelta;
  readonly forget: (file: string) => void;
}

export function sentTokens(): SentTokens {
  const sent = new Map<string, { readonly resultId: string; readonly data: number[] }>();
  let count = 0;
  const full = (file: string, data: number[]) => {
    const result = { resultId: String(++count), data };
    sent.set(file, result);
    return result;
  };
  return {
    full,
    delta(file, previous, data) {
      const last = sent.get(file);
      const { resultId } = full(file, data);
      if (last?.resultId !== previous) return { resultId, data };
      return { resultId, edits: difference(last.data, data) };
    },
    forget: (file) => void sent.delete(file),
  };
}

/** One edit between what begins and what ends alike: the numbers are relative, so a line more changes one of them. */
function difference(before: readonly number[], after: readonly number[]): lsp.SemanticTokensEdit[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (start === before.length && start === after.length) return [];
  return [{ start, deleteCount: before.length - start - end, data: after.slice(start, after.length - end) }];
}

/** The numbers of a file, or of the tokens that touch a range. */
export function encodeTokens(
  sections: readonly core.SectionTokens[],
  lines: LineIndex,
  within?: TextRange,
): number[] {
  const data: number[] = [];
  let last = { line: 0, character: 0 };
  for (const { section, offset, tokens } of sections) {
    if (within && (offset > within.end || offset + section.text.length < within.start)) continue;
    const start = lines.position(offset);
    for (const { line, character, rest, range } of placed(section.text, tokens)) {
      if (within && (offset + range.start > within.end || offset + range.end < within.start)) continue;
      // A section begins with a line.
      const here = { line: start.line + line, character };
      const sameLine = here.line === last.line;
      data.push(here.line - last.line, sameLine ? character - last.character : character, ...rest);
      last = here;
    }
  }
  return data;
}

interface PlacedToken {
  /** Within the section. */
  readonly line: number;
  readonly character: number;
  readonly rest: readonly [length: number, type: number, modifiers: number];
  readonly range: TextRange;
}

const known = new WeakMap<readonly core.SemanticToken[], readonly PlacedToken[]>();

function placed(text: string, tokens: readonly core.SemanticToken[]): readonly PlacedToken[] {
  const before = known.get(tokens);
  if (before) return before;
  const lines = new LineIndex(text);
  const result = tokens.map(({ range, kind, modifiers }): PlacedToken => {
    const bits = modifiers.reduce((sum, each) => sum | (1 << core.tokenModifiers.indexOf(each)), 0);
    const rest = [range.end - range.start, core.tokenKinds.indexOf(kind), bits] as const;
    return { ...lines.position(range.start), rest, range };
  });
  known.set(tokens, result);
  return result;
}
