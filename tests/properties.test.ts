/** What must hold for every text: it parses and is analysed without a throw, and edits lead to the same as from scratch. */

import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "../grammar/parse.ts";
import { visit } from "../grammar/walk.ts";
import {
  codeActions,
  diagnostics,
  documentSymbols,
  hover,
  inlayHints,
  networkGraph,
  networks,
  Workspace,
} from "../server/src/core/index.ts";
import { sourcesOf } from "./harness/fixture.ts";

const id = "file:///property.lwnet";
const texts = [
  ...globSync("examples/*.lwnet").map((file) => readFileSync(file, "utf8")),
  ...globSync("tests/fixtures/**/*.lwnet").map((file) => sourcesOf(readFileSync(file, "utf8")).main),
];
const words = [
  ...'{}()[],:.->=<>+*/%`"',
  "->",
  "//",
  "\n",
  " ",
  "block ",
  "network ",
  "residual {",
  "shortcut when ",
  "dense {",
  "concat {",
  "branch {",
  "repeat 3 ",
  "for i, n in ",
  "if ",
  "else ",
  "it",
  "in.channels",
  "conv(8, kernel: 3)",
  "bn",
  "relu",
  "64",
  "1.5K",
  "input image: [3, 8, 8]",
  "output y",
  "from ",
  "tap {",
  "expect [",
  "require ",
  "budget { params <= ",
  "const k = ",
  "안녕",
  "\u0000",
  "\ud800",
  "\r\n",
  "\t",
];

/** A text of the repository with a few pieces removed, doubled or put in. */
const edited = fc
  .record({
    text: fc.constantFrom(...texts),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(12),
        insert: fc.constantFrom("", ...words),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ text, edits }) =>
    edits.reduce((result, { at, length, insert }) => {
      const start = Math.floor(at * result.length);
      return result.slice(0, start) + insert + result.slice(start + length);
    }, text),
  );

const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(""));
const anyText = fc.oneof(edited, soup, fc.string({ unit: "binary", maxLength: 80 }));

/** All that the core says of a text, as plain data. */
function everything(workspace: Workspace) {
  const analysis = workspace.analysis();
  const text = analysis.file(id)?.text ?? "";
  return {
    diagnostics: diagnostics(analysis, id),
    hints: inlayHints(analysis, id, { shapes: true, params: true, work: true, workUnit: "macs" }),
    symbols: documentSymbols(analysis, id),
    hovers: Array.from({ length: 20 }, (_, i) => hover(analysis, id, Math.floor((text.length * i) / 19))),
    graphs: networks(analysis, id).map(({ name }) => {
      const graph = networkGraph(analysis, id, name);
      return "problem" in graph
        ? graph.problem
        : graph.nodes.map((node) => [node.name, node.output.shape.map(String)]);
    }),
  };
}

const runs = Number(process.env.LWNET_FUZZ ?? 300);

describe("any text", () => {
  test("has a syntax tree whose ranges nest and whose sections make up the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const file = parse(id, text);
        expect(file.sections.map(({ section }) => section.text).join("")).toBe(text);
        for (const item of file.items) {
          visit(item, (node) => {
            expect(node.range.start).toBeLessThanOrEqual(node.range.end);
            expect(node.range.end).toBeLessThanOrEqual(item.section.text.length);
          });
        }
      }),
      { numRuns: runs },
    );
  });

  test("is analysed, hinted, hovered, outlined and expanded without a throw", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const workspace = new Workspace();
        workspace.setFile(id, text);
        everything(workspace);
        const analysis = workspace.analysis();
        for (const { range } of diagnostics(analysis, id).slice(0, 3)) codeActions(analysis, id, range);
      }),
      { numRuns: runs },
    );
  });
});

test("after any sequence of edits everything is as from scratch", () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { minLength: 2, maxLength: 5 }),
      fc.constantFrom(...texts),
      (versions, base) => {
        const edited = new Workspace();
        for (const text of [base, ...versions, base.replace("relu", "relu6"), base]) {
          edited.setFile(id, text);
          const fresh = new Workspace();
          fresh.setFile(id, text);
          expect(everything(edited)).toEqual(everything(fresh));
        }
      },
    ),
    { numRuns: Math.ceil(runs / 6) },
  );
});
