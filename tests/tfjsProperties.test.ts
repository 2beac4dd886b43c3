/** What must hold for every network, on random ones: TensorFlow.js loads both kinds of model and computes what ONNX Runtime does. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { exportTfjs } from "../server/src/core/backends/tfjs/exportTfjs.ts";
import { networkGraph } from "../server/src/core/index.ts";
import { expectCloseTensors } from "./harness/close.ts";
import { feedsOf, filesOf, runOnCpu, withFiles } from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import { randomWeights } from "./harness/operatorCase.ts";
import { randomNetworks } from "./harness/randomNetworks.ts";
import { loadGraph, runTfjs, tfjsFiles } from "./harness/tfjs.ts";

const runs = Number(process.env.LWNET_FUZZ ?? 20);
vi.setConfig({ testTimeout: 60_000 + 3000 * runs });

test("a random network is the same as a graph, and as layers where it can be", async () => {
  let layered = 0;
  await fc.assert(
    fc.asyncProperty(randomNetworks(), async ({ text }) => {
      const { id, analysis } = openText(text);
      const plain = networkGraph(analysis, id, "Net");
      if ("problem" in plain) throw new Error(plain.problem);
      const graph = randomWeights(plain);
      const feeds = feedsOf(graph, 2);
      const wanted = await withFiles(filesOf(graph), (path) => runOnCpu(path, feeds));
      const files = tfjsFiles(graph, { kind: "graph" });
      expectCloseTensors(await runTfjs(files, graph, feeds), wanted);
      const { weights } = await loadGraph(files);
      const names = graph.nodes.flatMap((node) => node.weights.map(({ fullName }) => fullName));
      expect(Object.keys(weights)).toEqual(expect.arrayContaining(names));
      if (!exportTfjs(graph, { fileName: "net.json", version: "0", tfjs: { kind: "layers" } }).ok) return;
      layered++;
      expectCloseTensors(await runTfjs(tfjsFiles(graph, { kind: "layers" }), graph, feeds), wanted);
    }),
    { numRuns: runs },
  );
  expect(layered).toBeGreaterThan(0);
});
