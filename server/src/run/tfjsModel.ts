/** A TensorFlow.js model from files of this disk, and its tensors as lwnet counts their axes. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";

interface ModelJson {
  readonly format: "layers-model" | "graph-model";
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly tf.io.WeightsManifestEntry[];
  }[];
}

export async function modelHandler(
  path: string,
): Promise<{ readonly handler: tf.io.IOHandler; readonly format: ModelJson["format"] }> {
  const { weightsManifest, ...model } = JSON.parse(await readFile(path, "utf8")) as ModelJson;
  const files = weightsManifest.flatMap(({ paths }) => paths);
  const parts = await Promise.all(files.map((file) => readFile(join(dirname(path), file))));
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weightData = new Uint8Array(Buffer.concat(parts)).buffer;
  return { handler: { load: async () => ({ ...model, weightSpecs, weightData }) }, format: model.format };
}

/** TensorFlow.js has the channels of an image last. */
export function turned(data: tf.TypedArray, dims: readonly number[], channels: "first" | "last"): tf.Tensor {
  const sides = dims.slice(2).map((_, i) => i);
  const order =
    channels === "last"
      ? [0, ...sides.map((i) => i + 2), 1]
      : [0, dims.length - 1, ...sides.map((i) => i + 1)];
  return tf.tensor(
    transposed(data, dims, order),
    order.map((axis) => dims[axis] ?? 1),
  );
}

/** On the host, so that it is no part of what is timed. */
function transposed(data: tf.TypedArray, dims: readonly number[], order: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = order.map((axis) => dims[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const result = new Float32Array(data.length);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const next = (at[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      at[axis] = next;
      if (next < (sizes[axis] ?? 1)) break;
      from -= next * (steps[axis] ?? 0);
      at[axis] = 0;
    }
  }
  return result;
}

/** The WebAssembly lies beside the bundle; in the sources it is that of the package. */
export function wasmFolder(): string {
  if (existsSync(join(import.meta.dirname, "tfjs-backend-wasm.wasm"))) return `${import.meta.dirname}/`;
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  return `${join(dirname(entry), "dist")}/`;
}
