/** Inlining a block at `$0`: the text before, and the text after, as the formatter leaves it. */
import { expect, test } from "vitest";
import { dedent, refactored, titles } from "./harness/refactored.ts";

function check(title: string, before: string, after: string | undefined): void {
  expect(refactored(dedent(before), title)).toBe(after && dedent(after));
}

test("a block's statements in place of its call, arguments in place of its parameters", () => {
  check(
    "Inline `unit`",
    `
    block unit(k: int, stride: int = 1, wide: int = 2 * k) {
      require k > 0, "k is a width"
      // Halves the size.
      conv(4 * k, kernel: 3, stride: stride) -> bn
      conv(wide, kernel: 1)
    }
    network N(n: int = 2) {
      input x: [3, 8, 8]
      unit$0(n + 1, stride: 2)
      unit(8)
    }
    `,
    `
    block unit(k: int, stride: int = 1, wide: int = 2 * k) {
      require k > 0, "k is a width"
      // Halves the size.
      conv(4 * k, kernel: 3, stride: stride) -> bn
      conv(wide, kernel: 1)
    }
    network N(n: int = 2) {
      input x: [3, 8, 8]
      conv(4 * (n + 1), kernel: 3, stride: 2) -> bn
      conv(2 * (n + 1), kernel: 1)
      unit(8)
    }
    `,
  );
});

test("arguments have the parentheses that they need, once", () => {
  const block = "block unit(k: int) { conv(4 * k, kernel: 3) -> conv(k, kernel: 1) }\n";
  const call = (args: string) => `${block}network N(n: int = 2) { input x: [3, 8, 8] -> un$0it(${args}) }\n`;
  const inlined = (args: string) => refactored(call(args), "Inline `unit`")?.split("8] -> ")[1];
  expect(inlined("(n + 1)")).toBe("conv(4 * (n + 1), kernel: 3) -> conv((n + 1), kernel: 1) }\n");
  expect(inlined("(n + 1) * (n + 2)")).toBe(
    "conv(4 * ((n + 1) * (n + 2)), kernel: 3) -> conv((n + 1) * (n + 2), kernel: 1) }\n",
  );
});

test("in a chain, as a part of it", () => {
  check(
    "Inline `unit`",
    `
    block unit(act: block) {
      conv(8, kernel: 3)
      act
    }
    network N { input x: [3, 8, 8] -> un$0it(silu) -> bn }
    `,
    `
    block unit(act: block) {
      conv(8, kernel: 3)
      act
    }
    network N { input x: [3, 8, 8] -> conv(8, kernel: 3) -> silu -> bn }
    `,
  );
});

const joins = "block unit {\n  conv(8, kernel: 3) -> bn\n  concat(it, in)\n}\n";

test.each([
  ["of a network", "", "", "in"],
  ["of a label", "  a: relu\n", "  a: relu\n", "a"],
  ["that it gets", "  relu\n", "  entering: relu\n", "entering"],
])("`in` becomes the name of the call's input: %s", (_, before, after, name) => {
  const start = `${joins}network N {\n  input x: [3, 8, 8]\n`;
  expect(refactored(`${start}${before}  un$0it\n}\n`, "Inline `unit`")).toBe(
    `${start}${after}  conv(8, kernel: 3) -> bn\n  concat(it, ${name})\n}\n`,
  );
});

test("the current tensor as an argument stays what it is", () => {
  const block = "block unit(k: int) { conv(k, kernel: 3) -> relu }\n";
  const start = `${block}network N {\n  input x: [3, 8, 8]\n  relu\n`;
  expect(refactored(`${start}  un$0it(2 * it.channels)\n}\n`, "Inline `unit`")).toBe(
    `${start}  conv(2 * it.channels, kernel: 3) -> relu\n}\n`,
  );
});

test("a labelled call becomes a labelled group; labels that clash stand in a group", () => {
  check(
    "Inline all 3 uses of `unit`",
    `
    /// A unit.
    block un$0it { a: conv(8, kernel: 3) -> bn }

    network N {
      input x: [3, 8, 8]
      first: unit
      unit
      unit -> relu
      from first
    }
    `,
    `
    network N {
      input x: [3, 8, 8]
      first: { a: conv(8, kernel: 3) -> bn }
      a: conv(8, kernel: 3) -> bn
      { a: conv(8, kernel: 3) -> bn } -> relu
      from first
    }
    `,
  );
});

test("a single layer takes the call's label over", () => {
  const block = "block unit { conv(8, kernel: 3) }\n";
  expect(
    refactored(`${block}network N { input x: [3, 8, 8] -> stem: un$0it }\n`, "Inline `unit` and remove"),
  ).toBe("network N { input x: [3, 8, 8] -> stem: conv(8, kernel: 3) }\n");
});

test("a block of another file, if all that it uses is known here", () => {
  const text = 'import { unit } from "./common.lwnet"\nnetwork N { input x: [3, 8, 8] -> un$0it }\n';
  const offered = (common: string) => titles(`${text}//- file: common.lwnet\n${common}`, "Inline");
  expect(offered("block unit { relu -> bn }\n")).toEqual(["Inline `unit`"]);
  expect(offered("const k = 8\nblock unit { conv(k, kernel: 3) }\n")).toEqual([]);
});

const inlining = (text: string) => titles(text, "Inline");

test.each([
  [
    "a name of an argument means another thing in the block",
    "block unit(k: int) { for i in [1, 2] { conv(k + i, kernel: 1) } }\nnetwork N { input x: [3, 8, 8]\n repeat 2 as i { un$0it(i) } }",
  ],
  [
    "a name in the block means another thing at the call",
    "const k = 8\nblock unit { conv(k, kernel: 1) }\nnetwork N(k: int = 3) { input x: [3, 8, 8] -> un$0it }",
  ],
  [
    "the input of an iteration has no name",
    "block unit { relu -> bn -> add(it, in) }\nnetwork N { input x: [3, 8, 8]\n repeat 2 { un$0it } }",
  ],
  ["the call has errors", "block unit(k: int) { relu }\nnetwork N { input x: [3, 8, 8] -> un$0it }"],
])("not offered: %s", (_, text) => expect(inlining(text)).toEqual([]));

test.each([
  ["as a value", "block u$0nit { relu }\nblock use(act: block) { act }\nblock b { use(unit) -> unit }"],
  [
    "in another file",
    'block u$0nit { relu }\nblock b { unit }\n//- file: other.lwnet\nimport { unit } from "./main.lwnet"\n',
  ],
])("a block that is used %s stays", (_, text) => expect(inlining(text)).toEqual([]));
