/** Folding and selecting: what an editor folds, and what expanding a selection takes in step by step. */
import { describe, expect, test } from "vitest";
import { foldingRanges, selectionRanges } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function folds(text: string): string[] {
  const { analysis } = openMarked(text);
  const line = (offset: number) => text.slice(0, offset).split("\n").length;
  return foldingRanges(analysis, mainFile)
    .map(({ range, kind }) => `${kind} ${line(range.start)}–${line(range.end)}`)
    .sort();
}

describe("folding", () => {
  test("bodies, lists of arguments over several lines, and nothing on one line", () => {
    expect(
      folds(`block b {
  conv(
    8,
    kernel: [3, 3],
  )
  concat {
    branch { relu }
    branch {
      relu
    }
  }
}
`),
    ).toEqual(["brackets 1–12", "brackets 2–5", "brackets 6–11", "brackets 8–10"]);
  });

  test("runs of imports and blocks of comments", () => {
    expect(
      folds(`// One
// and two.

// Alone.
import { basic } from "std/resnet"

import { fire } from "std/squeezenet"
/// Doc
/// of b.
block b { relu } // end
// of b
`),
    ).toEqual(["comment 1–2", "comment 8–9", "imports 5–7"]);
  });

  test("regions, within each other and over several items", () => {
    expect(
      folds(`// region Blocks
block a { relu }
// #region Inner
block b { relu }
// #endregion
// endregion
// endregion
`),
    ).toEqual(["region 1–6", "region 3–5"]);
  });

  test("a bracket that is never closed folds nothing and hides no other", () => {
    expect(folds("block b {\n  conv(8,\n  {\n    relu\n  }\n}\n")).toEqual(["brackets 1–6", "brackets 3–5"]);
  });
});

function selected(marked: string): string[] {
  const { analysis, cursor, text } = openMarked(marked);
  const [ranges = []] = selectionRanges(analysis, mainFile, [cursor]);
  return ranges.map(({ start, end }) => text().slice(start, end));
}

describe("selecting", () => {
  test("at a word's first letter the word is meant, not the bracket before it", () => {
    expect(selected("block b(n: int) {\n  conv($0n, kernel: 3)\n}").slice(0, 3)).toEqual([
      "n",
      "n, kernel: 3",
      "(n, kernel: 3)",
    ]);
  });

  test("from a word to its argument, the list, the statement, the line, the body, the item, the file", () => {
    const item = "/// Doc.\nblock b(n: int) {\n  c: conv(8, kernel: n + 1) -> relu\n  bn\n}";
    expect(selected(`// File.\n\n${item.replace("n + 1", "$0n + 1")}\n`)).toEqual([
      "n",
      "n + 1",
      "kernel: n + 1",
      "8, kernel: n + 1",
      "(8, kernel: n + 1)",
      "conv(8, kernel: n + 1)",
      "c: conv(8, kernel: n + 1)",
      "c: conv(8, kernel: n + 1) -> relu",
      "c: conv(8, kernel: n + 1) -> relu\n  bn",
      "{\n  c: conv(8, kernel: n + 1) -> relu\n  bn\n}",
      item.slice("/// Doc.\n".length),
      item,
      `// File.\n\n${item}\n`,
    ]);
  });

  test("from a path to its import", () => {
    expect(selected('import { a } from "./x$0.lwnet"')).toEqual([
      "./x.lwnet",
      '"./x.lwnet"',
      'import { a } from "./x.lwnet"',
    ]);
  });

  test("in comments and in broken text at least the file", () => {
    expect(selected("// a $0b")).toEqual(["// a b"]);
    expect(selected("$0")).toEqual([""]);
    expect(selected("block b { conv( $0").at(-1)).toBe("block b { conv( ");
  });
});
