/** Renaming: `$0` is the cursor, `«…»` every place that is edited; or the sentence that refuses it. */
import { describe, expect, test } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import { prepareRename, rename } from "../server/src/core/index.ts";
import { mainFile as main, openMarked } from "./harness/marked.ts";

/** Renames to `fresh` and expects just the marked places to change, and nothing to be reported in any file. */
function renames(marked: string): void {
  const { analysis, cursor, ranges, files } = openMarked(marked);
  expect(prepareRename(analysis, main, cursor)).toHaveProperty("range");
  const edits = rename(analysis, main, cursor, "fresh");
  expect(places(edits)).toEqual(ranges.map(({ file, range }) => ({ file, range, newText: "fresh" })));
  let after = analysis;
  if (!("refusal" in edits)) {
    for (const { file, edits: own } of edits) {
      after = after.withText(file, applyEdits(analysis.text(file) ?? "", own));
    }
  }
  const messages = files.flatMap((file) => after.of(file)?.diagnostics.map(({ message }) => message) ?? []);
  expect(messages).toEqual([]);
}

function places(edits: ReturnType<typeof rename>) {
  if ("refusal" in edits) return edits;
  const all = edits.flatMap(({ file, edits: own }) => own.map((edit) => ({ file, ...edit })));
  return all.sort((a, b) => order(a.file) - order(b.file) || a.range.start - b.range.start);
}

const order = (file: string) => (file === main ? 0 : 1);

function refusal(marked: string, newName = "fresh"): string {
  const { analysis, cursor } = openMarked(marked);
  const prepared = prepareRename(analysis, main, cursor);
  if ("refusal" in prepared) return prepared.refusal;
  const result = rename(analysis, main, cursor, newName);
  return "refusal" in result ? result.refusal : "";
}

const net = (body: string) => `network N {\n  input x: [3, 8, 8]\n  ${body}\n}\n`;

describe("a name is renamed", () => {
  test.each([
    ["a block and its calls", `block «unit» { relu }\n${net("«un$0it» -> «unit»")}`],
    [
      "a parameter, with the arguments that give it",
      `block unit(«k»: int, w: int = «k$0») { conv(«k», kernel: w) }\n${net("unit(«k»: 3) -> unit(4)")}`,
    ],
    ["a constant", `const «k» = 3\nconst l = «k» + 1\n${net("conv(«$0k», kernel: l)")}`],
    [
      "a label, in a statement after it and in a body inside",
      net("«a$0»: relu -> relu -> add(it, «a») -> tap { from «a» }\n expect [«a».channels, 8, 8]"),
    ],
    [
      "a loop's variable, in a label with an index too",
      net("repeat 2 as «i$0» { `c{«i»}`: conv(3 + «i», kernel: 1) }"),
    ],
    ["the variables of `for`, one of them", net("for i, «n$0» in [3, 4] { conv(«n» + i, kernel: 1) }")],
    ["an input", "network N {\n input «$0x»: [3, 8, 8]\n relu -> add(it, «x»)\n}\n"],
    [
      "a dimension known by name",
      "network N {\n input a: [3, «H$0», W]\n input b: [3, «H», W]\n add(a, b)\n expect [3, «H», W]\n}\n",
    ],
    [
      "a name in parentheses, not the parentheses",
      net("repeat 2 as «i$0» { conv((«i» + 1) * (3 + ( «i» )), kernel: 1) }"),
    ],
    ["an output", net("relu -> output «o$0ut»")],
    ["a branch's label, which only names tensors", net("concat { «a$0»: branch { relu } branch { relu } }")],
    [
      "a network, and the instances of it",
      `network «A$0»(k: int = 1) { input x: [3, 8, 8] -> conv(k, kernel: 1) }\nnetwork B = «A»(k: 2)\nnetwork C = B(k: 3)\n`,
    ],
    [
      "a parameter of a network, through instances of instances",
      `network A(«k$0»: int = 1) { input x: [3, 8, 8] -> conv(«k», kernel: 1) }\nnetwork B = A(«k»: 2)\nnetwork C = B(«k»: 3)\n`,
    ],
    [
      "an inner name only, where it hides an outer one",
      `const k = 3\nblock unit(«k$0»: int) { conv(«k», kernel: 1) }\n${net("unit(k) -> unit(«k»: k)")}`,
    ],
  ])("%s", (_, text) => renames(text));
});

describe("across files", () => {
  const common = "//- file: common.lwnet\n";

  test("from where it is declared", () => {
    renames(
      `block «un$0it»(k: int) { conv(k, kernel: 1) }\n${common}import { «unit» } from "./main.lwnet"\n${net("«unit»(3)")}`,
    );
  });

  test("from where it is used", () => {
    renames(`import { «unit» } from "./common.lwnet"\n${net("«un$0it»")}${common}block «unit» { relu }\n`);
  });

  test("an import that gives another name keeps it", () => {
    renames(
      `import { «un$0it» as mine } from "./common.lwnet"\n${net("mine")}${common}block «unit» { relu }\n`,
    );
  });

  test("the name that an import gives is this file's own", () => {
    const rest = `${common}block unit { relu }\n`;
    renames(`import { unit as «mi$0ne» } from "./common.lwnet"\n${net("«mine»")}${rest}`);
    renames(`import { unit as «mine» } from "./common.lwnet"\n${net("«$0mine»")}${rest}`);
    renames(`import { unit as «unit» } from "./common.lwnet"\n${net("«$0unit»")}${rest}`);
  });

  test("a parameter, at an argument that is given through another name", () => {
    renames(
      `import { unit as mine } from "./common.lwnet"\n${net("mine(«k$0»: 3)")}${common}block unit(«k»: int) { conv(«k», kernel: 1) }\n`,
    );
  });

  test("what ships with lwnet may get another name", () => {
    renames(`import { fire as «sq$0ueeze» } from "std/squeezenet"\n${net("«squeeze»(2, 4, 4)")}`);
  });
});

describe("blocks that are given as values", () => {
  test("are renamed where they are given", () => {
    renames(
      `block «un$0it» { relu }\nnetwork A(act: block = «unit») { input x: [3, 8, 8] -> act }\nnetwork B = A(«unit»)\n`,
    );
  });

  test("share the names of the arguments that they are called with", () => {
    renames(
      `block one(«k$0»: int) { conv(«k», kernel: 1) }
block two(«k»: int) { conv(«k», kernel: 3) }
block other(k: int) { conv(k, kernel: 3) }
network A(unit: block) { input x: [3, 8, 8] -> unit(«k»: 8) -> other(k: 8) }
network B = A(one)
network C = A(unit: two)
`,
    );
  });

  test("also when they go through a list, a loop and another block", () => {
    renames(
      `block one(«k$0»: int) { conv(«k», kernel: 1) }
block through(f: block) { f(«k»: 8) }
network A(units: list) { input x: [3, 8, 8] -> for u in units { through(u) } }
network B = A([one])
`,
    );
  });

  test("can't when a layer of the language is given as well", () => {
    const text = `block one(ker$0nel: int) { conv(3, kernel: kernel) }
network A(unit: block) { input x: [3, 8, 8] -> unit(kernel: 3) }
network B = A(one)
network C = A(max_pool)
`;
    expect(refusal(text)).toBe(
      "the same argument also gives the parameter `kernel` of the layer `max_pool`, which can't be renamed",
    );
  });
});

describe("refused, with the reason", () => {
  test.each([
    ["a keyword", net("re$0peat 2 { relu }"), "`repeat` is a word of the language"],
    ["the current tensor", net("conv(i$0t.channels, kernel: 1)"), "`it` is a word of the language"],
    ["the tensor that entered", net("add(it, i$0n)"), "the tensor `in` can't be renamed"],
    ["a layer", net("re$0lu"), "the layer `relu` of the language can't be renamed"],
    [
      "a layer's parameter",
      net("conv(3, ker$0nel: 1)"),
      "the parameter `kernel` of the layer `conv` can't be renamed",
    ],
    [
      "a function",
      net("conv(fl$0oor(3.5), kernel: 1)"),
      "the function `floor` of the language can't be renamed",
    ],
    ["a member", net("conv(it.chan$0nels, kernel: 1)"), "`channels` is a member of every tensor"],
    ["a type", "block b(k: in$0t) { relu }", "`int` is a type of the language"],
    ["a name that nothing declares", net("rel$0lu"), "nothing declares `rellu`"],
    [
      "a name that an import fails to bring",
      'import { a } from "./gone.lwnet"\nblock b { a$0 }',
      "`a` is imported from where it is not",
    ],
    ["a number", net("conv(1$06, kernel: 1)"), "there is no name here"],
    ["a comment", `// com$0ment\n${net("relu")}`, "there is no name here"],
    [
      "a label in backquotes",
      net("repeat 2 as i { `un$0it{i}`: relu }"),
      "a label in backquotes only names parameters and is used nowhere else: change it here",
    ],
    [
      "a block of std",
      `import { fi$0re } from "std/squeezenet"\n`,
      "the block `fire` ships with lwnet and can't be renamed: give it a name of yours in the import, as in `fire as mine`",
    ],
    [
      "a parameter of a block of std",
      `import { fire } from "std/squeezenet"\n${net("fire(s1$0x1: 2, e1x1: 4, e3x3: 4)")}`,
      "the parameter `s1x1` of `fire` ships with lwnet and can't be renamed",
    ],
  ])("%s", (_, text, reason) => expect(refusal(text)).toBe(reason));

  test.each([
    [
      "no name",
      "k-2",
      "`k-2` is no name: names consist of letters, digits and `_`, and don't begin with a digit",
    ],
    ["a word of the language", "repeat", "`repeat` is a word of the language"],
    ["taken", "unit", "`unit` can't be the name: on line 2 `unit` is already declared in this file"],
    [
      "hidden where it is used",
      "inner",
      "`inner` can't be the name: on line 3 `inner` would mean the parameter `inner` of `other`, no longer the constant `k`",
    ],
    [
      "a layer that the file uses",
      "relu",
      "`relu` can't be the name: on line 2 `relu` would mean the constant `relu`, no longer the layer `relu` of the language",
    ],
  ])("a new name that is %s", (_, newName, reason) => {
    const text = "const $0k = 3\nblock unit { relu }\nblock other(inner: int) { conv(k, kernel: inner) }\n";
    expect(refusal(text, newName)).toBe(reason);
  });

  test("a new name that another file has already", () => {
    const text = `block un$0it { relu }\n//- file: b.lwnet\nimport { unit } from "./main.lwnet"\nblock fresh { unit }\n`;
    expect(refusal(text)).toBe(
      "`fresh` can't be the name: on line 2 of b.lwnet `fresh` is already declared in this file",
    );
  });

  test("two outputs never get one name", () => {
    expect(refusal(net("tap { relu -> output a$0ux }\n  output logits"), "logits")).toBe(
      "there is an output `logits` here already",
    );
  });

  test("two dimensions never become one", () => {
    expect(refusal("network N {\n input x: [3, H$0, W]\n relu\n}\n", "W")).toContain(
      "would mean the dimension `W`",
    );
  });

  test("a layer's name is fine where nothing uses the layer, and a keyword for a label that nothing uses", () => {
    expect(refusal(`block un$0it { relu }\n${net("unit")}`, "conv")).toBe("");
    expect(refusal(net("a$0: relu"), "add")).toBe("");
    expect(refusal(net("a$0: relu -> add(it, a)"), "add")).toBe("`add` is a word of the language");
  });
});

test("a text with errors elsewhere can still be renamed in", () => {
  const text =
    "block «un$0it» { relu }\nblock broken { conv( }\nnetwork N { input x: [3, 8, 8] -> «unit» -> missing }\n";
  const { analysis, cursor, ranges } = openMarked(text);
  expect(places(rename(analysis, main, cursor, "fresh"))).toMatchObject(ranges);
});
