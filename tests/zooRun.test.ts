/**
 * Examples as they are exported, weights and all, run by ONNX Runtime: the networks that everything began with, and of
 * every file its cheapest. Written to disk as a user's are, so that large ones keep their weights in a file of their own.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportOnnx } from "../server/src/core/backends/onnx/exportOnnx.ts";
import { networkGraph } from "../server/src/core/index.ts";
import { uniformStream } from "../server/src/core/weights/random.ts";
import { writeFiles } from "../server/src/host/node/writeFiles.ts";
import { openFile } from "./harness/open.ts";

const first: Readonly<Record<string, readonly string[]>> = {
  "vgg.lwnet": ["VGG16", "VGG19", "VGG16_BN", "VGG19_BN"],
  "resnet.lwnet": ["ResNet18", "ResNet34", "ResNet50"],
  "squeezenet.lwnet": ["SqueezeNet1_0", "SqueezeNet1_1"],
  "densenet.lwnet": ["DenseNet121", "DenseNetBC100_12"],
};

const chosen = readdirSync("examples")
  .filter((file) => file.endsWith(".lwnet"))
  .flatMap((file) => {
    const costs = openFile(`examples/${file}`).file.networks.flatMap(({ name, instance }) =>
      instance ? [{ name, macs: Number(instance.cost.macs) }] : [],
    );
    const [cheapest] = costs.sort((a, b) => a.macs - b.macs);
    const names = new Set([...(first[file] ?? []), ...(cheapest ? [cheapest.name] : [])]);
    return [...names].map((name) => [file, name] as const);
  });

/** Networks for segmentation have a hundred times the work of one for CIFAR. */
const patience = 240_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lwnet-zoo-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(chosen)(
  "%s: %s",
  async (file, name) => {
    const { id, analysis } = openFile(`examples/${file}`);
    const graph = networkGraph(analysis, id, name);
    if ("problem" in graph) throw new Error(graph.problem);
    const exported = exportOnnx(graph, { fileName: "net.onnx", version: "0.0.0" });
    if (!exported.ok) throw new Error(exported.problems.map(({ message }) => message).join("\n"));
    const written = await writeFiles(folder, exported.files);
    expect(written).toMatchObject({ ok: true });

    const session = await ort.InferenceSession.create(join(folder, "net.onnx"), { logSeverityLevel: 3 });
    const feeds = Object.fromEntries(
      graph.inputs.map((input) => {
        const shape = input.shape.map(Number);
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        uniformStream(0, input.name)(values, 1);
        return [input.name, new ort.Tensor("float32", values, [1, ...shape])];
      }),
    );
    const results = await session.run(feeds);
    for (const { name: output, value } of graph.outputs) {
      const tensor = results[output];
      expect(tensor?.dims).toEqual([1, ...value.shape]);
      const values = tensor?.data as Float32Array;
      expect(values.every(Number.isFinite)).toBe(true);
      // An input that reaches no output would leave nothing but biases: all zeros.
      expect(new Set(values).size).toBeGreaterThan(1);
    }
    await session.release();
  },
  patience,
);
