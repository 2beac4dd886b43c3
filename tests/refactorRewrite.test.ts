/** Other ways to write a network, and other networks: `«…»` or `$0` in the text before, and the text after. */
import { expect, test } from "vitest";
import { dedent, refactored, titles } from "./harness/refactored.ts";

const network = (body: string) =>
  `network N {\n  input x: [16, 32, 32]\n${dedent(body).replace(/^(?=.)/gm, "  ")}}\n`;

function check(title: string, before: string, after: string): void {
  expect(refactored(network(before), title)).toBe(network(after));
}

const titled = (body: string, start: string) => titles(network(body), start);

// ── the same, written otherwise ──────────────────────────────────────────────────────────────────

test("a chain is split into lines, lines are joined into a chain", () => {
  const chain = (open: string, close: string) => `${open}conv(8, kernel: 3) -> bn -> relu${close}\nbn\n`;
  const lines = (open: string, close: string) => `${open}conv(8, kernel: 3)\nbn\nrelu${close}\nbn\n`;
  check("Split", chain("", "$0"), lines("", ""));
  check("Join", lines("«", "»"), chain("", ""));
  check(
    "Split",
    "residual { bn$0 -> conv(16, kernel: 3) }\n",
    "residual {\n  bn\n  conv(16, kernel: 3)\n}\n",
  );
});

test("arguments get their names and lose them", () => {
  check("Name the arguments", "co$0nv(8, 3, stride: 2)\n", "conv(channels: 8, kernel: 3, stride: 2)\n");
  check("Give the arguments", "co$0nv(channels: 8, kernel: 3, bias: false)\n", "conv(8, 3, bias: false)\n");
  expect(titled("co$0nv(bias: false, channels: 8, kernel: 3)\n", "Give")).toEqual([]);
});

test("the arguments of a block and of a named instance", () => {
  const text = (block: string, instance: string) =>
    `block b(k: int) { conv(k, kernel: 3) }
network N(n: int) { input x: [3, 8, 8] -> b(${block}) }
network M = N(${instance})
`;
  expect(refactored(text("$0n", "8"), "Name the arguments")).toBe(text("k: n", "8"));
  expect(refactored(text("n", "$08"), "Name the arguments")).toBe(text("n", "n: 8"));
});

test("a condition is negated and its branches swapped", () => {
  const start = "Negate the condition";
  check(start, "i$0f it.channels < 32 { relu } else { bn }\n", "if it.channels >= 32 { bn } else { relu }\n");
  check(start, "i$0f not true { relu } else { bn }\n", "if true { bn } else { relu }\n");
  check(
    start,
    "i$0f it.channels > 8 and true { relu } else { bn }\n",
    "if not (it.channels > 8 and true) { bn } else { relu }\n",
  );
  expect(titled("i$0f true { relu }\n", start)).toEqual([]);
});

test("what is selected is wrapped", () => {
  check(
    "Wrap in `residual`",
    "«conv(16, kernel: 3)\nbn»\nrelu\n",
    "residual {\n  conv(16, kernel: 3)\n  bn\n}\nrelu\n",
  );
  check(
    "Wrap in `dense`",
    "«conv(16, kernel: 3) -> bn» -> relu\n",
    "dense { conv(16, kernel: 3) -> bn } -> relu\n",
  );
  check("Wrap in a group", "«bn»\nrelu\n", "{ bn }\nrelu\n");
  check("Wrap in `tap`", "«bn»\nrelu\n", "tap { bn }\nrelu\n");
  check("Wrap in `repeat`", "«bn»\nrelu\n", "repeat 2 { bn }\nrelu\n");
  check("Wrap in `concat`", "«bn»\nrelu\n", "concat {\n  branch { bn }\n  branch {}\n}\nrelu\n");
  expect(titled("conv(«16», kernel: 3)\n", "Wrap")).toEqual([]);
  expect(titles("network N { «input x: [3, 8, 8]» }", "Wrap")).toEqual([]);
});

// ── other networks: the title says what they cost ────────────────────────────────────────────────

test("residual to dense: without its shortcut, on more channels", () => {
  const before = `
    resi$0dual {
      conv(16, kernel: 3, stride: 1)
    } shortcut { conv(16, kernel: 1) }
    conv(8, kernel: 1)
    `;
  check(
    "Convert to `dense`",
    before,
    `
    dense {
      conv(16, kernel: 3, stride: 1)
    }
    conv(8, kernel: 1)
    `,
  );
  expect(titled(before, "Convert to `dense`")).toEqual([
    "Convert to `dense` (N 2.73K → 2.58K params, 2.75M → 2.62M MACs)",
  ]);
});

test("dense to residual: with a projection where the shapes differ", () => {
  check("Convert to `residual`", "de$0nse { conv(16, kernel: 3) }\n", "residual { conv(16, kernel: 3) }\n");
  check(
    "Convert to `residual`",
    "de$0nse { bn -> conv(12, kernel: 3) }\n",
    "residual { bn -> conv(12, kernel: 3) } shortcut { conv(12, kernel: 1, bias: false) -> bn }\n",
  );
});

test("concat and add of branches, with the errors that are left", () => {
  const body = (word: string) =>
    `${word} {\n  branch { conv(8, kernel: 1) }\n  branch { conv(8, kernel: 3) }\n}\n`;
  check("Convert to `add`", body("con$0cat"), body("add"));
  expect(titled(`${body("con$0cat")}expect [16, 32, 32]\n`, "Convert")).toEqual([
    "Convert to `add` (N 1.30K → 1.30K params, 1.31M → 1.31M MACs; 1 error to mend)",
  ]);
});

test("a convolution becomes depthwise separable", () => {
  const before = "co$0nv(32, kernel: 3, stride: 2, bias: false) -> bn\n";
  check("Convert to a depthwise", before, "separable(32, kernel: 3, stride: 2, bias: false) -> bn\n");
  expect(titled(before, "Convert to a depthwise")).toEqual([
    "Convert to a depthwise separable convolution (N 4.67K → 720 params, 1.18M → 168K MACs)",
  ]);
});

test("a convolution becomes a bottleneck, with the layers that follow it in between", () => {
  check(
    "Convert to a bottleneck",
    "co$0nv(64, kernel: 3, stride: 2, bias: false) -> bn -> relu\n",
    "conv(16, kernel: 1, bias: false) -> bn -> relu -> conv(16, kernel: 3, stride: 2, bias: false) -> bn -> relu -> conv(64, kernel: 1, bias: false) -> bn -> relu\n",
  );
  check(
    "Convert to a bottleneck",
    "a: co$0nv(it.channels, 3)\n",
    "a_reduce: conv(it.channels div 4, kernel: 1) -> a: conv(it.channels div 4, kernel: 3) -> a_restore: conv(it.channels, kernel: 1)\n",
  );
});

test.each([
  ["a kernel of one pixel", "co$0nv(64, kernel: 1)\n"],
  ["groups", "co$0nv(64, kernel: 3, groups: 4)\n"],
])("no cheaper convolution: %s", (_, body) => expect(titled(body, "Convert")).toEqual([]));
