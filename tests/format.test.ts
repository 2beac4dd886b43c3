/** What the formatter keeps for every text, and what its edits touch. The rules themselves are fixtures. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { format } from "../grammar/format.ts";
import { lex } from "../grammar/lexer.ts";
import { parse } from "../grammar/parse.ts";
import { applyEdits } from "../grammar/text.ts";
import {
  diagnostics,
  documentSymbols,
  formatting,
  inlayHints,
  networkGraph,
  networks,
  rangeFormatting,
  typeFormatting,
  Workspace,
} from "../server/src/core/index.ts";
import { anyText, exampleTexts, texts } from "./harness/texts.ts";

const id = "file:///format.lwnet";
const runs = Number(process.env.LWNET_FUZZ ?? 100);
vi.setConfig({ testTimeout: 60_000 + 200 * runs });

function formatted(text: string): string {
  return applyEdits(text, format(parse(id, text)));
}

function errorCount(text: string): number {
  return parse(id, text).sections.reduce((sum, { section }) => sum + section.errors.length, 0);
}

/** Tokens and comments, in their order, without what separates them. */
function contents(text: string) {
  const tokens: string[] = [];
  const comments: string[] = [];
  for (const { section } of parse(id, text).sections) {
    const lexed = lex(section.text);
    tokens.push(
      ...lexed.tokens.filter(({ tokenType }) => tokenType.name !== "Newline").map(({ image }) => image),
    );
    comments.push(...lexed.comments.map(({ image }) => image.replace(/[ \t\uFEFF\u00A0]+$/, "")));
  }
  return { tokens, comments };
}

/** What a text means. */
function meaning(text: string) {
  const analysis = analysisOf(text);
  return {
    // Both quote expressions, with their spaces.
    diagnostics: diagnostics(analysis, id).map(({ code, message }) => [code, withoutSpaces(message)]),
    symbols: withoutSpaces(
      JSON.stringify(documentSymbols(analysis, id), ["name", "detail", "kind", "children"]),
    ),
    graphs: networks(analysis, id).map(({ name }) => {
      const graph = networkGraph(analysis, id, name);
      return "problem" in graph
        ? graph.problem
        : graph.nodes.map((node) => [node.name, node.op, node.output.shape.map(String)]);
    }),
  };
}

function analysisOf(text: string) {
  const workspace = new Workspace();
  workspace.setFile(id, text);
  return workspace.analysis();
}

function hintLabels(text: string): string[] {
  const analysis = analysisOf(text);
  return inlayHints(analysis, id, { shapes: true, params: true, work: true, workUnit: "macs" }).map(
    ({ label }) => label,
  );
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, "");
}

/** The lines of a text without their spaces. */
function linesOf(text: string): string[] {
  return text.split("\n").map(withoutSpaces).filter(Boolean);
}

/** Texts without syntax errors whose spaces and indentation are as they come. */
const wildlySpaced = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.infiniteStream(fc.constantFrom(" ", "  ", "\t", "\u00A0 ")),
    fc.infiniteStream(fc.nat(9)),
  )
  .map(([text, spaces, indents]) => {
    let wild = "";
    let end = 0;
    const { tokens, comments } = lex(text);
    for (const { image, startOffset, tokenType } of [...tokens, ...comments].sort(
      (a, b) => a.startOffset - b.startOffset,
    )) {
      if (tokenType.name === "Newline") wild += spaces.next().value;
      else if (/[\r\n]$/.test(wild)) wild += " ".repeat(indents.next().value);
      else if (end < startOffset) wild += spaces.next().value;
      wild += image;
      end = startOffset + image.length;
    }
    return { text, wild };
  });

test.each(exampleTexts)("$file is formatted", ({ text }) => {
  expect(formatted(text)).toBe(text);
});

describe("any text", () => {
  test("keeps its tokens and its comments, and is formatted after one go", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = formatted(text);
        expect(contents(once)).toEqual(contents(text));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: runs },
    );
  });

  test("keeps its meaning", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom(...texts)), (text) => {
        const once = formatted(text);
        expect(meaning(once)).toEqual(meaning(text));
        if (linesOf(once).join("\n") === linesOf(text).join("\n"))
          expect(hintLabels(once)).toEqual(hintLabels(text));
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });

  test("keeps its tokens, and raises no error, when some of its lines are formatted", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, a, b) => {
        const analysis = analysisOf(text);
        const [start = 0, end = 0] = [a, b].map((n) => n % (text.length + 1)).sort((x, y) => x - y);
        for (const edits of [
          rangeFormatting(analysis, id, { start, end }),
          typeFormatting(analysis, id, end, "}"),
          typeFormatting(analysis, id, end, "\n"),
        ]) {
          const after = applyEdits(text, edits);
          expect(contents(after)).toEqual(contents(text));
          expect(errorCount(after)).toBeLessThanOrEqual(errorCount(text));
        }
      }),
      { numRuns: runs },
    );
  });

  test("is left as it is where it has syntax errors", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = formatted(text);
        for (const { section } of parse(id, text).sections)
          if (section.errors.length > 0) expect(once).toContain(section.text);
      }),
      { numRuns: runs },
    );
  });
});

test("spaces and indentation don't matter to the result", () => {
  fc.assert(
    fc.property(wildlySpaced, ({ text, wild }) => {
      fc.pre(errorCount(text) === 0 && errorCount(wild) === 0);
      expect(formatted(wild)).toBe(formatted(text));
    }),
    { numRuns: runs },
  );
});

test("well-formed texts end up with even indentation, and without blanks at the end of lines or doubled blank lines", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      fc.pre(errorCount(text) === 0);
      const lines = formatted(text.replace(/^\uFEFF/, "")).split(/\r?\n/);
      expect(lines.filter((line) => / $|\t$|^(?: {2})* \S/.test(line))).toEqual([]);
      expect(
        lines.filter((line, i) => line === "" && lines[i + 1] === "" && i + 1 < lines.length - 1),
      ).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test("line breaks stay as long as they are, and a byte order mark stays", () => {
  const text = "\n\nblock  a {\nrelu ->\n  bn\n\n\n\n}\nconst k=1";
  const expected = "block a {\n  relu\n    -> bn\n}\n\nconst k = 1\n";
  expect(formatted(text)).toBe(expected);
  expect(formatted(text.replaceAll("\n", "\r\n"))).toBe(expected.replaceAll("\n", "\r\n"));
  expect(formatted(`\uFEFF${text}`)).toBe(`\uFEFF${expected}`);
});

test("an empty file stays empty, and one of blanks becomes empty", () => {
  expect(["", " \n\t\n"].map(formatted)).toEqual(["", ""]);
});

describe("edits", () => {
  test("are where something changes, and nowhere else", () => {
    const text = "block a(k:int) {\r\n    relu\r\n  // why \r\n  conv( k )\r\n}\r\n";
    const analysis = analysisOf(text);
    const edits = formatting(analysis, id);
    expect(edits.map(({ range, newText }) => [text.slice(range.start, range.end), newText])).toEqual([
      ["", " "],
      ["  ", ""],
      [" ", ""],
      [" ", ""],
      [" ", ""],
    ]);
  });

  test("of a selection are on its lines", () => {
    const text = "block a {\nrelu\n bn  ->  relu\n  relu6 \n}\n";
    const analysis = analysisOf(text);
    const start = text.indexOf("bn");
    // To the start of the next line, as editors select whole lines.
    const edits = rangeFormatting(analysis, id, { start, end: text.indexOf("  relu6") });
    expect(applyEdits(text, edits)).toBe("block a {\nrelu\n  bn -> relu\n  relu6 \n}\n");
  });

  test("after a brace are in what it closes", () => {
    const text = "block a {\nconv( 8 )\nresidual {\nbn  \n  }  \nrelu\n}\n";
    const analysis = analysisOf(text);
    const edits = typeFormatting(analysis, id, text.indexOf("  }") + 3, "}");
    expect(applyEdits(text, edits)).toBe("block a {\nconv( 8 )\n  residual {\n    bn\n  }  \nrelu\n}\n");
  });

  test("after a line break are in the line above, which stays one line", () => {
    const text = "block a {\nrepeat 2 { conv( 8,kernel:3 )\n    \n}\n }\n";
    const analysis = analysisOf(text);
    const edits = typeFormatting(analysis, id, text.indexOf("\n}") - 1, "\n");
    expect(applyEdits(text, edits)).toBe("block a {\n  repeat 2 { conv(8, kernel: 3)\n    \n}\n }\n");
  });
});
