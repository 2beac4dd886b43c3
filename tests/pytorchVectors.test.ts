/**
 * What PyTorch computes with our weights, as tests/data/record_pytorch.py recorded it, against ONNX Runtime: every operator
 * alone, and networks as a whole. The PyTorch source that was run there is the one that is exported now.
 */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { feedsOf, filesOf, runOnCpu, withFiles } from "./harness/onnx.ts";
import { openFile } from "./harness/open.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import {
  compared,
  digestOf,
  drawnWeights,
  expectRecorded,
  keysOf,
  pytorchSource,
  type RecordedRun,
  recording,
} from "./harness/vectors.ts";

const graphs = new Map<string, Graph>();
for (const example of readdirSync("examples").filter((name) => name.endsWith(".lwnet"))) {
  const { id, analysis, file } = openFile(`examples/${example}`);
  for (const { name } of file.networks) {
    const graph = networkGraph(analysis, id, name);
    if (!("problem" in graph)) graphs.set(name, graph);
  }
}

test("every operator's case and every network is recorded, and nothing else", () => {
  expect(Object.keys(recording.operators)).toEqual(operatorCases.map(({ title }) => title));
  expect(Object.keys(recording.networks).sort()).toEqual([...graphs.keys()].sort());
});

describe("operators", () => {
  test.each(operatorCases)("$title", async ({ title, graph }) => {
    const recorded = recording.operators[title];
    expectSameSource(graph, recorded);
    const { y = [] } = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feedsOf(graph, 2));
    expectRecorded(y, recorded?.outputs[0]);
  });
});

describe("networks", () => {
  test.each([...graphs.keys()])("%s: the source is the one that PyTorch ran", (name) => {
    expectSameSource(graphs.get(name), recording.networks[name]);
  });

  test.each(compared)("%s computes in ONNX Runtime what it does in PyTorch", async (name) => {
    const graph = graphs.get(name);
    if (!graph) throw new Error("there is no such network");
    const files = filesOf(graph, { given: drawnWeights(graph) });
    const results = await withFiles(files, (path) => runOnCpu(path, feedsOf(graph, 1)));
    for (const [i, { name: output }] of graph.outputs.entries())
      expectRecorded(results[output] ?? [], recording.networks[name]?.outputs[i]);
  });
});

function expectSameSource(graph: Graph | undefined, recorded: RecordedRun | undefined): void {
  if (!graph) throw new Error("there is no such network");
  const advice = "PyTorch ran another source: run python tests/data/record_pytorch.py changed";
  expect(digestOf(pytorchSource(graph)), advice).toBe(recorded?.source);
  expect(keysOf(graph), advice).toBe(recorded?.keys);
}
