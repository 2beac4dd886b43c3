/** Copies to `repeat` and back: `«…»` or `$0` in the text before, and the text after, as the formatter leaves it. */
import { expect, test } from "vitest";
import { dedent, refactored, titles } from "./harness/refactored.ts";

const network = (body: string) =>
  `network N {\n  input x: [3, 32, 32]\n${dedent(body).replace(/^(?=.)/gm, "  ")}}\n`;

function check(title: string, before: string, after: string): void {
  expect(refactored(network(before), title)).toBe(network(after));
}

test("equal lines become a repeat, selected or with the cursor on one of them", () => {
  const lines = (mark: string) => `
    stem: conv(8, kernel: 3)
    conv(8, kernel: 3) -> bn
    conv(8, kernel: 3) -> ${mark}bn
    conv(8, kernel: 3) -> bn
    relu
    `;
  const after = `
    stem: conv(8, kernel: 3)
    repeat 3 { conv(8, kernel: 3) -> bn }
    relu
    `;
  check("Turn 3 copies into `repeat`", lines("$0"), after);
});

test("statements over several lines", () => {
  check(
    "Turn 2 copies into `repeat`",
    `
    conv(8, kernel: 3)
    «residual {
      conv(8, kernel: 3) -> bn
    }
    relu
    residual { conv(8, kernel: 3) -> bn }
    relu»
    bn
    `,
    `
    conv(8, kernel: 3)
    repeat 2 {
      residual {
        conv(8, kernel: 3) -> bn
      }
      relu
    }
    bn
    `,
  );
});

test("numbers in equal steps are computed from the index, those of labels too", () => {
  check(
    "Turn 3 copies into `repeat`",
    `
    «conv1: conv(64, kernel: 3) -> bn1: bn -> relu
    conv2: conv(96, kernel: 3) -> bn2: bn -> relu
    conv3: conv(128, kernel: 3) -> bn3: bn -> relu»
    `,
    `
    repeat 3 as i {
      \`conv{i + 1}\`: conv(64 + 32 * i, kernel: 3) -> \`bn{i + 1}\`: bn -> relu
    }
    `,
  );
});

test("other numbers come from a list", () => {
  check(
    "Turn 3 copies into `for`",
    `
    «conv(64, kernel: 3) -> relu
    conv(128, kernel: 3) -> relu
    conv(256, kernel: 3) -> relu»
    `,
    `
    for n in [64, 128, 256] { conv(n, kernel: 3) -> relu }
    `,
  );
  check(
    "Turn 2 copies into `for`",
    `
    «a1: conv(64, kernel: 3)
    a2: conv(128, kernel: 3)»
    `,
    `
    for i, n in [64, 128] { \`a{i + 1}\`: conv(n, kernel: 3) }
    `,
  );
  check(
    "Turn 3 copies into `for`",
    `
    «conv(8, kernel: 3, stride: 2)
    conv(32, kernel: 5, stride: 1)
    conv(16, kernel: 3, stride: 1)»
    `,
    `
    for n, kernel, stride in [[8, 3, 2], [32, 5, 1], [16, 3, 1]] {
      conv(n, kernel: kernel, stride: stride)
    }
    `,
  );
});

test.each([
  ["two that vary, with a cursor alone", "conv(8, kernel: 3)$0\nconv(16, kernel: 3)\n"],
  ["different layers", "«relu\nbn»\n"],
  ["a label that is used further down", "«a1: relu\na2: relu»\nadd(it, a1)\n"],
  ["comments that would be lost", "«relu\n// again\nrelu»\n"],
])("not offered: %s", (_, body) => {
  expect(titles(network(body), "Turn")).toEqual([]);
});

test("a repeat is unrolled, and what its index makes is computed", () => {
  check(
    "Unroll `repeat`",
    `
    re$0peat 3 as i {
      \`conv{i + 1}\`: conv(64 + 32 * i, kernel: 3)
      relu
    }
    `,
    `
    conv1: conv(64, kernel: 3)
    relu
    conv2: conv(96, kernel: 3)
    relu
    conv3: conv(128, kernel: 3)
    relu
    `,
  );
});

test("names of weights stay: a labelled repeat becomes a labelled group", () => {
  check(
    "Unroll `repeat`",
    `
    stage: re$0peat 2 {
      conv1: conv(8, kernel: 3)
      relu
    }
    `,
    `
    stage: {
      \`0\`: {
        conv1: conv(8, kernel: 3)
        relu
      }
      \`1\`: {
        conv1: conv(8, kernel: 3)
        relu
      }
    }
    `,
  );
});

test("a label with an index stays in backquotes where its place depends on that", () => {
  check(
    "Unroll `repeat`",
    `
    stage: repeat 2 as j {
      relu
      re$0peat 2 as i { \`conv{2 * j + i}\`: conv(8, kernel: 3) }
    }
    `,
    `
    stage: repeat 2 as j {
      relu
      \`conv{2 * j + 0}\`: conv(8, kernel: 3)
      \`conv{2 * j + 1}\`: conv(8, kernel: 3)
    }
    `,
  );
});

test("a for is unrolled by its list, in a chain as a part of it", () => {
  check(
    "Unroll `for`",
    "bn -> f$0or i, n in [8, 2 * 8] { conv(n + i, kernel: 3) } -> relu\n",
    "bn -> conv(8, kernel: 3) -> conv((2 * 8) + 1, kernel: 3) -> relu\n",
  );
});

test.each([
  ["a count that is a name", "re$0peat n { relu }"],
  ["more than 32 iterations", "re$0peat 33 { relu }"],
  ["in the body", "repeat 2 { re$0lu }"],
])("not unrolled: %s", (_, body) => {
  expect(titles(`block b(n: int) { ${body} }`, "Unroll")).toEqual([]);
});
