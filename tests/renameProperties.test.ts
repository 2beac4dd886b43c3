/** What must hold for every name of every text: renaming changes nothing but names, and can be taken back. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import {
  type Analysis,
  callItems,
  documentLinks,
  highlights,
  linkedRanges,
  prepareRename,
  references,
  rename,
  typeDefinition,
  Workspace,
  workspaceSymbols,
} from "../server/src/core/index.ts";
import { anyText, exampleTexts, texts } from "./harness/texts.ts";

const id = "file:///w/any.lwnet";
const runs = Number(process.env.LWNET_FUZZ ?? 100);
vi.setConfig({ testTimeout: 60_000 + 400 * runs });

/** The analysis after a rename; undefined when it is refused. */
function renamed(analysis: Analysis, offset: number, newName: string): Analysis | undefined {
  const result = rename(analysis, id, offset, newName);
  if ("refusal" in result) return undefined;
  const edit = (before: Analysis, { file, edits }: (typeof result)[number]) =>
    before.withText(file, applyEdits(before.text(file) ?? "", edits));
  return result.reduce(edit, analysis);
}

function open(text: string): Analysis {
  const workspace = new Workspace();
  workspace.setFile(id, text);
  return workspace.analysis();
}

const wordsOf = (text: string) => [...text.matchAll(/[\p{L}_][\p{L}\p{M}\p{N}_]*/gu)];
const faultsOf = (analysis: Analysis) => analysis.of(id)?.diagnostics.map(({ code }) => code) ?? [];
const costsOf = (analysis: Analysis) =>
  analysis.of(id)?.networks.map(({ instance }) => [instance?.cost.params, instance?.cost.macs].map(String));

describe.each(exampleTexts)("in $file", ({ text }) => {
  const analysis = open(text);
  // One name in three at its first place, and one place in nine.
  const firsts = new Set<string>();
  const places = wordsOf(text).filter(({ 0: word }, i) =>
    firsts.has(word) ? i % 9 === 0 : firsts.add(word),
  );

  test("a fresh name for anything leaves faults and totals as they are", () => {
    for (const { index } of places) {
      if ("refusal" in prepareRename(analysis, id, index)) continue;
      const after = renamed(analysis, index, "a_fresh_name");
      expect(after, text.slice(index, index + 40)).toBeDefined();
      if (!after) continue;
      expect(faultsOf(after)).toEqual(faultsOf(analysis));
      expect(costsOf(after)).toEqual(costsOf(analysis));
    }
  });

  test("each place that a name is found at is highlighted, too", () => {
    for (const { index } of places) {
      const found = references(analysis, id, index, { declaration: true }).filter(({ file }) => file === id);
      if (found.length === 0) continue;
      expect(highlights(analysis, id, index).map(({ range }) => range)).toEqual(
        found.map(({ range }) => range),
      );
    }
  });
});

test("a rename that is not refused can be taken back, whatever the text and the new name", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...texts), anyText), fc.nat(), fc.nat(), (text, place, other) => {
      const words = wordsOf(text);
      const at = words[place % Math.max(1, words.length)];
      const newName = words[other % Math.max(1, words.length)]?.[0];
      if (!at || newName === undefined) return;
      const analysis = open(text);
      const after = renamed(analysis, at.index, newName);
      if (!after) return;
      // One of two things of one name is mended by it.
      if (faultsOf(analysis).includes("duplicate-name")) return;
      expect(faultsOf(after).sort()).toEqual(faultsOf(analysis).sort());
      // Where the name stands now: what was renamed before it may have moved it.
      const before = text.slice(0, at.index);
      const moved = rename(analysis, id, at.index, newName);
      const edits = "refusal" in moved ? [] : (moved.find(({ file }) => file === id)?.edits ?? []);
      const start = applyEdits(
        before,
        edits.filter(({ range }) => range.end <= at.index),
      ).length;
      expect(renamed(after, start, at[0])?.text(id)).toBe(text);
    }),
    { numRuns: runs },
  );
});

test("nothing is asked of any text that throws", () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, place) => {
      const analysis = open(text);
      const offset = place % (text.length + 1);
      const asked = [
        references(analysis, id, offset, { declaration: true }),
        highlights(analysis, id, offset),
      ];
      expect(asked.every(Array.isArray)).toBe(true);
      linkedRanges(analysis, id, offset);
      typeDefinition(analysis, id, offset);
      callItems(analysis, id, offset);
      documentLinks(analysis, id);
      workspaceSymbols(analysis, text.slice(offset, offset + 3));
      rename(analysis, id, offset, "fresh");
    }),
    { numRuns: runs },
  );
});
