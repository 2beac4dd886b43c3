/** Hovers as a reader sees them, whole: `$0` is the cursor. */
import { expect, test } from "vitest";
import { hover } from "../server/src/core/index.ts";
import { openText } from "./harness/open.ts";

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
    | input | 64×56×56 |
    | output | 128×28×28 |
    | parameters | 73,856 |
    | MACs | 57,802,752 |
    | FLOPs | 115,705,856 |
    | activations | 401 KB |
    | receptive field | 3×3 (stride 2) |
    | formula | (3·3·64 + 1)·128 = 73,856 |
    | \`weight\` | 128×64×3×3 = 73,728 |
    | \`bias\` | 128 |
    | intensity | 77.2 FLOPs/byte |"
  `);
});

test("a dense connection: how the channels grow", () => {
  expect(
    hovered("network N {\n  input x: [24, 8, 8]\n  repeat 3 { de$0nse { bn -> conv(12, kernel: 3) } }\n}"),
  ).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    dense
    \`\`\`

    | | |
    | --- | --- |
    | input | 24×8×8 … 48×8×8 |
    | output | 36→60 ch · 8×8 |
    | parameters | 2.65K–5.29K |
    | MACs | 166K–332K |
    | FLOPs | 336K–670K |
    | activations | 18.4 KB–30.7 KB |
    | receptive field | 3×3 (stride 1) to 7×7 (stride 1) |
    | uses | 3 in a network |

    | channels in | new | channels out | height×width | params | MACs | uses |
    | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    | 24 | +12 | 36 | 8×8 | 2.65K | 166K | 1 |
    | 36 | +12 | 48 | 8×8 | 3.97K | 249K | 1 |
    | 48 | +12 | 60 | 8×8 | 5.29K | 332K | 1 |"
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

    Halves the channels."
  `);
  expect(hovered(text("\n  ha"))).toMatchInlineSnapshot(`
    "\`\`\`lwnet
    half
    \`\`\`

    Halves the channels.

    | | |
    | --- | --- |
    | input | 8×4×4 |
    | output | 4×4×4 |
    | parameters | 36 |
    | MACs | 512 |
    | FLOPs | 1,088 |
    | activations | 256 B |"
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
