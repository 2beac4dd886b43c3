/** Networks as PyTorch source: what the files look like. That they run, and what they compute, is recorded with torch. */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FormatOptions } from "../server/src/core/backends/backend.ts";
import { exportPytorch } from "../server/src/core/backends/pytorch/exportPytorch.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { single } from "./harness/graph.ts";
import { openFile, openText } from "./harness/open.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import { stateDictOf } from "./harness/python/stateDict.ts";
import { pytorchSource as source } from "./harness/vectors.ts";

function sourceOf(text: string, name = "Net"): string {
  const { id, analysis } = openText(text);
  const graph = networkGraph(analysis, id, name);
  if ("problem" in graph) throw new Error(graph.problem);
  return source(graph);
}

test("blocks are classes, labels attributes, equal numbers parameters", () => {
  expect(
    sourceOf(`/// Convolves twice.
block unit(channels: int) {
  residual {
    conv1: conv(channels, kernel: 3, bias: false) -> bn1: bn -> relu
    conv2: conv(channels, kernel: 3)
  }
}
network Net {
  input image: [3, 32, 32]
  stem: conv(16, kernel: 3)
  stage1: repeat 3 { unit(16) }
  down: { conv(32, kernel: 3, stride: 2) -> relu }
  stage2: repeat 3 { unit(32) }
  head: conv(10, kernel: 1)
  output scores
}`),
  ).toMatchSnapshot();
});

test("iterations that stack are a loop", () => {
  expect(
    sourceOf(`block layer(k: int) { norm: bn -> relu -> conv: conv(k, kernel: 3) }
network Net {
  input image: [8, 32, 32]
  block1: repeat 4 as j { \`layer{j + 1}\`: dense { layer(4) } }
  block2: repeat 3 as j { \`layer{j + 1}\`: dense { layer(4) } }
}`),
  ).toMatchSnapshot();
});

test.each([
  ["resnet", "ResNet18", "a module that some uses have is None in the others"],
  ["mobilenet", "MobileNetV2", "children and a shortcut under conditions"],
  ["shufflenet_v2", "ShuffleNetV2_X0_5", "parts are unpacked, a number follows a condition"],
  ["unet", "UNet", "tensors that are spoken of later have the names of their labels"],
  ["squeezenet", "SqueezeNetSimpleBypass", "modules that have numbers for names"],
])("%s: %s: %s", (path, name) => {
  const { id, analysis } = openFile(`examples/${path}.lwnet`);
  const graph = networkGraph(analysis, id, name);
  if ("problem" in graph) throw new Error(graph.problem);
  const code = source(graph);
  expect(code.slice(code.indexOf("\nclass"), code.indexOf("\nif __name__"))).toMatchSnapshot();
});

test("weights are written beside the source, if they are given or asked for", () => {
  const graph = single("linear", { features: 2, bias: false }, [[3]]);
  const written = (options: Partial<FormatOptions>) => {
    const result = exportPytorch(graph, { fileName: "tiny.py", version: "0.0.0", ...options });
    return result.ok ? [result.files.map(({ name }) => name), result.notes?.() ?? []] : result.problems;
  };
  const note = "The weights are in tiny.safetensors: the top of tiny.py tells how they are loaded.";
  expect(written({})).toEqual([["tiny.py"], []]);
  expect(written({ pytorch: { weights: true } })).toEqual([["tiny.safetensors", "tiny.py"], [note]]);
  const given = new Map([["layer.weight", () => [new Float32Array(6)]]]);
  expect(written({ given })).toEqual([["tiny.safetensors", "tiny.py"], [note]]);
  expect(written({ given, pytorch: { weights: false } })).toEqual([["tiny.py"], []]);
});

const examples = readdirSync("examples").filter((file) => file.endsWith(".lwnet"));

test.each(examples)("%s: all networks are written in lines of 88 columns at most", (path) => {
  const { id, analysis, file } = openFile(`examples/${path}`);
  for (const { name } of file.networks) {
    const graph = networkGraph(analysis, id, name);
    if ("problem" in graph) continue;
    const code = source(graph);
    expect(code).toContain("nn.Module");
    expect(code.split("\n").filter((line) => line.length > 88)).toEqual([]);
  }
});

test.each(operatorCases)("$title is written", ({ graph }) => {
  expect(source(graph)).toContain("class Net(nn.Module):");
});

describe("the state_dict that the file's constructors make has the names and shapes of lwnet's weights", () => {
  const stateOf = (graph: Graph) => {
    const weights = graph.nodes.flatMap((node) => node.weights.map((w) => [w.fullName, w.shape] as const));
    return Object.fromEntries(weights);
  };

  test.each(examples)("%s", (path) => {
    const { id, analysis, file } = openFile(`examples/${path}`);
    for (const { name } of file.networks) {
      const graph = networkGraph(analysis, id, name);
      if ("problem" in graph) continue;
      expect(Object.fromEntries(stateDictOf(source(graph))), name).toEqual(stateOf(graph));
    }
  });

  test.each(operatorCases)("$title", ({ graph }) => {
    expect(Object.fromEntries(stateDictOf(source(graph)))).toEqual(stateOf(graph));
  });
});

test("a repeat without layers is no loop", () => {
  const code = sourceOf("network Net {\n  input image: [3, 8, 8]\n  relu\n  repeat 3 { }\n  tanh\n}\n");
  expect(code).not.toMatch(/^ *for \w+ in range/m);
});
