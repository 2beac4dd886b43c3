/** The picture of a network before it has places: what is a node, what is drawn along, what is folded, which edges there are. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Look, pageOfNodes, pictureOf } from "../server/src/core/picture/firstLook.ts";
import { nodesOf, type Picture } from "../server/src/core/picture/picture.ts";
import { mainFile, openMarked } from "./harness/marked.ts";
import { pictureText } from "./harness/picture.ts";

function picture(text: string, look: Look & { readonly name?: string } = {}): Picture {
  const file = openMarked(text).analysis.of(mainFile);
  const network = file?.networks.find(({ name, instance }) => (look.name ? name === look.name : instance));
  const made = network && pictureOf(network, { diagnostics: file?.diagnostics ?? [], ...look });
  if (!made) throw new Error("there is no picture");
  return made;
}

const example = (file: string, name: string, look: Look = {}) =>
  picture(readFileSync(`examples/${file}.lwnet`, "utf8"), { ...look, name });

const textOf = (...given: Parameters<typeof picture>) => pictureText(picture(...given));

describe("layers", () => {
  test("what normalises and activates is drawn behind its layer, unless it is asked for by itself", () => {
    const text =
      "network Net { input x: [3, 8, 8] -> conv(4, kernel: 3, stride: 2) -> bn -> relu -> flatten }";
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [3×8×8]
        conv: conv 3×3, 4, /2 (bn) (relu) (flatten) [64] ← x 3×8×8
        output: output [64] ← conv 64
      "
    `);
    expect(textOf(text, { everyLayer: true })).toContain("relu: relu [4×4×4] ← bn 4×4×4");
  });

  test("before it where a row begins so: pre-activation", () => {
    const text = "network Net { input x: [4, 8, 8] -> max_pool(2) -> flatten -> linear(9) -> relu }";
    expect(textOf(text)).toContain("max_pool: max pool 2×2 (flatten)");
    expect(
      textOf(
        "network Net { input x: [4, 8, 8] -> bn -> relu -> conv(4, kernel: 3) -> bn -> relu -> conv(2, kernel: 1) }",
      ),
    ).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        conv: (bn) (relu) conv 3×3, 4 [4×8×8] ← x 4×8×8
        conv~2: (bn) (relu) conv 1×1, 2 [2×8×8] ← conv 4×8×8
        output: output [2×8×8] ← conv~2 2×8×8
      "
    `);
  });

  test("a tensor that is used elsewhere keeps the layer that makes it apart", () => {
    const text = "network Net { input x: [4, 8, 8] -> conv(4, kernel: 3) -> y: bn -> relu -> add(it, y) }";
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        conv: conv 3×3, 4 (bn) [4×8×8] ← x 4×8×8
        relu: relu [4×8×8] ← conv 4×8×8
        add: + [4×8×8] ← relu 4×8×8 ↩ conv 4×8×8
        output: output [4×8×8] ← add 4×8×8
      "
    `);
  });
});

describe("connections", () => {
  test("a shortcut is an identity, or a projection that is dashed", () => {
    const text = `network Net {
      input x: [4, 8, 8]
      residual { conv(4, kernel: 3) -> bn } -> relu
      residual { conv(8, kernel: 3) } shortcut { conv(8, kernel: 1) -> bn }
    }`;
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        conv: conv 3×3, 4 (bn) [4×8×8] ← x 4×8×8
        add: + (relu) [4×8×8] ← conv 4×8×8 ⇐ x 4×8×8
        conv~2: conv 3×3, 8 [8×8×8] ← add 4×8×8
        conv~3: conv 1×1, 8 (bn) [8×8×8] dashed ⇠ add 4×8×8
        add~2: + [8×8×8] ← conv~2 8×8×8 ⇠ conv~3 8×8×8
        output: output [8×8×8] ← add~2 8×8×8
      "
    `);
  });

  test("dense layers see each layer before them; what takes them all takes a concatenation", () => {
    const text = `network Net {
      input x: [4, 8, 8]
      repeat 3 { dense { conv(2, kernel: 3) } }
      conv(5, kernel: 1)
    }`;
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        ▾ repeat: dense ×3 [10×8×8] ← x 4×8×8
          0/conv: conv 3×3, 2 [2×8×8] ← in0 4×8×8
          1/conv: conv 3×3, 2 [2×8×8] ↞ in0 4×8×8 ← 0/conv 2×8×8
          2/conv: conv 3×3, 2 [2×8×8] ↞ in0 4×8×8 ↞ 0/conv 2×8×8 ← 1/conv 2×8×8
          concat: concat [10×8×8] ↞ in0 4×8×8 ↞ 0/conv 2×8×8 ↞ 1/conv 2×8×8 ← 2/conv 2×8×8
          out0 ← concat 10×8×8
        conv: conv 1×1, 5 [5×8×8] ← repeat 10×8×8
        output: output [5×8×8] ← conv 5×8×8
      "
    `);
  });

  test("tensors enter and leave groups and blocks at ports of their own", () => {
    const text = `
block up(skip: tensor) { conv_transpose(4, kernel: 2, stride: 2) -> concat(it, skip) -> conv(4, kernel: 3) -> relu }
network Net {
  input x: [4, 8, 8]
  early: conv(4, kernel: 3)
  down: { max_pool(2) -> conv(8, kernel: 3) -> conv(8, kernel: 1) }
  up(early)
}`;
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        early: conv 3×3, 4 [4×8×8] ← x 4×8×8
        ▾ down:  [8×4×4] ← early 4×8×8
          max_pool: max pool 2×2 [4×4×4] ← in0 4×8×8
          conv: conv 3×3, 8 [8×4×4] ← max_pool 4×4×4
          conv~2: conv 1×1, 8 [8×4×4] ← conv 8×4×4
          out0 ← conv~2 8×4×4
        ▾ up: up [4×8×8] ← down 8×4×4 ↩ early→1 4×8×8
          conv_transpose: conv transpose 2×2, 4, ×2 [4×8×8] ← in0 8×4×4
          concat: concat [8×8×8] ← conv_transpose 4×8×8 ↩ in1 4×8×8
          conv: conv 3×3, 4 (relu) [4×8×8] ← concat 8×8×8
          out0 ← conv 4×8×8
        output: output [4×8×8] ← up 4×8×8
      "
    `);
    expect(textOf(text, { open: "none" })).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        early: conv 3×3, 4 [4×8×8] ← x 4×8×8
        ▸ down:  [8×4×4] ← early 4×8×8
        ▸ up: up [4×8×8] ← down 8×4×4 ↩ early 4×8×8
        output: output [4×8×8] ← up 4×8×8
      "
    `);
  });
});

test("outputs are drawn where they are named, in blocks too", () => {
  const text = `
block head {
  tap { conv(2, kernel: 1) -> output scores }
  conv(4, kernel: 1) -> relu -> conv(4, kernel: 3)
}
network Net { input x: [4, 8, 8] -> head -> output features }`;
  expect(textOf(text)).toMatchInlineSnapshot(`
    "Net
      x: x [4×8×8]
      ▾ head: head [4×8×8] ← x 4×8×8
        conv: conv 1×1, 2 [2×8×8] ← in0 4×8×8
        scores: scores [2×8×8] ← conv 2×8×8
        conv~2: conv 1×1, 4 (relu) [4×8×8] ← in0 4×8×8
        conv~3: conv 3×3, 4 [4×8×8] ← conv~2 4×8×8
        out0 ← conv~3 4×8×8
      features: features [4×8×8] ← head 4×8×8
    "
  `);
});

describe("folding", () => {
  test("equal iterations are drawn once until they are spread", () => {
    const text = `
block unit(c: int, stride: int = 1) { conv(c, kernel: 3, stride: stride) -> relu -> conv(c, kernel: 3) }
network Net {
  input x: [4, 8, 8]
  stage: repeat 6 as i { unit(8, stride: 2 if i == 0 else 1) }
}`;
    expect(textOf(text, { open: 1 })).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        ▾ stage: unit ×6 [8×4×4] ← x 4×8×8
          ▸ 0: unit(8, stride: 2) [8×4×4] ← in0 4×8×8
          ▸ 1–5: unit(8) ×5 [8×4×4] ← 0 8×4×4
          out0 ← 1–5 8×4×4
        output: output [8×4×4] ← stage 8×4×4
      "
    `);
    const spread = picture(text, { states: new Map([["/stage", "spread"]]) });
    expect(nodesOf(spread.scene).filter(({ label }) => /^\d$/.test(label))).toHaveLength(6);
  });

  test("a block of one layer needs no box, and a single iteration none", () => {
    const text = `
block unit(c: int) { conv(c, kernel: 3) -> bn -> relu }
network Net {
  input x: [4, 8, 8]
  stem: unit(8)
  repeat 1 { residual { unit(8) } }
}`;
    expect(textOf(text)).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        stem/conv: conv 3×3, 8 (bn) (relu) [8×8×8] ← x 4×8×8
        repeat/unit/conv: conv 3×3, 8 (bn) (relu) [8×8×8] ← stem/conv 8×8×8
        repeat/add: + [8×8×8] ← repeat/unit/conv 8×8×8 ⇐ stem/conv 8×8×8
        output: output [8×8×8] ← repeat/add 8×8×8
      "
    `);
  });

  test("a first look at each network of the zoo fits on a page, and a folded one costs little", () => {
    for (const [file, name] of [
      ["resnet", "ResNet34"],
      ["resnet", "ResNet1202"],
      ["densenet", "DenseNet264"],
      ["googlenet", "GoogLeNet"],
      ["mobilenet", "MobileNetV2"],
    ] as const)
      expect(nodesOf(example(file, name).scene).length).toBeLessThanOrEqual(pageOfNodes);
    expect(nodesOf(example("resnet", "ResNet1202", { open: "none" }).scene).length).toBeLessThan(10);
    expect(nodesOf(example("resnet", "ResNet1202", { open: "all" }).scene).length).toBeGreaterThan(1800);
  });

  test("ResNet-34 as in figure 3 of its paper: sixteen units, three of them with a projection", () => {
    const { scene } = example("resnet", "ResNet34", { open: "all" });
    const nodes = nodesOf(scene);
    const edges = [scene, ...nodes.flatMap((node) => node.scene ?? [])].flatMap((each) => each.edges);
    expect(nodes.filter(({ title }) => title.startsWith("conv 3×3"))).toHaveLength(32);
    expect(edges.filter(({ kind }) => kind === "identity")).toHaveLength(13);
    expect(nodes.filter(({ dashed }) => dashed)).toHaveLength(3);
  });

  test("a box has the cost of what is in it, in all iterations", () => {
    const folded = example("resnet", "ResNet50", { open: "none" });
    const open = example("resnet", "ResNet50", { open: "all" });
    for (const { scene, cost } of [folded, open]) {
      const sum = scene.nodes.reduce((total, node) => total + Number(node.cost.params), 0);
      expect(sum).toBe(cost.params);
    }
    const layers = nodesOf(open.scene).filter(({ scene }) => !scene);
    expect(layers.reduce((total, node) => total + Number(node.cost.macs), 0)).toBe(open.cost.macs);
  });
});

describe("errors", () => {
  test("stand at the node that has them, or that holds them while it is folded", () => {
    const text = `
block bad { conv(8, kernel: 3) -> conv(4, kernel: 3, groups: 3) }
network Net {
  input x: [4, 8, 8]
  bad
  residual { conv(3, kernel: 3) }
  cnv(3)
  linear(2)
}`;
    expect(textOf(text, { open: "none" })).toMatchInlineSnapshot(`
      "Net
        x: x [4×8×8]
        ▸ bad: bad [?] ← x 4×8×8 ! 8 input channels can't be split into 3 groups: 3 does not divide 8
        conv: conv 3×3, 3 [?] ← bad ?
        add: + [?] ← conv ? ⇐ bad ?
        cnv: cnv [?] ← add ? ! there is no layer or block \`cnv\`; did you mean \`conv\`?
        linear: linear 2 [?] ← cnv ?
        output: output [?] ← linear ?
      "
    `);
    const open = nodesOf(picture(text).scene).filter(({ fault }) => fault !== undefined);
    expect(open.map(({ title }) => title)).toEqual(["conv 3×3, 4, 3 groups", "cnv"]);
  });

  test("networks that can't stand alone have none", () => {
    const file = openMarked("network Net(n: int) { input x: [n] }").analysis.of(mainFile);
    expect(file?.networks[0] && pictureOf(file.networks[0])).toBeUndefined();
  });
});
