/**
 * One row per operator: how it is written in ONNX operators of the opset asked for, such that ONNX Runtime has a GPU kernel
 * for each of them. A missing row does not compile. Larger lowerings have files of their own.
 */

import type { GraphNode } from "../../ir/graph.ts";
import { linearAxis } from "../../ops/linear.ts";
import { channels } from "../../shape/shape.ts";
import { lookUp, type OperatorTable } from "../operatorTable.ts";
import { gelu, logSoftmax, mish, softmax, softplus } from "./activation.ts";
import { attention, classToken, embedding, positionEmbedding } from "./attention.ts";
import { float, int, text } from "./codec.ts";
import { channelProduct, convolution, separable, transposedConvolution, upsample } from "./convolution.ts";
import type { Lowering } from "./lowering.ts";
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  localResponseNormalization,
  scale,
} from "./normalization.ts";
import { adaptiveAvgPool, adaptiveMaxPool, avgPool, maxPool } from "./pooling.ts";
import {
  channelShuffle,
  chunk,
  crop,
  pad,
  permute,
  reshape,
  slice,
  swapped,
  transpose,
} from "./reshaping.ts";

const table: OperatorTable<[ctx: Lowering], void> = {
  conv: (node, ctx) => convolution(node, node.args, node.args.groups, ctx),
  depthwise: (node, ctx) => convolution(node, node.args, channels(node.inputs[0]?.shape), ctx),
  separable,
  conv_transpose: transposedConvolution,
  linear,
  matmul,
  attention,
  embedding,
  class_token: classToken,
  position_embedding: positionEmbedding,
  scale,
  bn: batchNormalization,
  layer_norm: layerNormalization,
  group_norm: groupNormalization,
  instance_norm: instanceNormalization,
  lrn: localResponseNormalization,
  relu: direct("Relu"),
  relu6: (_node, ctx) =>
    ctx.main("Clip", [ctx.input, ctx.constant("min", [], [0]), ctx.constant("max", [], [6])]),
  leaky_relu: (node, ctx) => ctx.main("LeakyRelu", [ctx.input], { alpha: float(node.args.slope) }),
  prelu,
  elu: (node, ctx) => ctx.main("Elu", [ctx.input], { alpha: float(node.args.alpha) }),
  gelu,
  silu: (_node, ctx) => ctx.main("Mul", [ctx.input, ctx.part("sigmoid", "Sigmoid", [ctx.input])]),
  sigmoid: direct("Sigmoid"),
  tanh: direct("Tanh"),
  softplus,
  mish,
  hard_swish: (_node, ctx) =>
    ctx.main("Mul", [ctx.input, ctx.part("gate", "HardSigmoid", [ctx.input], hard)]),
  hard_sigmoid: (_node, ctx) => ctx.main("HardSigmoid", [ctx.input], hard),
  softmax,
  log_softmax: logSoftmax,
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: direct("GlobalAveragePool"),
  global_max_pool: direct("GlobalMaxPool"),
  adaptive_avg_pool: adaptiveAvgPool,
  adaptive_max_pool: adaptiveMaxPool,
  concat: (_node, ctx) => ctx.main("Concat", ctx.inputs, { axis: int(1) }),
  add: chain("Add"),
  mul: chain("Mul"),
  upsample,
  flatten: (node, ctx) =>
    node.output.shape.length === 1 ? ctx.main("Flatten", [ctx.input], { axis: int(1) }) : reshape(node, ctx),
  reshape,
  permute,
  transpose,
  slice,
  chunk,
  crop,
  pad,
  channel_shuffle: channelShuffle,
  pixel_shuffle: (node, ctx) =>
    ctx.main("DepthToSpace", [ctx.input], { blocksize: int(node.args.factor), mode: text("CRD") }),
  dropout: direct("Identity"),
  drop_path: direct("Identity"),
};

const hard = { alpha: float(1 / 6), beta: float(0.5) };

/** Writes one layer. */
export function lower(node: GraphNode, ctx: Lowering): void {
  lookUp(table, node, ctx);
}

function direct(opType: string) {
  return (_node: GraphNode, ctx: Lowering) => ctx.main(opType, [ctx.input]);
}

/** An operator on two tensors, for any number of them: one after another. */
function chain(opType: string) {
  return (_node: GraphNode, ctx: Lowering) => {
    const [first, ...rest] = ctx.inputs;
    const last = rest.pop();
    if (first === undefined || last === undefined) return ctx.main("Identity", ctx.inputs);
    const joined = rest.reduce((sum, next, i) => ctx.part(String(i + 1), opType, [sum, next]), first);
    ctx.main(opType, [joined, last]);
  };
}

function linear(node: GraphNode<"linear">, ctx: Lowering): void {
  const input = node.inputs[0]?.shape ?? [];
  const last = input.length - 1;
  const axis = linearAxis(node.args.axis, input);
  if (axis === 0 && last > 0 && last <= 3) return channelProduct(node, ctx);
  const unknown = "needs to know its input features as a number";
  const bias = ctx.weight("bias");
  if (last === 0) {
    const weight = ctx.weight("weight");
    if (weight === undefined) return ctx.problem(unknown);
    const inputs = [ctx.input, weight, ...(bias === undefined ? [] : [bias])];
    return ctx.main("Gemm", inputs, { transB: int(1) });
  }
  const turned = ctx.transposedWeight("weight");
  if (turned === undefined) return ctx.problem(unknown);
  if (axis === last) {
    if (bias === undefined) return ctx.main("MatMul", [ctx.input, turned]);
    return ctx.main("Add", [ctx.part("product", "MatMul", [ctx.input, turned]), bias]);
  }
  const swap = swapped(input.length, axis, last);
  const product = ctx.part("product", "MatMul", [
    ctx.part("swapped", "Transpose", [ctx.input], swap),
    turned,
  ]);
  const sum = bias === undefined ? product : ctx.part("sum", "Add", [product, bias]);
  ctx.main("Transpose", [sum], swap);
}

function matmul(node: GraphNode<"matmul">, ctx: Lowering): void {
  const [left = "", right = ""] = ctx.inputs;
  const rank = node.output.shape.length;
  const swap = swapped(rank, rank - 2, rank - 1);
  ctx.main("MatMul", [left, node.args.transpose ? ctx.part("swapped", "Transpose", [right], swap) : right]);
}

/** The slopes get an axis of 1 for each axis after the channels, along which they are repeated. */
function prelu(node: GraphNode<"prelu">, ctx: Lowering): void {
  const ones = (node.inputs[0]?.shape ?? []).slice(1).map(() => 1);
  const slopes = ctx.reshapedWeight("weight", [node.args.slopes, ...ones]);
  if (slopes !== undefined) ctx.main("PRelu", [ctx.input, slopes]);
}
