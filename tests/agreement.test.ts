/**
 * The networks of the examples, loaded by ONNX Runtime and by TensorFlow.js with the same weights: both give the same
 * numbers. Those that can be layers are also run as a graph, where they are not large. Operators alone, and networks at
 * random, are in tfjs.test.ts.
 */
import * as ort from "onnxruntime-node";
import { expect, test } from "vitest";
import type { TfjsKind } from "../server/src/core/backends/tfjs/options.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { expectCloseTensors } from "./harness/close.ts";
import { type Feeds, feedsOf, filesOf, type Tensors, withFiles } from "./harness/onnx.ts";
import { jsonOf, runTfjs, tfjsFiles } from "./harness/tfjs.ts";
import { zooNetworks } from "./harness/zoo.ts";

/** Of a family, those with more parameters than this do what its others do, and take minutes: `LWNET_ZOO=all` has them. */
const large = 12e6;
/** WebAssembly has 2 GB of memory, and a network is there twice while it is loaded. */
const tooLarge = 400e6;

const all = zooNetworks().filter(({ params }) => params < tooLarge);
const smallest = new Map(all.toSorted((a, b) => b.params - a.params).map(({ file, name }) => [file, name]));
const chosen = all.filter(
  ({ file, name, params }) =>
    process.env.LWNET_ZOO === "all" || params <= large || smallest.get(file) === name,
);

test("every file of the examples has a network here", () => {
  expect(chosen.length).toBeGreaterThan(50);
  expect(new Set(chosen.map(({ file }) => file))).toEqual(new Set(all.map(({ file }) => file)));
});

test.each(chosen)(
  "$name, $side",
  async ({ graph: build, params }) => {
    const graph = build();
    const feeds = feedsOf(graph, 1);
    const wanted = await onnx(graph, feeds);
    for (const values of Object.values(wanted)) {
      expect(values.every(Number.isFinite)).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(1);
    }
    const agrees = async (kind: TfjsKind) => {
      const files = tfjsFiles(graph, { kind });
      expectCloseTensors(await runTfjs(files, graph, feeds), wanted);
      return jsonOf(files).format;
    };
    if ((await agrees("auto")) === "layers-model" && params < 10e6) await agrees("graph");
  },
  240_000,
);

async function onnx(graph: Graph, feeds: Feeds): Promise<Tensors> {
  return withFiles(filesOf(graph), async (path) => {
    const session = await ort.InferenceSession.create(path, { logSeverityLevel: 3, intraOpNumThreads: 1 });
    const given = Object.entries(feeds).map(([name, { data, dims }]) => [
      name,
      new ort.Tensor("float32", data, dims),
    ]);
    const results = await session.run(Object.fromEntries(given));
    await session.release();
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
    );
  });
}
