/** What names mean, as colours: each token as `text: kind modifiers`. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { semanticTokens, tokenKinds, Workspace } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function tokens(marked: string): string[] {
  const { analysis, text } = openMarked(marked);
  return semanticTokens(analysis, mainFile).flatMap(({ offset, tokens }) =>
    tokens.map(({ range, kind, modifiers }) => {
      const word = text().slice(range.start + offset, range.end + offset);
      return [`${word}:`, kind, ...modifiers].join(" ");
    }),
  );
}

test("a block: its name, parameters, labels, layers, members and words", () => {
  expect(
    tokens(`block unit(planes: int, act: block = relu) {
  residual { conv1: conv((planes), kernel: 3, padding: same) -> act } shortcut { conv(it.channels, kernel: 1) }
}
`),
  ).toEqual([
    "unit: class declaration",
    "planes: parameter declaration",
    "int: type defaultLibrary",
    "act: parameter declaration",
    "block: type defaultLibrary",
    "relu: layer defaultLibrary",
    "conv1: label declaration",
    "conv: layer defaultLibrary",
    "planes: parameter",
    "kernel: parameter",
    "padding: parameter",
    "same: enumMember defaultLibrary",
    "act: parameter",
    "conv: layer defaultLibrary",
    "channels: property",
    "kernel: parameter",
  ]);
});

test("a network: tensors, loops, dimensions, constants, functions, what is imported from std", () => {
  expect(
    tokens(`import { fire as f } from "std/squeezenet"
const width = 8
network Net {
  input image: [3, H, W]
  for i, n in range(width) { repeat n as j { f(i, j, n) } }
  x: relu -> add(x, image)
  budget { params <= 1M }
  output logits
}
network Other = Net
`),
  ).toEqual([
    "fire: class defaultLibrary",
    "f: class defaultLibrary",
    "width: variable declaration readonly",
    "Net: struct declaration",
    "image: tensor declaration",
    "H: dimension readonly",
    "W: dimension readonly",
    "i: variable declaration",
    "n: variable declaration",
    "range: function defaultLibrary",
    "width: variable readonly",
    "n: variable",
    "j: variable declaration",
    "f: class defaultLibrary",
    "i: variable",
    "j: variable",
    "n: variable",
    "x: label declaration",
    "relu: layer defaultLibrary",
    "x: tensor",
    "image: tensor",
    "params: property",
    "logits: tensor declaration",
    "Other: struct declaration",
    "Net: struct",
  ]);
});

test("what nothing declares has no colour", () => {
  expect(tokens("block b { rellu(nothing) }")).toEqual(["b: class declaration"]);
});

test("an edit leaves the tokens of other sections as they are, unless their names mean something else", () => {
  const workspace = new Workspace();
  const [other, edited] = ["block a { b -> relu }\n", "block b { relu }\n"];
  const read = (text: string) => {
    workspace.setFile(mainFile, text);
    return semanticTokens(workspace.analysis(), mainFile).map((section) => section.tokens);
  };
  const before = read(other + edited);
  const after = read(other + edited.replace("relu", "relu6"));
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  const renamed = read(other + edited.replace("b", "c"));
  expect(renamed[0]).not.toBe(after[0]);
});

test("a theme without colours by meaning has a colour of the grammar for each kind", () => {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  const [{ scopes }] = contributes.semanticTokenScopes;
  const kinds = Object.keys(scopes).map((selector) => selector.split(".")[0] ?? "");
  expect([...new Set(kinds)].sort()).toEqual([...tokenKinds].sort());
  const grammar = readFileSync("grammar/lwnet.tmLanguage.json", "utf8");
  for (const scope of Object.values<string[]>(scopes).flat()) expect(grammar).toContain(`"${scope}"`);
});
