/** Writes a graph's ONNX file into memory or a folder and runs it by ONNX Runtime itself, without our runner. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-node";
import type { FormatOptions } from "../../server/src/core/backends/backend.ts";
import { exportOnnx } from "../../server/src/core/backends/onnx/exportOnnx.ts";
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  ValueInfoProtoSchema,
} from "../../server/src/core/backends/onnx/generated/onnx_pb.ts";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import { operators } from "../../server/src/core/ops/registry.ts";
import { uniformStream } from "../../server/src/core/weights/random.ts";

export type Tensors = Readonly<Record<string, Float32Array>>;

/** The files of a graph by name; throws what the exporter reports. */
export function filesOf(graph: Graph, options: Partial<FormatOptions> = {}): Map<string, Uint8Array> {
  const result = exportOnnx(graph, { fileName: "net.onnx", version: "0.0.0", ...options });
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.node ?? "net"} ${p.message}`).join("\n"));
  return new Map(
    result.files.map((file) => {
      const bytes = Buffer.concat(Array.from(file.chunks(), (chunk) => Buffer.from(chunk)));
      if (bytes.length !== file.size)
        throw new Error(`${file.name}: ${bytes.length} bytes, not ${file.size}`);
      return [file.name, bytes];
    }),
  );
}

export function modelOf(graph: Graph, options: Partial<FormatOptions> = {}): ModelProto {
  return fromBinary(ModelProtoSchema, filesOf(graph, options).get("net.onnx") ?? new Uint8Array());
}

/**
 * The shape of every layer as ONNX Runtime infers it by itself: nothing that we say of shapes is left in the file but
 * those of inputs and weights, and weights have no values.
 */
export async function inferredShapes(graph: Graph): Promise<Record<string, readonly (number | string)[]>> {
  const outputs = graph.nodes.map((node) => ({ name: node.name, value: node.output }));
  const options = { fileName: "net.onnx", version: "0", onnx: { externalAbove: 0 } };
  const result = exportOnnx({ ...graph, outputs }, options);
  const file = result.ok ? result.files.at(-1) : undefined;
  const model = fromBinary(ModelProtoSchema, Buffer.concat([...(file?.chunks() ?? [])]));
  const proto = model.graph;
  if (!proto) throw new Error("no graph was exported");
  proto.valueInfo = [];
  for (const { type } of proto.output) if (type?.value.case === "tensorType") delete type.value.value.shape;
  const isWeight = (t: TensorProto) => t.dataLocation === TensorProto_DataLocation.EXTERNAL;
  for (const { name, dims, dataType } of proto.initializer.filter(isWeight)) {
    const dim = dims.map((size) => ({ value: { case: "dimValue" as const, value: size } }));
    const tensor = { case: "tensorType" as const, value: { elemType: dataType, shape: { dim } } };
    proto.input.push(create(ValueInfoProtoSchema, { name, type: { value: tensor } }));
  }
  proto.initializer = proto.initializer.filter((t) => !isWeight(t));
  const session = await ort.InferenceSession.create(toBinary(ModelProtoSchema, model), {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 3,
  });
  const shapes = session.outputMetadata.map((m) => [m.name, m.isTensor ? m.shape.slice(1) : []]);
  await session.release();
  return Object.fromEntries(shapes);
}

/** Runs something with the graph's files in a folder of their own, which is gone afterwards. */
export async function withFiles<T>(
  files: ReadonlyMap<string, Uint8Array>,
  use: (modelPath: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "lwnet-test-"));
  try {
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    return await use(join(folder, "net.onnx"), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A CPU session that refuses declared shapes that differ from inferred ones. */
export function strictSession(model: string | Uint8Array): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { strict_shape_type_inference: "1" } },
  };
  return typeof model === "string"
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}

export async function runOnCpu(model: string | Uint8Array, feeds: Feeds): Promise<Tensors> {
  const session = await strictSession(model);
  try {
    const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [
      name,
      new ort.Tensor("float32", data, dims),
    ]);
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(Object.entries(results).map(([n, t]) => [n, t.data as Float32Array]));
  } finally {
    await session.release();
  }
}

export type Feeds = Readonly<
  Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>
>;

/** Random values for every input, for a batch of so many. */
export function feedsOf(graph: Graph, batch = 2): Feeds {
  // Some activations bend far from 0.
  const [only, ...others] = graph.nodes;
  const isActivation = only && others.length === 0 && operators[only.op].family === "activation";
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => {
      const dims = [batch, ...shape.map(Number)];
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
      uniformStream(7, name)(data, isActivation ? 9 : 2);
      const table = graph.nodes.find((node) => node.op === "embedding" && node.inputs[0]?.name === name);
      if (table?.op === "embedding") data.set(data.map((x) => Math.floor((x + 2) * 1000) % table.args.count));
      return [name, { data, dims }];
    }),
  );
}
