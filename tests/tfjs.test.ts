/**
 * Every operator alone, loaded by TensorFlow.js and by ONNX Runtime with the same weights: they compute the same, as a
 * graph model always, as a layers model where there is a layer for it. Then files as a whole.
 */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { exportTfjs } from "../server/src/core/backends/tfjs/exportTfjs.ts";
import type { TfjsKind } from "../server/src/core/backends/tfjs/options.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { named } from "../server/src/core/shape/dim.ts";
import { weightValues } from "../server/src/core/weights/weights.ts";
import { expectClose, expectCloseTensors } from "./harness/close.ts";
import { network } from "./harness/graph.ts";
import { feedsOf, filesOf, runOnCpu } from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import { jsonOf, loadGraph, loadLayers, predict, runTfjs, tfjsFiles } from "./harness/tfjs.ts";

const options = { fileName: "net.json", version: "0" };

describe("operators", () => {
  test.each(operatorCases)("$title", async ({ graph }) => {
    const feeds = feedsOf(graph, 2);
    const wanted = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
    expectCloseTensors(await runTfjs(tfjsFiles(graph, { kind: "graph" }), graph, feeds), wanted);
    // As layers, or as what there are no layers for: the reasons are kept below.
    if (!exportTfjs(graph, { ...options, tfjs: { kind: "layers" } }).ok) return;
    expectCloseTensors(await runTfjs(tfjsFiles(graph, { kind: "layers" }), graph, feeds), wanted);
  });

  test("those that no layer stands for say why", () => {
    const reasons = operatorCases.flatMap(({ title, graph }) => {
      const result = exportTfjs(graph, { ...options, tfjs: { kind: "layers" } });
      const [problem] = result.ok ? [] : result.problems;
      return problem ? [`${title}: ${problem.message}`] : [];
    });
    expect(reasons).toMatchSnapshot();
  });

  // Sizes by name, the batch aside: the same is computed, or the layer says which number it needs.
  test.each(operatorCases)("$title, sizes by name", async ({ graph, shaped }) => {
    const op = graph.nodes[0]?.op ?? "";
    const kept = ["attention", "class_token"].includes(op) ? 1 : 0;
    if (op === "matmul") return;
    const shapes = graph.inputs.map(({ shape }) =>
      shape.map((size, axis) => (axis === kept || size === 1 ? size : named(`D${axis}`))),
    );
    const feeds = feedsOf(graph, 2);
    const wanted = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
    const free = shaped(shapes);
    for (const kind of ["layers", "graph"] as const) {
      const result = exportTfjs(free, { ...options, tfjs: { kind } });
      if (result.ok) expectCloseTensors(await runTfjs(tfjsFiles(free, { kind }), free, feeds), wanted);
      else if (kind === "graph")
        expect(result.problems).toMatchObject([
          { node: "layer", message: expect.stringContaining("number") },
        ]);
    }
  });
});

/** A little of everything: strides, padding that no word stands for, a residual, flattening, two sizes of weights. */
const small = network((b) => {
  const x = b.input("image", [3, 12, 12]);
  const conv = b.layer("conv", { channels: 8, kernel: [3, 3], stride: [2, 2] }, x, "stem.conv");
  const bn = b.layer("relu", {}, b.layer("bn", {}, conv, "stem.bn"));
  const pool = b.layer("max_pool", { kernel: [3, 3], stride: [2, 2], padding: "half" }, bn);
  const inner = b.layer("depthwise", { kernel: [3, 3] }, pool, "body.0");
  const sum = b.layer("add", {}, [inner, pool]);
  const flat = b.layer("flatten", {}, sum);
  b.output(b.layer("linear", { features: 5 }, flat, "_fc"));
});

describe("the files", () => {
  test("weights lie in parts beside the model, whatever the size of a part", () => {
    const whole = tfjsFiles(small);
    expect([...whole.keys()]).toEqual(["net.shard1of1.bin", "net.json"]);
    const parts = tfjsFiles(small, { shardBytes: 1000 });
    const { paths = [] } = jsonOf(parts).weightsManifest[0] ?? {};
    expect(paths).toHaveLength(parts.size - 1);
    const joined = Buffer.concat(paths.map((path) => parts.get(path) ?? Buffer.alloc(0)));
    expect(joined.equals(whole.get("net.shard1of1.bin") ?? Buffer.alloc(0))).toBe(true);
  });

  test("a part may be read alone and again", () => {
    const result = exportTfjs(small, { ...options, version: "0.0.0", tfjs: { shardBytes: 1000 } });
    if (!result.ok) throw new Error("not exported");
    const wanted = tfjsFiles(small, { shardBytes: 1000 });
    for (const { name, chunks } of result.files.toReversed()) {
      const bytes = Buffer.concat(Array.from(chunks(), (chunk) => Buffer.from(chunk)));
      expect(bytes.equals(wanted.get(name) ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test("layers and weights bear the names of the state_dict, as far as TensorFlow.js allows", async () => {
    const model = await loadLayers(tfjsFiles(small));
    expect(model.weights.map(({ originalName }) => originalName)).toEqual(
      expect.arrayContaining([
        "stem.conv/kernel",
        "stem.bn/moving_mean",
        "body.0/depthwise_kernel",
        "u_fc/kernel",
      ]),
    );
    const bias = model.weights
      .find(({ originalName }) => originalName === "u_fc/bias")
      ?.read()
      .dataSync();
    const ours = small.nodes.flatMap((node) => node.weights).find((w) => w.fullName === "_fc.bias");
    expect(ours && bias).toEqual(ours && weightValues(ours));
  });

  // Random values are made where they are needed; those of a file are read over for each slab.
  test.each(["random", "given"])(
    "a matrix too large to be turned at once is turned in slabs, %s",
    async (kind) => {
      const wide = network((b) => {
        const x = b.input("x", [9000]);
        b.output(b.layer("linear", { features: 1001 }, x), "y");
      });
      const [weight] = wide.nodes.flatMap((node) => node.weights);
      if (!weight) throw new Error("no weight");
      const values = weightValues(weight);
      const chunks = () => [values.subarray(0, 12_345), values.subarray(12_345)];
      const given = kind === "given" ? { given: new Map([[weight.fullName, chunks]]), seed: 7 } : {};
      const bytes = tfjsFiles(wide, { shardBytes: 64e6 }, given).get("net.shard1of1.bin") ?? Buffer.alloc(0);
      const made = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      for (let row = 0; row < 1001; row += 13)
        for (let column = row; column < 9000; column += 97)
          expect(made[column * 1001 + row]).toBe(values[row * 9000 + column]);
    },
  );

  test("images come with their channels last; the numbers are those of ONNX Runtime", async () => {
    const model = await loadLayers(tfjsFiles(small));
    expect(model.inputs[0]?.shape).toEqual([null, 12, 12, 3]);
    const feeds = feedsOf(small, 2);
    const [ours = []] = Object.values(await predict(model, small, feeds));
    const [theirs = []] = Object.values(
      await runOnCpu(filesOf(small).get("net.onnx") ?? new Uint8Array(), feeds),
    );
    expectClose(ours, theirs);
  });

  test("it can be trained", async () => {
    const model = await loadLayers(tfjsFiles(small), "cpu");
    model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
    const x = tf.tensor(feedsOf(small, 2).image?.data ?? [], [2, 12, 12, 3]);
    const y = tf.ones([2, 5]);
    const before = model.weights.map((weight) => weight.read().dataSync().slice());
    const losses = (await model.fit(x, y, { epochs: 4, verbose: 0 })).history.loss?.map(Number) ?? [];
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    const after = model.weights.map((weight) => weight.read().dataSync());
    for (const [i, values] of after.entries()) expect(values).not.toEqual(before[i]);
  });
});

describe("the kind", () => {
  const grouped = network((b) => {
    const x = b.input("image", [4, 8, 8]);
    const conv = b.layer("conv", { channels: 4, kernel: [3, 3], groups: 2 }, x, "body.conv");
    b.output(b.layer("lrn", {}, conv, "body.norm"));
  });

  const notesOf = (graph: Graph, kind?: TfjsKind) => {
    const result = exportTfjs(graph, { ...options, ...(kind ? { tfjs: { kind } } : {}) });
    return result.ok ? result.notes?.() : result.problems.map(({ node, message }) => `${node}: ${message}`);
  };

  test("is layers where there is one for each layer", () => {
    expect(jsonOf(tfjsFiles(small)).format).toBe("layers-model");
    expect(notesOf(small)).toEqual([
      "It is a layers model: tf.loadLayersModel loads it, to run and to train.",
      "Channels come last: it takes image as 12×12×3, after the batch.",
    ]);
    expect(notesOf(small, "graph")?.[0]).toBe(
      "It is a graph model: tf.loadGraphModel loads it, to run and not to train.",
    );
  });

  test("is a graph where there is not, and that is told", () => {
    expect(jsonOf(tfjsFiles(grouped)).format).toBe("graph-model");
    expect(notesOf(grouped)?.[0]).toBe(
      "It is a graph model: tf.loadGraphModel loads it, to run and not to train. Not all of it can be layers. body.conv splits its channels into 2 groups, for which TensorFlow.js has no layer. body.norm normalises by neighbouring channels, for which TensorFlow.js has no layer.",
    );
  });

  test("is refused, layer by layer, where layers are asked for", () => {
    expect(notesOf(grouped, "layers")).toEqual([
      "body.conv: splits its channels into 2 groups, for which TensorFlow.js has no layer",
      "body.norm: normalises by neighbouring channels, for which TensorFlow.js has no layer",
      "undefined: A graph model can have all of it.",
    ]);
  });
});

describe("networks that a layers model is easily wrong about", () => {
  const texts = {
    "a tensor that a sum takes twice, and a later layer too": "relu -> a: relu6\n  residual { add(it, a) }",
    "a vector that is flattened": "global_avg_pool -> flatten\n  flatten\n  relu",
    "a layer that leads nowhere": "a: relu\n  depthwise(3)\n  from a -> relu6",
  };
  test.each(Object.entries(texts))("%s", async (_, body) => {
    const { id, analysis } = openText(`network Net {\n  input image: [2, 4, 4]\n  ${body}\n  output y\n}\n`);
    const graph = networkGraph(analysis, id, "Net");
    if ("problem" in graph) throw new Error(graph.problem);
    const feeds = feedsOf(graph, 1);
    const wanted = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
    expectCloseTensors(await runTfjs(tfjsFiles(graph, { kind: "layers" }), graph, feeds), wanted);
  });
});

test("a normalisation of volumes, which a layer takes and then fails to compute, is a graph's", () => {
  const volumes = network((b) => b.output(b.layer("bn", {}, b.input("x", [2, 3, 2, 2]))));
  expect(jsonOf(tfjsFiles(volumes)).format).toBe("graph-model");
});

describe("a graph model", () => {
  const graph = network((b) => {
    const x = b.input("image", [3, 6, 6]);
    const tokens = b.layer("transpose", {}, b.layer("flatten", { start: 1 }, x));
    const sequence = b.layer("class_token", {}, tokens, "class_token");
    b.output(b.layer("attention", { heads: 3 }, sequence, "encoder.attention"), "attended");
    const conv = b.layer("conv", { channels: 4, kernel: [3, 3] }, x, "_stem");
    b.output(conv, "map");
    b.output(conv, "again");
    b.output(x, "echo");
  });

  test("has every weight by its full name, and a node of each layer's name", async () => {
    const model = await loadGraph(tfjsFiles(graph));
    const weights = graph.nodes.flatMap((node) => node.weights.map(({ fullName }) => fullName));
    expect(Object.keys(model.weights)).toEqual(expect.arrayContaining(weights));
    const nodes = (jsonOf(tfjsFiles(graph)).modelTopology as { node: { name: string }[] }).node;
    const names = nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of graph.nodes) expect(names).toContain(name);
  });

  test("gives its outputs by name, those of one tensor and of an input as well", async () => {
    const model = await loadGraph(tfjsFiles(graph));
    const feeds = feedsOf(graph, 2);
    const wanted = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
    expectCloseTensors(await predict(model, graph, feeds), wanted);
    expect(model.inputs).toMatchObject([{ name: "image", shape: [-1, 6, 6, 3] }]);
  });

  test("can be asked for the tensor of any layer", async () => {
    const model = await loadGraph(tfjsFiles(graph));
    const image = tf.zeros([1, 6, 6, 3]);
    const inner = model.execute(image, "_stem") as tf.Tensor;
    expect(inner.shape).toEqual([1, 6, 6, 4]);
  });
});
