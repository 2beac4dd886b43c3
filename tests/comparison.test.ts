/** Two networks side by side: how their layers pair up, and what is told of them. */
import { describe, expect, test } from "vitest";
import { type Summary, summarize } from "../server/src/core/cost/summary.ts";
import { compare } from "../server/src/report/comparison.ts";
import { changesText, comparisonMarkdown, comparisonText } from "../server/src/report/comparisonText.ts";
import { openFile, openText } from "./harness/open.ts";

function summaryOf(body: string): Summary {
  const { file } = openText(`network Net {\n  input image: [3, 32, 32]\n  ${body}\n  output logits\n}\n`);
  return of(file, "Net");
}

function of(file: ReturnType<typeof openText>["file"], name: string): Summary {
  const network = file.networks.find((each) => each.name === name);
  if (!network) throw new Error(`there is no ${name}`);
  const made = summarize(file, network);
  if ("problem" in made) throw new Error(made.problem);
  return made;
}

/** `~ conv`, `+ relu_2`: what happened to each layer that is not the same. */
function changes(before: string, after: string): string[] {
  const { layers } = compare(summaryOf(before), summaryOf(after));
  return layers
    .filter(({ change }) => change !== "same")
    .map((pair) => `${pair.change} ${(pair.after ?? pair.before)?.name}`);
}

const plain = "conv(8, 3)\n  relu\n  conv(16, 3)\n  relu\n  global_avg_pool -> flatten -> linear(10)";

describe("pairs", () => {
  test("equal networks have equal layers", () => {
    expect(changes(plain, plain)).toEqual([]);
  });

  test("an argument that differs is a change, and so is what it does to the next layers", () => {
    expect(changes(plain, plain.replace("conv(8,", "conv(12,"))).toEqual([
      "changed conv",
      "changed relu",
      "changed conv_2",
    ]);
  });

  test("a layer put in between is one addition, although the names of those behind it move on", () => {
    const more = plain.replace("conv(16", "conv(8, 3)\n  relu\n  conv(16");
    expect(changes(plain, more)).toEqual([
      "added conv_2",
      "added relu_2",
      "renamed conv_3",
      "renamed relu_3",
    ]);
  });

  test("a layer that goes is told, with what it cost", () => {
    const before = summaryOf(plain.replace("global", "bn\n  global"));
    const { delta, layers } = compare(before, summaryOf(plain));
    expect(layers.find(({ change }) => change === "removed")?.delta.params).toBe(-32);
    expect(delta.params).toBe(-32);
  });

  test("another operator is another layer", () => {
    expect(changes(plain, plain.replace("relu", "relu6"))).toEqual([
      "removed relu",
      "added relu6",
      "renamed relu",
    ]);
  });

  test("a label is a name for the same layer", () => {
    expect(changes(plain, plain.replace("linear(10)", "fc: linear(10)"))).toEqual(["renamed fc"]);
  });

  test("a shortcut from elsewhere changes no shape, but the network", () => {
    const body = (from: string) =>
      `conv(8, 3)\n  a: relu\n  conv(8, 3)\n  b: relu\n  c: conv(8, 3)\n  add(c, ${from})\n  global_avg_pool -> flatten -> linear(10)`;
    expect(changes(body("a"), body("b"))).toEqual(["rewired add"]);
  });
});

test("the deltas of the layers add up to that of the network", () => {
  const { file } = openFile("examples/resnet.lwnet");
  const made = compare(of(file, "ResNet18"), of(file, "ResNet50"));
  const sum = (of: (pair: (typeof made.layers)[number]) => number | null) =>
    made.layers.reduce((total, pair) => total + (of(pair) ?? Number.NaN), 0);
  expect(sum(({ delta }) => delta.params)).toBe(made.delta.params);
  expect(sum(({ delta }) => delta.macs)).toBe(made.delta.macs);
  expect(sum(({ delta }) => delta.activationBytes)).toBe(made.delta.activationBytes);
});

test("layers stand in the order of both networks", () => {
  const { file } = openFile("examples/densenet.lwnet");
  const [before, after] = [of(file, "DenseNet121"), of(file, "DenseNet169")];
  const { layers } = compare(before, after);
  const names = (side: "before" | "after") => layers.flatMap((pair) => pair[side]?.name ?? []);
  expect(names("before")).toEqual(before.layers.map(({ name }) => name));
  expect(names("after")).toEqual(after.layers.map(({ name }) => name));
});

test("counts in named dimensions differ by an unknown amount, or by nothing", () => {
  const { file } = openText(
    ["A", "B"]
      .map((name) => `network ${name} { input x: [3, H, W] -> conv(${name === "A" ? 4 : 8}, 3) -> relu }`)
      .join("\n"),
  );
  expect(compare(of(file, "A"), of(file, "B")).delta).toMatchObject({ params: 112, macs: null });
  expect(compare(of(file, "A"), of(file, "A")).delta).toMatchObject({ params: 0, macs: 0 });
});

describe("as text", () => {
  const names = { before: "A", after: "B" };
  const wider = compare(summaryOf(plain), summaryOf(plain.replace("conv(8,", "conv(12,")));

  test("layers that are the same are counted, not told", () => {
    expect(comparisonText(wider, names)).toMatchInlineSnapshot(`
      "A → B  3 layers changed

                         A        B         Δ
      parameters     1.56K    2.25K      +688  +44.0 %
      MACs           1.40M    2.10M     +700K  +50.0 %
      FLOPs          2.87M    4.28M    +1.41M  +49.1 %
      weights      6.25 KB  9.00 KB  +2.75 KB  +44.0 %
      activations   197 KB   230 KB  +32.8 KB  +16.7 %
      peak memory   131 KB   131 KB         0

         layer                call                                  output  Δ params  Δ MACs  Δ activations  line
      ~  conv                 conv(8, 3) → conv(12, 3)  8×32×32 → 12×32×32      +112   +111K       +16.4 KB     3
      ~  relu                 relu                      8×32×32 → 12×32×32                         +16.4 KB     4
      ~  conv_2               conv(16, 3)                         16×32×32      +576   +590K                    5
         … 4 layers the same"
    `);
  });

  test("in Markdown the layers are folded away, and names are inert", () => {
    expect(comparisonMarkdown(wider, { before: "A|<b>", after: "B" })).toMatchInlineSnapshot(`
      "### \`A\\|<b>\` → \`B\`

      |             | \`A\\|<b>\` |     \`B\` |        Δ |         |
      | :---------- | -------: | ------: | -------: | ------: |
      | parameters  |    1.56K |   2.25K |     +688 | +44.0 % |
      | MACs        |    1.40M |   2.10M |    +700K | +50.0 % |
      | FLOPs       |    2.87M |   4.28M |   +1.41M | +49.1 % |
      | weights     |  6.25 KB | 9.00 KB | +2.75 KB | +44.0 % |
      | activations |   197 KB |  230 KB | +32.8 KB | +16.7 % |
      | peak memory |   131 KB |  131 KB |        0 |         |

      <details>
      <summary>3 layers changed</summary>

      |         | layer                 | call                         |             output | Δ params | Δ MACs | Δ activations | line |
      | :------ | :-------------------- | :--------------------------- | -----------------: | -------: | -----: | ------------: | ---: |
      | changed | \`conv\`                | \`conv(8, 3)\` → \`conv(12, 3)\` | 8×32×32 → 12×32×32 |     +112 |  +111K |      +16.4 KB |    3 |
      | changed | \`relu\`                | \`relu\`                       | 8×32×32 → 12×32×32 |          |        |      +16.4 KB |    4 |
      | changed | \`conv_2\`              | \`conv(16, 3)\`                |           16×32×32 |     +576 |  +590K |               |    5 |
      |         | *… 4 layers the same* |                              |                    |          |        |               |      |

      </details>"
    `);
  });

  test("no change is said in a sentence", () => {
    const same = compare(summaryOf(plain), summaryOf(plain));
    expect(changesText(same)).toBe("all 7 layers are the same");
    expect(comparisonText(same, names)).not.toContain("conv");
    expect(comparisonText(same, names, { all: true })).toContain("conv_2");
  });
});
