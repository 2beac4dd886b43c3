/** Networks as PyTorch source: what the files look like. That they run, and what they compute, is recorded with torch. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { exportPytorch } from "../server/src/core/backends/pytorch/exportPytorch.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { openFile, openText } from "./harness/open.ts";
import { operatorCases } from "./harness/operatorCases.ts";

function source(graph: Graph): string {
  const result = exportPytorch(graph, { fileName: "net.py", version: "0.0.0" });
  if (!result.ok)
    throw new Error(result.problems.map(({ node, message }) => `${node} ${message}`).join("\n"));
  const [file] = result.files;
  return Buffer.concat([...(file?.chunks() ?? [])]).toString();
}

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
