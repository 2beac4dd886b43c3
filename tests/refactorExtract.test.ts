/** Extracting what is selected: `«…»` in the text before, and the text after, as the formatter leaves it. */
import { expect, test } from "vitest";
import { dedent, refactored, titles } from "./harness/refactored.ts";

function check(title: string, before: string, after: string | undefined): void {
  expect(refactored(dedent(before), title)).toBe(after && dedent(after));
}

test("statements become a block above the item; names from around them become parameters", () => {
  check(
    "Extract block",
    `
    // A note on the file.

    /// The stem.
    network N(width: int = 8, act: block = relu) {
      input x: [3, 8, 8]
      «conv(width, kernel: 3) -> bn
      act»
      conv(4, kernel: 1)
    }
    `,
    `
    // A note on the file.

    block block1(width: int, act: block) {
      conv(width, kernel: 3) -> bn
      act
    }

    /// The stem.
    network N(width: int = 8, act: block = relu) {
      input x: [3, 8, 8]
      block1(width, act)
      conv(4, kernel: 1)
    }
    `,
  );
});

test("a part of a chain", () => {
  check(
    "Extract block",
    `
    network N {
      input x: [3, 8, 8]
      conv(8, kernel: 3) -> «bn -> relu» -> conv(4, kernel: 1)
    }
    `,
    `
    block block1 {
      bn -> relu
    }

    network N {
      input x: [3, 8, 8]
      conv(8, kernel: 3) -> block1 -> conv(4, kernel: 1)
    }
    `,
  );
});

test("labels from before become tensors, `in` too where it means another tensor in the block", () => {
  check(
    "Extract block",
    `
    network N {
      input x: [3, 8, 8]
      a: conv(8, kernel: 3)
      relu
      «concat(it, a)
      conv(in.channels, kernel: 1)»
    }
    `,
    `
    block block1(a: tensor, entering: tensor) {
      concat(it, a)
      conv(entering.channels, kernel: 1)
    }

    network N {
      input x: [3, 8, 8]
      a: conv(8, kernel: 3)
      relu
      block1(a, in)
    }
    `,
  );
});

test("`in` stays where the statements begin what it enters", () => {
  check(
    "Extract block",
    `
    block unit {
      residual {
        «conv(in.channels, kernel: 3) -> bn»
      }
      relu
    }
    network N { input x: [3, 8, 8] -> unit }
    `,
    `
    block block1 {
      conv(in.channels, kernel: 3) -> bn
    }

    block unit {
      residual {
        block1
      }
      relu
    }
    network N { input x: [3, 8, 8] -> unit }
    `,
  );
});

test("a label that is used further down goes to the call", () => {
  check(
    "Extract block",
    `
    network N {
      input x: [3, 8, 8]
      «conv(8, kernel: 3)
      a: relu»
      conv(8, kernel: 3) -> add(it, a)
    }
    `,
    `
    block block1 {
      conv(8, kernel: 3)
      a: relu
    }

    network N {
      input x: [3, 8, 8]
      a: block1
      conv(8, kernel: 3) -> add(it, a)
    }
    `,
  );
});

test("the same statements elsewhere use the block too, loop variables become parameters", () => {
  check(
    "Extract block and use it in 3 places",
    `
    network A {
      input x: [3, 8, 8]
      for n in [8, 16] {
        conv(n, kernel: 3)   ->   bn
      }
    }

    network B {
      input x: [3, 8, 8]
      for n in [8, 16] {
        «conv(n, kernel: 3) -> bn»
        max_pool(2)
        conv(n, kernel: 3)
          -> bn
      }
    }
    `,
    `
    block block1(n: int) {
      conv(n, kernel: 3) -> bn
    }

    network A {
      input x: [3, 8, 8]
      for n in [8, 16] {
        block1(n)
      }
    }

    network B {
      input x: [3, 8, 8]
      for n in [8, 16] {
        block1(n)
        max_pool(2)
        block1(n)
      }
    }
    `,
  );
});

test.each([
  ["an input", "network N { «input x: [3, 8, 8]» }"],
  ["all of a block", "block b { «conv(8, kernel: 3) -> relu» }"],
  ["a label amid the statements that is used further down", "block b { «a: relu -> bn» -> add(it, a) }"],
  ["a cursor without a selection", "block b { re$0lu -> bn }"],
])("no block: %s", (_, text) => {
  expect(titles(text, "Extract block")).toEqual([]);
});

// ── values ───────────────────────────────────────────────────────────────────────────────────────

test("a literal becomes a parameter with a default, named by what it is for; callers stay", () => {
  check(
    "Extract parameter `channels`",
    `
    block unit(stride: int) { conv($064, kernel: 3, stride: stride) }
    network N { input x: [3, 8, 8] -> unit(2) }
    `,
    `
    block unit(stride: int, channels: int = 64) { conv(channels, kernel: 3, stride: stride) }
    network N { input x: [3, 8, 8] -> unit(2) }
    `,
  );
});

test("a literal becomes a constant", () => {
  check(
    "Extract constant `eps`",
    `
    /// A unit.
    block unit { bn(eps: 0.0$01) }
    `,
    `
    const eps = 0.01

    /// A unit.
    block unit { bn(eps: eps) }
    `,
  );
});

test.each([
  ["by its position", "block b { conv(8, $03) }", ["kernel"]],
  ["of an expression", "block b(k: int) { conv(k * $04, kernel: 3) }", ["channels"]],
  ["a list", "block b { for n in «[8, 16]» { conv(n, kernel: 3) } }", ["value"]],
  ["a count", "block b { repeat $02 { relu } }", ["count"]],
  ["a budget", "network N { input x: [3, 8, 8]\n budget { params <= 1$0M } }", ["max_params"]],
  ["a name that is taken", "block b(kernel: int) { conv(8, kernel: $03) }", ["kernel2"]],
  ["a selection with local names has none", "block b(k: int) { conv(«4 * k», kernel: 3) }", []],
  ["a name has none", "block b(k: int) { conv($0k, kernel: 3) }", []],
])("names of values: %s", (_, text, names) => {
  const expected = names.flatMap((name) => [`Extract parameter \`${name}\``, `Extract constant \`${name}\``]);
  expect(titles(text).filter((title) => /^Extract (?:parameter|constant)/.test(title))).toEqual(expected);
});

test("of a named instance's argument only a constant can be made", () => {
  const text = "network N(k: int) { input x: [3, 8, 8] -> conv(k, kernel: 3) }\nnetwork M = N(k: $08)";
  expect(titles(text, "Extract")).toEqual(["Extract constant `k`"]);
});
