/**
 * Every operator alone, loaded by TensorFlow.js and by ONNX Runtime with the same weights: they compute the same, or the
 * layer says why it has no place in a layers model. Then files as a whole.
 */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { exportTfjs } from "../server/src/core/backends/tfjs/exportTfjs.ts";
import { weightValues } from "../server/src/core/weights/weights.ts";
import { network } from "./harness/graph.ts";
import { feedsOf, filesOf, runOnCpu } from "./harness/onnx.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import { jsonOf, loadLayers, predict, tfjsFiles } from "./harness/tfjs.ts";

/** What has no Keras layer in any case. */
const never = new Set([
  "matmul",
  "attention",
  "class_token",
  "position_embedding",
  "scale",
  "group_norm",
  "instance_norm",
  "lrn",
  "slice",
  "chunk",
]);

describe("operators", () => {
  test.each(operatorCases)("$title", async ({ graph }) => {
    const op = graph.nodes[0]?.op ?? "";
    const result = exportTfjs(graph, { fileName: "net.json", version: "0" });
    expect(result.ok && never.has(op)).toBe(false);
    if (!result.ok) {
      expect(result.problems).toMatchObject([
        { node: "layer", message: expect.stringMatching(/TensorFlow\.js/) },
      ]);
      return;
    }
    const feeds = feedsOf(graph, 2);
    const model = await loadLayers(tfjsFiles(graph));
    const { y = [] } = await predict(model, graph, feeds);
    const { y: wanted = [] } = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
    expectClose(y, wanted);
    const shape = graph.outputs[0]?.value.shape ?? [];
    const outer = shape.length > 2 ? [...shape.slice(1), ...shape.slice(0, 1)] : shape;
    expect(model.outputs[0]?.shape).toEqual([null, ...outer]);
  });

  test("every operator that has a layer was run as one", () => {
    const run = operatorCases.filter(({ graph }) => exportTfjs(graph, { fileName: "n", version: "0" }).ok);
    const all = new Set(operatorCases.map(({ graph }) => graph.nodes[0]?.op ?? ""));
    expect(new Set(run.map(({ graph }) => graph.nodes[0]?.op ?? ""))).toEqual(
      new Set([...all].filter((op) => !never.has(op))),
    );
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
    const result = exportTfjs(small, { fileName: "net.json", version: "0.0.0", shardBytes: 1000 });
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

  test("a matrix too large to be turned at once is turned in slabs", async () => {
    const wide = network((b) => {
      const x = b.input("x", [9000]);
      b.output(b.layer("linear", { features: 1000 }, x), "y");
    });
    const feeds = feedsOf(wide, 1);
    const { y = [] } = await predict(await loadLayers(tfjsFiles(wide)), wide, feeds);
    const { y: wanted = [] } = await runOnCpu(filesOf(wide).get("net.onnx") ?? new Uint8Array(), feeds);
    expectClose(y, wanted);
  });

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
    const model = await loadLayers(tfjsFiles(small));
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

test("what no layer stands for is told by name", () => {
  const graph = network((b) => {
    const x = b.input("x", [4, 8, 8]);
    b.output(b.layer("conv", { channels: 4, kernel: [3, 3], groups: 2 }, x, "body.conv"));
  });
  expect(exportTfjs(graph, { fileName: "net.json", version: "0" })).toMatchObject({
    ok: false,
    problems: [
      {
        node: "body.conv",
        message: "splits its channels into 2 groups, for which TensorFlow.js has no layer",
      },
    ],
  });
});

/** To 1e-4 of the larger, and of 1 near 0. */
function expectClose(values: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(values.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const want = wanted[i] ?? Number.NaN;
    const off = Math.abs((values[i] ?? Number.NaN) - want) / Math.max(1, Math.abs(want));
    if (!(off <= 1e-4)) expect.fail(`element ${i} is ${values[i]}, not ${want}`);
  }
}
