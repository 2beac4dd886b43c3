/**
 * Graph to ONNX file. The header is encoded as a whole; weights are made while the bytes are read and spliced in
 * behind length prefixes computed from the shapes, so that memory does not grow with the network.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Graph } from "../../ir/graph.ts";
import { foldBatchNorm } from "../../ir/passes/foldBatchNorm.ts";
import type { Shape } from "../../shape/shape.ts";
import { type WeightOptions, weightChunks } from "../../weights/weights.ts";
import type { ArtifactFile, ExportResult, Format, FormatOptions } from "../backend.ts";
import { dimensionName, nodeProto, valueInfo } from "./codec.ts";
import { GraphProtoSchema, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { externalInitializers, fieldPrefix, inlineInitializers, type Piece, sizeOf } from "./initializers.ts";
import { type Collected, lowering } from "./lowering.ts";
import { namesOf } from "./names.ts";
import { lower } from "./ops.ts";
import { irVersionOf, opsets } from "./options.ts";

/** Field number in onnx.proto. */
const modelGraph = 7;
/** Protobuf's bound on a message. */
const messageLimit = 2 ** 31 - 1;
/** Above this, ONNX Runtime loads weights several times faster from a file of their own. */
const defaultExternalAbove = 256 * 2 ** 20;

export const onnxFormat: Format = {
  title: "ONNX",
  extension: ".onnx",
  description: "for ONNX Runtime and most other engines, with weights",
  write: (graph, options) => exportOnnx(graph, options),
};

/** The model's file, after its data file if it has one. The same graph and options give the same bytes. */
export function exportOnnx(given: Graph, options: FormatOptions): ExportResult {
  const graph = options.onnx?.foldBatchNorm ? foldBatchNorm(given) : given;
  const {
    opset = opsets.usual,
    batch = batchName(graph),
    externalAbove = defaultExternalAbove,
  } = options.onnx ?? {};
  const names = namesOf(graph);
  const collected: Collected = { nodes: [], constants: [], problems: [], weightDims: new Map() };
  for (const node of graph.nodes)
    lower(node, lowering(node, names, collected, opset, graph.source?.placeOf(node)));
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
  const limit = Math.min(externalAbove, messageLimit - headerAllowance);
  const dataName = `${options.fileName}.data`;
  const external = bytes > limit ? externalInitializers(tensors, dataName, options) : undefined;

  const outputs = new Set(names.outputs);
  const inner = graph.nodes.map((node) => node.output).filter((value) => !outputs.has(names.ofValue(value)));
  const info = (name: string, shape: Shape) => valueInfo(name, shape, batch);
  const message = create(GraphProtoSchema, {
    name: graph.name,
    ...(graph.source?.doc === undefined ? {} : { docString: graph.source.doc }),
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
    irVersion: irVersionOf(opset),
    opsetImport: [{ domain: "", version: BigInt(opset) }],
    producerName: "lwnet",
    producerVersion: options.version,
    metadataProps: metadata(graph, options),
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

/** What people look up in a viewer. No folder and no time: the same network gives the same bytes anywhere. */
function metadata(graph: Graph, options: FormatOptions): { key: string; value: string }[] {
  const entries = {
    lwnet_version: options.version,
    network: graph.name,
    source: graph.source?.file,
    arguments: graph.source?.arguments,
    // Networks take their input as it is.
    input_normalisation: "none",
  };
  return Object.entries(entries).flatMap(([key, value]) => (value ? [{ key, value }] : []));
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
