/** What is asked for while someone types never throws: at any place of the examples, cut off anywhere. */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import {
  type Analysis,
  completionDocumentation,
  completions,
  foldingRanges,
  selectionRanges,
  semanticTokens,
  signatureHelp,
  Workspace,
} from "../server/src/core/index.ts";

const id = "file:///property.lwnet";
const examples = globSync("{examples,server/std}/*.lwnet").map((file) => readFileSync(file, "utf8"));
const runs = Number(process.env.LWNET_FUZZ ?? 60);
vi.setConfig({ testTimeout: 60_000 + 200 * runs });

/** A text with a place in it: an example that ends anywhere, and from which a piece is missing before the place. */
const typedTexts = fc
  .record({
    text: fc.constantFrom(...examples),
    cut: fc.nat({ max: 1_000_000 }),
    at: fc.nat({ max: 1_000_000 }),
    missing: fc.nat({ max: 12 }),
    typed: fc.constantFrom("", "", "(", "{", "->", "x: ", '"', "`", ".", ", ", "[", "}"),
  })
  .map(({ text, cut, at, missing, typed }) => {
    // A few items are enough, and fast.
    const length = 1 + (cut % text.length);
    const start = Math.max(0, length - 4000);
    const part = text.slice(start, length);
    const offset = at % (part.length + 1);
    const before = part.slice(0, Math.max(0, offset - missing)) + typed;
    return { text: before + part.slice(offset), offset: before.length };
  });

function analysisOf(text: string): Analysis {
  const workspace = new Workspace();
  workspace.setFile(id, text);
  return workspace.analysis();
}

test("completion and signature help at any place of a text cut off anywhere", () => {
  fc.assert(
    fc.property(typedTexts, ({ text, offset }) => {
      const analysis = analysisOf(text);
      const list = completions(analysis, id, offset);
      for (const { edits, documentation, sort, text: inserted } of list?.items ?? []) {
        expect(inserted).not.toBe("");
        expect(sort).toMatch(/^\d{5}$/);
        if (documentation) completionDocumentation(analysis, documentation);
        // Edits elsewhere leave the word alone.
        if (list && edits.length > 0) applyEdits(text, [...edits, { range: list.word, newText: inserted }]);
      }
      if (list) {
        expect(list.word.start).toBeLessThanOrEqual(offset);
        expect(list.word.end).toBeGreaterThanOrEqual(offset);
        expect(text.slice(list.word.start, list.word.end)).not.toContain("\n");
      }
      for (const { label, parameters } of signatureHelp(analysis, id, offset)?.signatures ?? [])
        for (const { range } of parameters) expect(label.slice(range.start, range.end)).not.toBe("");
    }),
    { numRuns: runs },
  );
});

test("nothing is offered twice", () => {
  fc.assert(
    fc.property(typedTexts, ({ text, offset }) => {
      const labels = completions(analysisOf(text), id, offset)?.items.map(
        ({ label, kind, origin }) => `${kind} ${label} ${origin}`,
      );
      expect(labels ?? []).toEqual([...new Set(labels)]);
    }),
    { numRuns: runs },
  );
});

test("selections nest, colours stand in order and don't overlap, folds have lines", () => {
  fc.assert(
    fc.property(typedTexts, ({ text, offset }) => {
      const analysis = analysisOf(text);
      const [ranges = []] = selectionRanges(analysis, id, [offset]);
      for (const [i, range] of ranges.entries()) {
        expect(range.start <= offset && offset <= range.end).toBe(true);
        const inner = ranges[i - 1] ?? range;
        expect(range.start <= inner.start && inner.end <= range.end).toBe(true);
      }
      let end = 0;
      for (const { offset: start, tokens } of semanticTokens(analysis, id)) {
        for (const { range } of tokens) {
          expect(start + range.start).toBeGreaterThanOrEqual(end);
          end = start + range.end;
          expect(text.slice(start + range.start, end)).not.toMatch(/\s/);
        }
      }
      for (const { range } of foldingRanges(analysis, id))
        expect(text.slice(range.start, range.end)).toContain("\n");
    }),
    { numRuns: runs },
  );
});
