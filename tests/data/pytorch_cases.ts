/**
 * What record_pytorch.py runs: PyTorch source as lwnet exports it, weights as safetensors, and inputs as plain floats.
 *
 *     node tests/data/pytorch_cases.ts operators FOLDER        all cases of the operators
 *     node tests/data/pytorch_cases.ts networks                digests of the examples' networks by name, as JSON
 *     node tests/data/pytorch_cases.ts network FOLDER NAME     one of them; with `numbers` behind it, to be run with its weights in any case
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportSafetensors } from "../../server/src/core/backends/safetensors/exportSafetensors.ts";
import { networkGraph } from "../../server/src/core/index.ts";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { GivenWeights } from "../../server/src/core/weights/weights.ts";
import { writeFiles } from "../../server/src/host/node/writeFiles.ts";
import { feedsOf } from "../harness/onnx.ts";
import { openFile } from "../harness/open.ts";
import { operatorCases } from "../harness/operatorCases.ts";
import { compared, digestOf, drawnWeights, pytorchSource } from "../harness/vectors.ts";

const [what, folder = ".", wanted, all] = process.argv.slice(2);
if (what === "networks") {
  const digests = everyNetwork().map(({ name, graph }) => [name, digestOf(pytorchSource(graph))]);
  console.log(JSON.stringify(Object.fromEntries(digests)));
}
if (what === "network") {
  const found = everyNetwork().find(({ name }) => name === wanted);
  const graph = found?.graph;
  if (graph) {
    const numbers = all === "numbers" || compared.includes(graph.name);
    await writeCase(graph, { title: graph.name, batch: 1, given: drawnWeights(graph), numbers });
  }
}
if (what === "operators") {
  for (const [i, { title, graph }] of operatorCases.entries())
    await writeCase(graph, { title, batch: 2, given: new Map(), numbers: true }, i);
}

function everyNetwork() {
  const examples = readdirSync("examples").filter((file) => file.endsWith(".lwnet"));
  return examples.flatMap((example) => {
    const { id, analysis, file } = openFile(`examples/${example}`);
    const graphs = file.networks.flatMap(({ name }) => {
      const graph = networkGraph(analysis, id, name);
      return "problem" in graph ? [] : [graph];
    });
    return graphs.map((graph) => ({ name: graph.name, graph }));
  });
}

interface Case {
  readonly title: string;
  readonly batch: number;
  readonly given: GivenWeights;
  /** Whether it is run with its weights, or for its shapes and names alone. */
  readonly numbers: boolean;
}

async function writeCase(graph: Graph, { title, batch, given, numbers }: Case, number = 0): Promise<void> {
  const at = (end: string) => join(folder, `${number}${end}`);
  const source = pytorchSource(graph);
  writeFileSync(at(".py"), source);
  const feeds = feedsOf(graph, batch);
  const inputs = graph.inputs.map(({ name }, i) => {
    const feed = feeds[name];
    writeFileSync(at(`.${i}.f32`), new Uint8Array(feed?.data.buffer ?? new ArrayBuffer(0)));
    return feed?.dims;
  });
  const weights = exportSafetensors(graph, { fileName: `${number}.safetensors`, version: "0.0.0", given });
  if (numbers && weights.ok) await writeFiles(folder, weights.files);
  const parameters = graph.nodes.flatMap((node) => node.weights).filter((weight) => weight.trainable);
  const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const outputs = graph.outputs.map(({ value }) => [batch, ...value.shape]);
  const about = { title, source: digestOf(source), inputs, outputs, parameters: count, numbers };
  writeFileSync(at(".json"), JSON.stringify(about));
}
