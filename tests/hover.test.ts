/** Hovers as a reader sees them, whole: `$0` is the cursor. */

import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keywords } from "../grammar/tokens.ts";
import { stepsOf } from "../server/src/core/elaborate/instance.ts";
import { countUses } from "../server/src/core/elaborate/uses.ts";
import { words } from "../server/src/core/ide/hover/words.ts";
import { type Choices, hover, instances } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";
import { openFile, openText } from "./harness/open.ts";

function hovered(text: string): string | undefined {
  const offset = text.indexOf("$0");
  const { id, analysis } = openText(text.replace("$0", ""));
  return hover(analysis, id, offset)?.markdown;
}

test("a layer: shapes, counts with the formula, tensors one by one, receptive field, intensity", () => {
  expect(
    hovered("network N {\n  input x: [64, 56, 56]\n  relu -> c$0onv(128, kernel: 3, stride: 2)\n}"),
  ).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    conv(128, kernel: 3, stride: 2)
    \`\`\`

    Convolution. Parameters: (k·k·C_in/groups + bias)·C_out; multiply-adds: k·k·C_in/groups·C_out·H_out·W_out.

    | | |
    | --- | --- |
    | shape | 64×56×56 → 128×28×28 |
    | parameters | (3·3·64 + 1)·128 = 73,856 |
    | MACs | 3·3·64·128·28·28 = 57,802,752 |
    | FLOPs | 115,705,856 |
    | memory | weights 295 KB, activations 401 KB |
    | intensity | 77.2 FLOPs/byte |
    | receptive field | 3×3 |
    | stride to input | 2 |
    | share | 100% of MACs, 100% of parameters, 33% of activations of N |
    | \`weight\` | 128×64×3×3 = 73,728 |
    | \`bias\` | 128 |"
  `);
});

test("a dense connection: how the channels grow", () => {
  expect(
    hovered("network N {\n  input x: [24, 8, 8]\n  repeat 3 { de$0nse { bn -> conv(12, kernel: 3) } }\n}"),
  ).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    dense
    \`\`\`

    Stacks what its body makes on what enters, along the channels, as DenseNet's layers do.

    | channels in | new | channels out | height×width | params | MACs | uses |
    | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    | 24 | +12 | 36 | 8×8 | 2.65K | 166K | 1 |
    | 36 | +12 | 48 | 8×8 | 3.97K | 249K | 1 |
    | 48 | +12 | 60 | 8×8 | 5.29K | 332K | 1 |

    | | |
    | --- | --- |
    | input | 24×8×8 … 48×8×8 |
    | output | 36→60 ch · 8×8 |
    | parameters | 2.65K–5.29K |
    | MACs | 166K–332K |
    | FLOPs | 336K–670K |
    | activations | 18.4 KB–30.7 KB |
    | receptive field | 3×3 to 7×7 |
    | stride to input | 1 |
    | share | 100% of MACs, 100% of parameters, 100% of activations of N |
    | uses | 3 in a network |"
  `);
});

test("a block's call and its definition: documentation and totals", () => {
  const text = (at: string) =>
    `/// Halves the channels.\nblock half(k: int = 2) { conv(it.channels div k, kernel: 1) }\nnetwork N {\n  input x: [8, 4, 4]\n  half -> half\n}`.replace(
      at,
      `${at}$0`,
    );
  expect(hovered(text("block ha"))).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    block half(k: int = 2)
    \`\`\`

    Halves the channels.

    | | |
    | --- | --- |
    | instances | 2 |
    | parameters of all uses | 46 |
    | MACs of all uses | 640 |"
  `);
  expect(hovered(text("\n  ha"))).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    half
    \`\`\`

    Halves the channels.

    | | |
    | --- | --- |
    | shape | 8×4×4 → 4×4×4 |
    | parameters | 36 |
    | MACs | 512 |
    | FLOPs | 1,088 |
    | memory | weights 144 B, activations 256 B |
    | receptive field | 1×1 |
    | stride to input | 1 |
    | share | 80% of MACs, 78% of parameters, 67% of activations of N |"
  `);
});

test("a network: its totals", () => {
  expect(hovered("network $0N {\n  input x: [8, 4, 4]\n  conv(2, kernel: 1)\n}")).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    network N
    \`\`\`

    | | |
    | --- | --- |
    | parameters | 18 (72 B at 32 bits) |
    | MACs | 256 |
    | FLOPs | 544 |
    | activations | 128 B |
    | peak | 640 B alive at once |
    | layers | 1 |"
  `);
});

test("an argument: the parameter's type, default and meaning", () => {
  expect(
    hovered("network N {\n  input x: [8, 4, 4]\n  conv(2, kernel: 1, str$0ide: 2)\n}"),
  ).toMatchInlineSnapshot(`
    "\`stride: int or list\` (default 1)

    Step between two outputs."
  `);
});

test("nothing stands behind a number or a bracket", () => {
  expect(hovered("network N {\n  input x: [8, 4, 4]\n  conv(2$0, kernel: 1)\n}")).toBeUndefined();
});

const twoUnits = `/// Twice the [channels](https://example.org), <b>or</b> more | less.
block unit(planes: int, stride: int = 1) {
  residual { main: conv(planes, kernel: 3, stride: stride) }
    shortcut when stride != 1 or in.channels != planes { conv(planes, kernel: 1, stride: stride) }
  relu
}
const width = 2 * 4
network Net {
  budget { params <= 10K }
  input image: [3, 32, 32]
  for i, n in [8, 16] { unit(n, stride: i + 1) }
  unit(16)
  repeat 3 as j { last: relu }
  expect [16, 16, 16]
  global_avg_pool -> flatten -> linear(min(width, 10))
  output logits
}
`;

/** The hover at a place of `twoUnits`: `mark` with `$0` in it. */
function at(mark: string, choices?: Choices): string {
  const opened = openMarked(twoUnits.replace(mark.replace("$0", ""), mark));
  return hover(opened.analysis, mainFile, opened.cursor, choices)?.markdown ?? "";
}

/** The rows of its first table. */
const rows = (markdown: string) =>
  (markdown.split("\n\n").find((part) => part.startsWith("|")) ?? "").split("\n").slice(2);

test("a residual connection: both sides, and whether the shortcut is the identity or a projection", () => {
  expect(rows(at("resi$0dual {"))).toMatchInlineSnapshot(`
    [
      "| 3×32×32 → 8×32×32 | 3×32×32 → 8×32×32 | projection | 256 | 246K | 1 |",
      "| 8×32×32 → 16×16×16 | 8×32×32 → 16×16×16 | projection | 1.31K | 328K | 1 |",
      "| 16×16×16 → 16×16×16 | 16×16×16 | identity | 2.32K | 590K | 1 |",
    ]
  `);
  expect(rows(at("short$0cut when"))).toEqual(rows(at("resi$0dual {")));
  const key = (i: number) =>
    instances(openMarked(twoUnits).analysis, mainFile, "unit")?.entries[i]?.key ?? "";
  expect(rows(at("resi$0dual {", new Map([["unit", key(1)]])))).toMatchInlineSnapshot(`
    [
      "| main path | 8×32×32 → 16×16×16 | 1.17K | 295K |",
      "| shortcut: projection | 8×32×32 → 16×16×16 | 144 | 32.8K |",
    ]
  `);
  expect(rows(at("resi$0dual {", new Map([["unit", key(2)]])))).toMatchInlineSnapshot(`
    [
      "| main path | 16×16×16 → 16×16×16 | 2.32K | 590K |",
      "| shortcut: identity | 16×16×16 | 0 | 0 |",
    ]
  `);
});

test("branches: each with its shape and costs", () => {
  const text =
    "network N {\n  input x: [8, 4, 4]\n  co$0ncat { branch { conv(2, kernel: 1) } b: branch { relu } }\n}";
  expect(rows(hovered(text) ?? "")).toMatchInlineSnapshot(`
    [
      "| 1 | 8×4×4 → 2×4×4 | 18 | 256 |",
      "| \`b\` | 8×4×4 → 8×4×4 | 0 | 0 |",
    ]
  `);
});

test("names: the values that they take over all instances", () => {
  expect(rows(at("unit(pla$0nes"))).toEqual(["| value | `8 or 16` |"]);
  expect(rows(at("!= plan$0es"))).toEqual(["| value | `8 or 16` |"]);
  expect(rows(at("stride: stri$0de) }\n    shortcut"))).toEqual(["| value | `1 or 2` |"]);
  expect(rows(at("for i, n$0 in"))).toEqual(["| value | `8 or 16` |"]);
  expect(rows(at("stride: i$0 + 1"))).toEqual(["| value | `0 or 1` |"]);
  expect(rows(at("as j$0"))).toEqual(["| value | `0 to 2` |"]);
  expect(at("(min(wid$0th")).toContain("= `8`");
  expect(rows(at("mi$0n(width"))).toEqual(["| value | `8` |"]);
  expect(rows(at("i$0n.channels"))).toEqual(["| shape | 3×32×32, 8×32×32 or 16×16×16 |"]);
  expect(rows(at("in.chan$0nels"))).toEqual(["| value | `3, 8 or 16` |"]);
  expect(rows(at("expe$0ct"))).toEqual(["| shape | 16×16×16 |"]);
  expect(rows(at("logi$0ts"))).toEqual(["| shape | 8 |"]);
  expect(rows(at("para$0ms <="))).toEqual(["| `Net` | 4.02K | 10.0K |"]);
  expect(at("10$0K")).toBe("10,000");
});

test("of a chosen instance: its values alone", () => {
  const key = instances(openMarked(twoUnits).analysis, mainFile, "unit")?.entries[1]?.key ?? "";
  const choices = new Map([["unit", key]]);
  expect(rows(at("unit(pla$0nes", choices))).toEqual(["| value | `16` |"]);
  expect(rows(at("in.chan$0nels", choices))).toEqual(["| value | `8` |"]);
  expect(at("relu$0\n}", choices)).toContain("| receptive field | 5×5 |");
});

test("documentation is words: no links, no HTML, no tables", () => {
  expect(at("block un$0it")).toContain(
    "Twice the \\[channels\\](https\\://example.org), \\<b\\>or\\</b\\> more \\| less.",
  );
});

test("an import: what a name is, and what a file has", () => {
  const text = 'import { fire } from "std/squeezenet"\n';
  expect(hovered(text.replace("fire", "fi$0re"))).toMatch(
    /^```lwnet\nblock fire\(s1x1: int.*from `std\/squeezenet`$/s,
  );
  expect(rows(hovered(text.replace("std/", "std/$0")) ?? "")).toEqual([
    "| `fire` | The Fire module (figure 1) |",
  ]);
});

test("every word of the language has a sentence, and an example from the reference", () => {
  const reference = readFileSync("grammar/reference.md", "utf8");
  expect(Object.keys(words).sort()).toEqual(keywords.map(({ PATTERN }) => String(PATTERN)).sort());
  const examples = Object.values(words).map(({ example }) => example);
  expect(examples.filter((example) => !reference.includes(example))).toEqual([]);
  expect(Object.values(words).filter(({ doc }) => !doc.endsWith("."))).toEqual([]);
  expect(at("shortcut wh$0en")).toContain(words.when?.doc);
  expect(at("for i, n i$0n")).toContain(words.for?.doc);
});

test("comments and text are not words of the language", () => {
  expect(hovered("network N {\n  input x: [8, 4, 4] // if$0 so\n}")).toBeUndefined();
  expect(hovered('block b {\n  require it.channels > 1, "or$0 else"\n}')).toBeUndefined();
});

/** What a formula of numbers comes to. */
function computed(formula: string): number {
  expect(formula).toMatch(/^[0-9+·() ]+$/);
  return Number(new Function(`return ${formula.replaceAll("·", "*")}`)());
}

test.each(globSync("examples/*.lwnet"))("every formula comes to what is counted: %s", (path) => {
  const { file } = openFile(path);
  const instances = new Set(
    file.networks.flatMap(({ instance }) => [...(instance ? countUses(instance).keys() : [])]),
  );
  for (const step of [...instances].flatMap(stepsOf)) {
    if (step.kind !== "layer") continue;
    const inputs = step.inputs.flatMap(({ shape }) => (shape ? [shape] : []));
    const { operator, args, output, cost } = step;
    if (!output.shape || typeof cost.macs !== "number" || typeof cost.params !== "number") continue;
    const params = cost.params > 0 ? operator.formula(args, inputs) : undefined;
    if (params) expect(computed(params), operator.name).toBe(cost.params);
    if (cost.macs === 0) continue;
    expect(computed(operator.macsFormula(args, inputs, output.shape) ?? "?"), operator.name).toBe(cost.macs);
  }
});
