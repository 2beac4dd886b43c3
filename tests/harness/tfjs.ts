/** Loads a graph's files into TensorFlow.js as a page would, and runs them: by WebAssembly, which is exact and quick. */
import { resolve } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import type { FormatOptions } from "../../server/src/core/backends/backend.ts";
import { exportTfjs } from "../../server/src/core/backends/tfjs/exportTfjs.ts";
import type { TfjsOptions } from "../../server/src/core/backends/tfjs/options.ts";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { Feeds, Tensors } from "./onnx.ts";

export type LayersModel = Awaited<ReturnType<typeof loadLayersModel>>;

export interface ModelJson {
  readonly format: "layers-model" | "graph-model";
  readonly modelTopology: object;
  readonly signature?: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly tf.io.WeightsManifestEntry[];
  }[];
}

/** Throws what the exporter reports. */
export function tfjsFiles(
  graph: Graph,
  tfjs: TfjsOptions = {},
  options: Partial<FormatOptions> = {},
): Map<string, Buffer> {
  const result = exportTfjs(graph, { fileName: "net.json", version: "0.0.0", tfjs, ...options });
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

/** WebAssembly runs; training takes more operators than it has. */
type Backend = "wasm" | "cpu";

setWasmPaths(`${resolve("node_modules/@tensorflow/tfjs-backend-wasm/dist")}/`);

async function use(backend: Backend): Promise<void> {
  if (tf.getBackend() !== backend) await tf.setBackend(backend);
  await tf.ready();
}

function handlerOf(files: ReadonlyMap<string, Buffer>): tf.io.IOHandler {
  const { weightsManifest, ...model } = jsonOf(files);
  const paths = weightsManifest.flatMap((group) => group.paths);
  const bytes = Buffer.concat(paths.map((path) => files.get(path) ?? Buffer.alloc(0)));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  return { load: async () => ({ ...model, weightSpecs: [...weightSpecs], weightData }) };
}

export async function loadLayers(
  files: ReadonlyMap<string, Buffer>,
  backend: Backend = "wasm",
): Promise<LayersModel> {
  await use(backend);
  return loadLayersModel(handlerOf(files));
}

export async function loadGraph(files: ReadonlyMap<string, Buffer>): Promise<GraphModel> {
  await use("wasm");
  return loadGraphModel(handlerOf(files));
}

/** The outputs of the files, by whichever loader their kind needs. */
export async function runTfjs(
  files: ReadonlyMap<string, Buffer>,
  graph: Graph,
  feeds: Feeds,
): Promise<Tensors> {
  const model = jsonOf(files).format === "graph-model" ? await loadGraph(files) : await loadLayers(files);
  try {
    return await predict(model, graph, feeds);
  } finally {
    model.dispose();
  }
}

/** Takes and gives tensors as lwnet counts their axes; images are turned on the way in and out. */
export async function predict(model: LayersModel | GraphModel, graph: Graph, feeds: Feeds): Promise<Tensors> {
  const results = tf.tidy(() => {
    const inputs = graph.inputs.map(({ name }) => {
      const feed = feeds[name];
      const tensor = tf.tensor(feed?.data ?? new Float32Array(), [...(feed?.dims ?? [])]);
      return feed && feed.dims.length > 3 ? turned(tensor, "last") : tensor;
    });
    // A graph model with several outputs gives them by name.
    const made = model.predict(inputs);
    const outputs: readonly tf.Tensor[] =
      made instanceof tf.Tensor
        ? [made]
        : Array.isArray(made)
          ? made
          : graph.outputs.map(({ name }) => made[name]!);
    return graph.outputs.map(({ value }, i) => {
      const result = outputs[i] ?? tf.tensor([]);
      return value.shape.length > 2 ? turned(result, "first") : result.clone();
    });
  });
  const values = results.map((result) => result.dataSync() as Float32Array);
  for (const result of results) result.dispose();
  return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, values[i] ?? new Float32Array()]));
}

function turned(tensor: tf.Tensor, channels: "first" | "last"): tf.Tensor {
  const sides = Array.from({ length: tensor.rank - 2 }, (_, i) => i);
  const last = [0, ...sides.map((i) => i + 2), 1];
  const first = [0, tensor.rank - 1, ...sides.map((i) => i + 1)];
  return tf.transpose(tensor, channels === "last" ? last : first);
}
