/**
 * Graph to ONNX file. The header is encoded as a whole; weights are made while the bytes are read and spliced in
 * behind length prefixes computed from the shapes, so that memory does not grow with the network.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Graph, GraphValue, WeightTensor } from "../../ir/graph.ts";
import { foldBatchNorm } from "../../ir/passes/foldBatchNorm.ts";
import type { Shape } from "../../shape/shape.ts";
import type { WeightOptions } from "../../weights/weights.ts";
import type { ArtifactFile, ExportResult, Format, FormatOptions } from "../backend.ts";
import { dimensionName, int, nodeProto, valueInfo } from "./codec.ts";
import { TensorProto_DataType as DataType, GraphProtoSchema, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { externalInitializers, fieldPrefix, inlineInitializers, type Piece, sizeOf } from "./initializers.ts";
import { type Collected, lowering } from "./lowering.ts";
import { namesOf } from "./names.ts";
import { lower } from "./ops.ts";
import { irVersionOf, opsets } from "./options.ts";
import { isWide } from "./precision.ts";
import { quantizations } from "./quantization.ts";
import { type OnCut, storedChunks } from "./stored.ts";

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
  variants: [
    {
      title: "ONNX, batch normalisation folded",
      description: "into the weights of the layer before: to run, not to train",
      options: { onnx: { foldBatchNorm: true } },
    },
    {
      title: "ONNX at 16 bits",
      description: "half the size; inputs and outputs stay at 32",
      options: { onnx: { precision: "fp16" } },
    },
    {
      title: "ONNX with 8-bit weights",
      description: "a quarter of the size; computes in 32 bits",
      options: { onnx: { precision: "int8-weights" } },
    },
    {
      title: "ONNX at 8 bits",
      description: "computes in 8 bits, with scales from random input",
      options: { onnx: { precision: "int8" } },
    },
  ],
};

/** The model's file, after its data file if it has one. The same graph and options give the same bytes. */
export function exportOnnx(given: Graph, options: FormatOptions): ExportResult {
  const { foldBatchNorm: folds, precision = "fp32", ranges } = options.onnx ?? {};
  // A normalisation between a convolution and its rounding would keep both from being one layer of 8 bits.
  const graph = folds || precision === "int8" ? foldBatchNorm(given) : given;
  if (precision === "int8" && !ranges)
    return { ok: false, problems: [{ message: "It needs the ranges of its tensors for 8 bits." }] };
  const {
    opset = opsets.usual,
    batch = batchName(graph),
    externalAbove = defaultExternalAbove,
    io = "fp32",
  } = options.onnx ?? {};
  const half = precision === "fp16";
  const names = namesOf(graph, half && io === "fp32");
  const typeOf = inputTypes(graph, half, io);
  const narrowed = new Map(
    graph.inputs
      .filter((input) => half && typeOf(input) === DataType.FLOAT)
      .map((input) => [input.name, names.fresh(`${input.name}/half`)] as const),
  );
  const into: Collected = {
    nodes: [],
    constants: [],
    problems: [],
    tensors: new Map(),
    dequantized: new Map(),
  };
  for (const input of graph.inputs) {
    const output = narrowed.get(input.name);
    const uses = graph.nodes.filter((node) => node.inputs.includes(input));
    if (output !== undefined && uses.some((node) => node.op !== "embedding" && !isWide(node, opset)))
      into.nodes.push(castNode(output, names.ofValue(input), output, DataType.FLOAT16));
  }
  const quantized = precision === "int8" && ranges ? quantizations(graph, ranges) : new Map();
  const context = { names, into, opset, precision, narrowed, quantized };
  for (const node of graph.nodes) lower(node, lowering(node, context, graph.source?.placeOf(node)));
  if (graph.nodes.length === 0) into.problems.push({ message: "The network has no layer." });
  if (into.problems.length > 0) return { ok: false, problems: into.problems };

  const outputType = half && io === "fp16" ? DataType.FLOAT16 : DataType.FLOAT;
  for (const [output, name] of names.copies) {
    const source = names.ofValue(output.value);
    const isInput = graph.inputs.includes(output.value);
    const sourceType = isInput ? typeOf(output.value) : half ? DataType.FLOAT16 : DataType.FLOAT;
    into.nodes.push(
      sourceType === outputType
        ? nodeProto({ name, opType: "Identity", input: [source], output: name, attributes: {} })
        : castNode(`${name}/cast`, source, name, outputType),
    );
  }
  const tensors = graph.nodes.flatMap(({ weights }) =>
    weights.flatMap(({ fullName }) => into.tensors.get(fullName) ?? []),
  );
  const cuts = new Map<WeightTensor, number>();
  const onCut: OnCut = (weight, count) => cuts.set(weight, count);
  const bytes = sizeOf(tensors.map(({ stored }) => stored));
  const limit = Math.min(externalAbove, messageLimit - headerAllowance);
  const dataName = `${options.fileName}.data`;
  const external = bytes > limit ? externalInitializers(tensors, dataName, options, onCut) : undefined;

  const outputs = new Set(names.outputs);
  const inner = graph.nodes.map((node) => node.output).filter((value) => !outputs.has(names.ofValue(value)));
  const info = (name: string, shape: Shape, type: DataType) => valueInfo(name, shape, batch, type);
  const innerType = half ? DataType.FLOAT16 : DataType.FLOAT;
  const message = create(GraphProtoSchema, {
    name: graph.name,
    ...(graph.source?.doc === undefined ? {} : { docString: graph.source.doc }),
    node: into.nodes,
    input: graph.inputs.map((value) => info(names.ofValue(value), value.shape, typeOf(value))),
    output: graph.outputs.map((output, i) =>
      info(names.outputs[i] ?? output.name, output.value.shape, outputType),
    ),
    valueInfo: inner.map((value) => info(names.ofValue(value), value.shape, innerType)),
    initializer: [...into.constants, ...(external?.protos ?? [])],
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
      ...(external ? [fileOf(dataName, external.pieces, options, onCut)] : []),
      fileOf(options.fileName, model, options, onCut),
    ],
    notes: () => [...cuts].map(([weight, count]) => cutNote(weight, count)),
  };
}

/** The type of each input: indices are not exact in 16 bits. */
function inputTypes(graph: Graph, half: boolean, io: "fp32" | "fp16"): (input: GraphValue) => DataType {
  const indices = new Set(graph.nodes.filter(({ op }) => op === "embedding").map(({ inputs }) => inputs[0]));
  return (input) => (half && io === "fp16" && !indices.has(input) ? DataType.FLOAT16 : DataType.FLOAT);
}

function castNode(name: string, input: string, output: string, to: DataType) {
  return nodeProto({ name, opType: "Cast", input: [input], output, attributes: { to: int(to) } });
}

function cutNote({ fullName }: WeightTensor, count: number): string {
  const values = count === 1 ? "1 value" : `${count} values`;
  return `${values} of ${fullName} were beyond what 16 bits hold and were cut to ±65504.`;
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
    precision: options.onnx?.precision,
  };
  return Object.entries(entries).flatMap(([key, value]) => (value ? [{ key, value }] : []));
}

/** Room for all but the weights. */
const headerAllowance = 64 * 2 ** 20;

function fileOf(name: string, pieces: readonly Piece[], options: WeightOptions, onCut: OnCut): ArtifactFile {
  return {
    name,
    size: sizeOf(pieces),
    *chunks() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* storedChunks(piece, options, onCut);
      }
    },
  };
}

/** `batch`, unless a dimension of the network has that name. */
function batchName(graph: Graph): string {
  const dims = graph.inputs.flatMap((value) => value.shape).map(dimensionName);
  return dims.includes("batch") ? "batch_size" : "batch";
}
