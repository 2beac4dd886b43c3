/** Loads a graph's files into TensorFlow.js as a page would, and runs them on the CPU. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { exportTfjs, type TfjsOptions } from "../../server/src/core/backends/tfjs/exportTfjs.ts";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { Feeds, Tensors } from "./onnx.ts";

export type LayersModel = Awaited<ReturnType<typeof loadLayersModel>>;

export interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly tf.io.WeightsManifestEntry[];
  }[];
}

/** Throws what the exporter reports. */
export function tfjsFiles(graph: Graph, options: Partial<TfjsOptions> = {}): Map<string, Buffer> {
  const result = exportTfjs(graph, { fileName: "net.json", version: "0.0.0", ...options });
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.node ?? "net"} ${p.message}`).join("\n"));
  return new Map(
    result.files.map(({ name, size, chunks }) => {
      const bytes = Buffer.concat(Array.from(chunks(), (chunk) => Buffer.from(chunk)));
      if (bytes.length !== size) throw new Error(`${name}: ${bytes.length} bytes, not ${size}`);
      return [name, bytes];
    }),
  );
}

export function jsonOf(files: ReadonlyMap<string, Buffer>): ModelJson {
  return JSON.parse(files.get("net.json")?.toString() ?? "{}");
}

export function loadLayers(files: ReadonlyMap<string, Buffer>): Promise<LayersModel> {
  const { modelTopology, weightsManifest } = jsonOf(files);
  const bytes = Buffer.concat(
    weightsManifest.flatMap(({ paths }) => paths.map((path) => files.get(path) ?? Buffer.alloc(0))),
  );
  const weightData = new Uint8Array(bytes).buffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}

/** Takes and gives tensors as lwnet counts their axes; images are turned on the way in and out. */
export async function predict(model: LayersModel, graph: Graph, feeds: Feeds): Promise<Tensors> {
  const inputs = graph.inputs.map(({ name }) => {
    const feed = feeds[name];
    const tensor = tf.tensor(feed?.data ?? [], [...(feed?.dims ?? [])]);
    return feed && feed.dims.length > 3 ? turned(tensor, "last") : tensor;
  });
  const results = model.predict(inputs);
  const outputs = Array.isArray(results) ? results : [results];
  const entries = graph.outputs.map(({ name, value }, i) => {
    const result = outputs[i] ?? tf.tensor([]);
    const back = value.shape.length > 2 ? turned(result, "first") : result;
    return [name, back.dataSync() as Float32Array] as const;
  });
  return Object.fromEntries(entries);
}

function turned(tensor: tf.Tensor, channels: "first" | "last"): tf.Tensor {
  const sides = Array.from({ length: tensor.rank - 2 }, (_, i) => i);
  const last = [0, ...sides.map((i) => i + 2), 1];
  const first = [0, tensor.rank - 1, ...sides.map((i) => i + 1)];
  return tf.transpose(tensor, channels === "last" ? last : first);
}
