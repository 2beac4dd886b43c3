/** What must hold for every text: it parses and is analysed without a throw, and edits lead to the same as from scratch. */

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parse } from "../grammar/parse.ts";
import { applyEdits } from "../grammar/text.ts";
import { visit } from "../grammar/walk.ts";
import {
  codeActions,
  diagnostics,
  documentSymbols,
  hintDetails,
  hover,
  inlayHints,
  networkGraph,
  networks,
  Workspace,
} from "../server/src/core/index.ts";
import { anyText, texts } from "./harness/texts.ts";

const id = "file:///property.lwnet";
/** All that the core says of a text, as plain data. */
function everything(workspace: Workspace) {
  const analysis = workspace.analysis();
  const text = analysis.file(id)?.text ?? "";
  const hints = inlayHints(analysis, id, { shapes: true, params: true, work: true, workUnit: "macs" });
  return {
    diagnostics: diagnostics(analysis, id),
    hints,
    details: hints.map(({ statement = 0 }) => hintDetails(analysis, id, statement)),
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
vi.setConfig({ testTimeout: 60_000 + 200 * runs });

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

  test("has no more errors when all is fixed that needs no thought, and nothing is left to fix", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const workspace = new Workspace();
        workspace.setFile(id, text);
        const errors = () =>
          diagnostics(workspace.analysis(), id).filter(({ severity }) => severity === "error").length;
        const before = errors();
        for (const kind of ["source.fixAll", "source.organizeImports"]) {
          const ask = () => codeActions(workspace.analysis(), id, { start: 0, end: 0 }, { only: [kind] });
          for (const { edits } of ask()) {
            workspace.setFile(id, applyEdits(workspace.analysis().file(id)?.text ?? "", edits));
          }
          expect(ask()).toEqual([]);
          expect(errors()).toBeLessThanOrEqual(before);
        }
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
}, 30_000);
