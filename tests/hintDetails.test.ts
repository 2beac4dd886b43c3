/** What a hint leads to: `$0` stands in its statement, `«…»` around what decided each part of the shape. */
import { expect, test } from "vitest";
import { hintDetails, inlayHints } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

const settings = { shapes: true, params: true, work: true, workUnit: "macs" } as const;

/** The texts that the parts of the hint lead to, and what they say. */
function details(marked: string) {
  const { analysis, cursor, text } = openMarked(marked);
  const found = hintDetails(analysis, mainFile, cursor);
  const told = (part: "channels" | "sizes") => {
    const origin = found?.[part];
    const source = origin && (analysis.text(origin.place.file) ?? text(origin.place.file));
    return (
      origin && source && [source.slice(origin.place.range.start, origin.place.range.end), origin.tooltip]
    );
  };
  return { channels: told("channels"), sizes: told("sizes"), costs: found?.costs };
}

const net = (body: string) => `network N {\n  input image: [3, 32, 32]\n  ${body}\n}`;

test("the argument that set the channels, the layer that last changed the sizes", () => {
  const { channels, sizes } = details(net("conv(4 * 2, kernel: 3) -> max_pool(2)\n  bn -> $0relu"));
  expect(channels).toEqual(["4 * 2", "channels: set by `conv(4 * 2, kernel: 3)`"]);
  expect(sizes).toEqual(["max_pool", "height and width: last changed by `max_pool(2)`"]);
});

test("what nothing changed comes from the input", () => {
  expect(details(net("$0relu"))).toMatchObject({
    channels: ["[3, 32, 32]", "channels: as in `input image: [3, 32, 32]`"],
    sizes: ["[3, 32, 32]", "height and width: as in `input image: [3, 32, 32]`"],
  });
});

test("into blocks and repeats, and past those that only pass a tensor on", () => {
  const blocks = "block wide(n: int) { conv(n, kernel: 3) -> same }\nblock same { bn -> relu }\n";
  const within = details(blocks + net("wide(8)\n  repeat 3 { max_pool(2) -> same }\n  $0same"));
  expect(within.channels?.[0]).toBe("n");
  expect(within.sizes?.[0]).toBe("max_pool");
});

test("inside a block what enters is told by its name; inside a repeat what is around counts", () => {
  const inside = details(`block unit { $0bn }\n${net("conv(8, kernel: 1) -> unit")}`);
  expect(inside.channels).toEqual(["unit", "channels: as in what enters `unit`"]);
  const around = details(net("conv(8, kernel: 1, stride: 2)\n  repeat 3 {\n    $0bn\n  }"));
  expect([around.channels?.[0], around.sizes?.[0]]).toEqual(["8", "conv"]);
});

test("where tensors are stacked the stack has set the channels", () => {
  expect(details(net("dense { conv(8, kernel: 3) }\n  $0bn")).channels?.[0]).toBe("dense");
});

test("a vector has features alone", () => {
  const { channels, sizes } = details(net("global_avg_pool -> flatten -> linear(10)\n  $0relu"));
  expect(channels?.[0]).toBe("10");
  expect(sizes).toBeUndefined();
});

test("what each statement of the line costs", () => {
  expect(details(net("conv(8, kernel: 3) -> bn -> $0relu")).costs).toMatchInlineSnapshot(`
    "|  | output | params | MACs | activations |
    | --- | --- | ---: | ---: | ---: |
    | \`conv(8, kernel: 3)\` | 8×32×32 | 224 | 221K | 32.8 KB |
    | \`bn\` | 8×32×32 | 16 | 0 | 32.8 KB |
    | \`relu\` | 8×32×32 | 0 | 0 | 32.8 KB |"
  `);
});

test("the parts of a label say together what the label says", () => {
  const text = `block unit(n: int, s: int) { conv(n, kernel: 3, stride: s) }\n${net("unit(8, 1) -> unit(16, 2)\n  repeat 2 { relu }\n  flatten -> linear(4)")}`;
  const { analysis } = openMarked(text);
  for (const { label, parts } of inlayHints(analysis, mainFile, settings)) {
    if (parts) expect(parts.map((part) => part.text).join("")).toBe(label);
  }
  expect(inlayHints(analysis, mainFile, settings)[0]?.parts).toEqual([
    { text: "8→16 ch", of: "channels" },
    { text: " · ", of: undefined },
    { text: "32×32→16×16", of: "sizes" },
    { text: " · ", of: undefined },
    { text: "224–1.17K params · 221K–295K MACs ×2", of: "costs" },
  ]);
});
