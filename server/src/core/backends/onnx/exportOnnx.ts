/**
 * Graph to ONNX file. The header is encoded as a whole; weights are made while the bytes are read and spliced in
 * behind length prefixes computed from the shapes, so that memory does not grow with the network.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Graph } from "../../ir/graph.ts";
import type { Shape } from "../../shape/shape.ts";
import { type WeightOptions, weightChunks } from "../../weights/weights.ts";
import type { ArtifactFile, ExportResult, Format, FormatOptions } from "../backend.ts";
import { dimensionName, nodeProto, valueInfo } from "./codec.ts";
import { GraphProtoSchema, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { externalInitializers, fieldPrefix, inlineInitializers, type Piece, sizeOf } from "./initializers.ts";
import { type Collected, lowering } from "./lowering.ts";
import { namesOf } from "./names.ts";
import { lower } from "./ops.ts";

const opset = 17n;
const irVersion = 8n;
/** Field number in onnx.proto. */
const modelGraph = 7;
/** Protobuf's bound on a message. */
const messageLimit = 2 ** 31 - 1;
/** Above this, ONNX Runtime loads weights several times faster from a file of their own. */
const defaultExternalAbove = 256 * 2 ** 20;

/** Weights of their own go to `NAME.data`; what `describe` says is kept as a node's doc string. */
export interface OnnxOptions extends FormatOptions {
  /** Bytes of weights above which they get a file of their own; default 256 MiB. */
  readonly externalAbove?: number;
}

export const onnxFormat: Format = {
  title: "ONNX",
  extension: ".onnx",
  description: "for ONNX Runtime and most other engines, with weights",
  write: (graph, options) => exportOnnx(graph, options),
};

/** The model's file, after its data file if it has one. The same graph and options give the same bytes. */
export function exportOnnx(graph: Graph, options: OnnxOptions): ExportResult {
  const names = namesOf(graph);
  const collected: Collected = { nodes: [], constants: [], problems: [], weightDims: new Map() };
  for (const node of graph.nodes) lower(node, lowering(node, names, collected, options.describe));
  if (graph.nodes.length === 0) collected.problems.push({ message: "The network has no layer." });
  if (collected.problems.length > 0) return { ok: false, problems: collected.problems };

  for (const [output, name] of names.copies) {
    const copy = { name, opType: "Identity", input: [names.ofValue(output.value)], output: name };
    collected.nodes.push(nodeProto({ ...copy, attributes: {} }));
  }
  const weights = graph.nodes.flatMap((node) => node.weights);
  const tensors = weights.map((weight) => ({
    name: names.ofWeight(weight),
    dims: collected.weightDims.get(weight.fullName) ?? weight.shape,
    weight,
  }));
  const bytes = sizeOf(weights);
  const limit = Math.min(options.externalAbove ?? defaultExternalAbove, messageLimit - headerAllowance);
  const dataName = `${options.fileName}.data`;
  const external = bytes > limit ? externalInitializers(tensors, dataName, options) : undefined;

  const batch = batchName(graph);
  const outputs = new Set(names.outputs);
  const inner = graph.nodes.map((node) => node.output).filter((value) => !outputs.has(names.ofValue(value)));
  const info = (name: string, shape: Shape) => valueInfo(name, shape, batch);
  const message = create(GraphProtoSchema, {
    name: graph.name,
    node: collected.nodes,
    input: graph.inputs.map((value) => info(names.ofValue(value), value.shape)),
    output: graph.outputs.map((output, i) => info(names.outputs[i] ?? output.name, output.value.shape)),
    valueInfo: inner.map((value) => info(names.ofValue(value), value.shape)),
    initializer: [...collected.constants, ...(external?.protos ?? [])],
  });
  const body: Piece[] = [
    toBinary(GraphProtoSchema, message),
    ...(external ? [] : inlineInitializers(tensors)),
  ];
  const head = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [{ domain: "", version: opset }],
    producerName: "lwnet",
    producerVersion: options.version,
  });
  const model = [toBinary(ModelProtoSchema, head), fieldPrefix(modelGraph, sizeOf(body)), ...body];
  return {
    ok: true,
    files: [
      ...(external ? [fileOf(dataName, external.pieces, options)] : []),
      fileOf(options.fileName, model, options),
    ],
  };
}

/** Room for all but the weights. */
const headerAllowance = 64 * 2 ** 20;

function fileOf(name: string, pieces: readonly Piece[], options: WeightOptions): ArtifactFile {
  return {
    name,
    size: sizeOf(pieces),
    *chunks() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* weightChunks(piece, options);
      }
    },
  };
}

/** `batch`, unless a dimension of the network has that name. */
function batchName(graph: Graph): string {
  const dims = graph.inputs.flatMap((value) => value.shape).map(dimensionName);
  return dims.includes("batch") ? "batch_size" : "batch";
}
