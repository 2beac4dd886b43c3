/** The TextMate grammar: its file is fresh, and VS Code's own engine colours what the lexer reads. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { lex } from "../grammar/lexer.ts";
import { textmateJson } from "../grammar/textmate.ts";
import * as t from "../grammar/tokens.ts";

const grammarFile = "grammar/lwnet.tmLanguage.json";

const sample = `/// A block of two layers.
block unit(k: int = 1.25M, act: block = relu) { // why
  require 0 < k and k <= 4, "k \\"is\\" small"
  residual {
    conv1: conv(k * (2 + 1), kernel: 3, bias: false) -> bn -> act
  } shortcut when in.channels != k {
    add: conv(k, kernel: 1)
  }
  repeat 3 as i { \`layer{i + 1}\`: dense { conv(floor(k), input: 3) } }
  for i, n in [1, 2] { if i == 0 { relu } else { tap { output aux } } }
  concat(it, add) -> from conv1
  budget { params <= 5MB, macs <= 900M }
}
import { fire as größe } from "./fire.lwnet"
network Net(classes: int) { input image: [3, 224, 224] -> flatten -> linear(classes) -> output logits }
network Net10 = Net(classes: 10)
`;

let grammar: textmate.IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(textmateJson(), grammarFile),
  });
  grammar = (await registry.loadGrammar("source.lwnet")) as textmate.IGrammar;
});

test("the file is what the tokens say; `npm run build` writes it", () => {
  expect(readFileSync(grammarFile, "utf8")).toBe(textmateJson());
});

interface Coloured {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

function colours(text: string): Coloured[] {
  const result: Coloured[] = [];
  let stack = textmate.INITIAL;
  let offset = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const range = { start: offset + startIndex, end: offset + Math.min(endIndex, line.length) };
      result.push({ ...range, text: text.slice(range.start, range.end), scopes });
    }
    stack = ruleStack;
    offset += line.length + 1;
  }
  return result;
}

/** The innermost scope, without the language's suffix. */
function scopeAt(coloured: readonly Coloured[], offset: number): string {
  const found = coloured.find(({ start, end }) => start <= offset && offset < end);
  return found?.scopes.at(-1)?.replace(/\.lwnet$/, "") ?? "";
}

/** A keyword may also stand as a label, an argument's name or a parameter's type. */
const otherThanKeyword = ["entity.name.label", "variable.parameter", "support.type"];

describe("every token is coloured as tokens.ts says", () => {
  const examples = readdirSync("examples").filter((name) => name.endsWith(".lwnet"));
  const texts = [
    ["the sample", sample],
    ...examples.map((name) => [name, readFileSync(`examples/${name}`, "utf8")]),
  ];
  test.each(texts as [string, string][])("%s", (_name, text) => {
    const coloured = colours(text);
    const { tokens, comments } = lex(text);
    for (const token of [...tokens, ...comments]) {
      const scope = t.scopeOf(token.tokenType);
      if (scope === undefined) continue;
      const allowed = t.keywords.includes(token.tokenType) ? [scope, ...otherThanKeyword] : [scope];
      const where = `${token.image} at ${token.startLine}:${token.startColumn}`;
      expect(allowed, where).toContain(scopeAt(coloured, token.startOffset));
    }
  });
});

describe("names are coloured by where they stand", () => {
  const cases: [at: string, word: string, scope: string][] = [
    ["block unit", "unit", "entity.name.type"],
    ["unit(k: int", "k", "variable.parameter"],
    ["k: int", "int", "support.type"],
    ["act: block", "block", "support.type"],
    ["conv1: conv", "conv1", "entity.name.label"],
    [": conv(k *", "conv", "entity.name.function"],
    ["-> bn ->", "bn", "entity.name.function"],
    ["-> act", "act", "entity.name.function"],
    ["kernel: 3", "kernel", "variable.parameter"],
    ["in.channels", "channels", "variable.other.property"],
    ["add: conv", "add", "entity.name.label"],
    ["{i + 1}", "i", "variable.other"],
    ["`layer{", "layer", "entity.name.label"],
    ["floor(k)", "floor", "support.function"],
    ["input: 3", "input", "variable.parameter"],
    ["{ relu }", "relu", "entity.name.function"],
    ["repeat 3", "repeat", "keyword.control"],
    ["params <=", "params", "variable.other.property"],
    ["concat(it, add)", "concat", "keyword.other.connection"],
    ["Net10 =", "Net10", "entity.name.type"],
    ["= Net(", "Net", "entity.other.inherited-class"],
    ["image: [", "image", "variable.other.tensor"],
    ["as größe", "größe", "variable.other"],
    ['\\"is', '\\"', "constant.character.escape"],
  ];
  test.each(cases)("%s: %s", (at, word, scope) => {
    const offset = sample.indexOf(at) + at.indexOf(word);
    expect(scopeAt(colours(sample), offset)).toBe(scope);
  });

  test("a bracket left open does not reach into the next body", () => {
    const text = "block a {\n  conv(3, kernel: 3\n}\nnetwork B { relu }\n";
    const coloured = colours(text);
    expect(scopeAt(coloured, text.indexOf("network"))).toBe("storage.type");
    expect(scopeAt(coloured, text.indexOf("relu"))).toBe("entity.name.function");
  });
});
