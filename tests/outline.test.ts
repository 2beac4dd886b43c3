/** The outline of a file: one line for each symbol, indented by what holds it. */
import { expect, test } from "vitest";
import { type DocumentSymbol, documentSymbols } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function outline(text: string): string {
  const lines = (symbols: readonly DocumentSymbol[], indent: string): string[] =>
    symbols.flatMap(({ name, kind, detail, children }) => [
      `${indent}${kind} ${name}${detail && `: ${detail}`}`,
      ...lines(children, `${indent}  `),
    ]);
  return lines(documentSymbols(openMarked(text).analysis, mainFile), "").join("\n");
}

test("items with what they take or cost; in them labels, connections, inputs and outputs with shapes", () => {
  const text = `import { fire } from "std/squeezenet"
const width = 2 * 8
block unit(planes: int, act: block = relu) {
  conv1: conv(planes, kernel: 3, bias: false) -> act
  residual { bn1: bn }
}
network Net(k: int = 16) {
  input image: [3, 32, 32]
  stem: { conv(k, kernel: 3) -> relu }
  stage: repeat 2 { unit(width) }
  relu
  \`last{1}\`: unit(32)
  concat {
    left: branch { a: relu }
    branch { relu }
  }
  output features
}
network Small = Net(k: 8)
`;
  expect(outline(text)).toBe(`const width: = 2 * 8
block unit: (planes: int, act: block = relu)
  layer conv1: conv · 16→32 ch · 32×32
  connection residual: 16→32 ch · 32×32
    layer bn1: bn · 16→32 ch · 32×32
network Net: 9.79K params · 9.88M MACs
  output image: 3×32×32
  group stem: 8→16 ch · 32×32
  group stage: repeat · 16×32×32
  layer last{1}: unit · 32×32×32
  connection concat: 64×32×32
    group left: branch
      layer a: relu · 32×32×32
  output features: 64×32×32
instance Small: 8.42K params · 8.48M MACs`);
});

test("those of one name say what is in them", () => {
  const text = `network Net(deep: bool = true) {
  input image: [16, 8, 8]
  residual { conv(16, kernel: 3) -> bn }
  residual { bn -> relu -> conv(16, kernel: 3, bias: false) -> dropout(0.1) }
  if deep { stem: conv(16, kernel: 1) } else { stem: { relu } }
  other: relu
}
`;
  expect(outline(text)).toBe(`network Net: 4.96K params · 311K MACs
  output image: 16×8×8
  connection residual: conv(16, kernel: 3) -> bn · 16×8×8
  connection residual: bn -> relu -> conv(16, kernel: 3, bias:… · 16×8×8
  layer stem: conv(16, kernel: 1) · 16×8×8
  group stem: relu
  layer other: relu · 16×8×8`);
});

test("every symbol has a name and its selection lies within it, whatever is missing from the text", () => {
  const check = (symbols: readonly DocumentSymbol[]) => {
    for (const { name, range, selectionRange, children } of symbols) {
      expect(name).not.toBe("");
      expect(selectionRange.start).toBeGreaterThanOrEqual(range.start);
      expect(selectionRange.end).toBeLessThanOrEqual(range.end);
      check(children);
    }
  };
  for (const text of [
    "block",
    "block {",
    "block (k: int) { relu }",
    "network = Base()",
    "const = 3",
    "network N { input : [3] }",
    "network N { output }",
    "network N { ``: relu }",
    "network N { concat { ``: branch { relu } } }",
  ]) {
    check(documentSymbols(openMarked(text).analysis, mainFile));
  }
});
