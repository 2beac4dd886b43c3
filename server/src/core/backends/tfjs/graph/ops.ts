/**
 * One row per operator: how it is written in those TensorFlow operators that TensorFlow.js runs. A missing row does not
 * compile. Every operator has one: a problem is only ever a size that has to be known as a number.
 */

import type { GraphNode } from "../../../ir/graph.ts";
import { featureAxis } from "../../../ops/axes.ts";
import { lookUp, type OperatorTable } from "../../operatorTable.ts";
import { axisIn } from "../layout.ts";
import { alongLast } from "./along.ts";
import { attention, classToken, embedding, linear, matmul, positionEmbedding } from "./attention.ts";
import { convolution, depthwise, separable, transposedConvolution } from "./convolution.ts";
import type { GraphLowering } from "./lowering.ts";
import { type Attributes, float } from "./nodeDef.ts";
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  localResponseNormalization,
  scale,
} from "./normalization.ts";
import { adaptivePool, avgPool, globalPool, maxPool } from "./pooling.ts";
import {
  channelShuffle,
  chunk,
  crop,
  pad,
  permute,
  pixelShuffle,
  reshape,
  slice,
  transpose,
} from "./reshaping.ts";
import { upsample } from "./resizing.ts";
import { joined } from "./slices.ts";

const table: OperatorTable<[ctx: GraphLowering], void> = {
  conv: convolution,
  depthwise,
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
  relu: elementwise("Relu"),
  relu6: elementwise("Relu6"),
  leaky_relu: (node, ctx) => elementwise("LeakyRelu", { alpha: float(node.args.slope) })(node, ctx),
  prelu: (_node, ctx) =>
    ctx.output(ctx.part("prelu", "Prelu", [ctx.input("last"), ctx.weight("weight") ?? ""]), "last"),
  elu,
  gelu,
  silu: gated((x, ctx) => ctx.part("gate", "Sigmoid", [x])),
  sigmoid: elementwise("Sigmoid"),
  tanh: elementwise("Tanh"),
  softplus: elementwise("Softplus"),
  mish: gated((x, ctx) => ctx.part("gate", "Tanh", [ctx.part("softplus", "Softplus", [x])])),
  hard_swish: gated(hardSigmoid),
  hard_sigmoid: (_node, ctx) => ctx.output(hardSigmoid(ctx.input(ctx.layout), ctx), ctx.layout),
  softmax: softmax("Softmax"),
  log_softmax: softmax("LogSoftmax"),
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: globalPool("Avg"),
  global_max_pool: globalPool("Max"),
  adaptive_avg_pool: adaptivePool("Avg"),
  adaptive_max_pool: adaptivePool("Max"),
  concat: (node, ctx) => {
    const inputs = node.inputs.map((_, i) => ctx.input(ctx.layout, i));
    const axis = axisIn(ctx.layout, 0, ctx.inputShape.length);
    ctx.output(joined("joined", inputs, axis, ctx), ctx.layout);
  },
  add: chain("AddV2"),
  mul: chain("Mul"),
  upsample,
  flatten: reshape,
  reshape,
  permute,
  transpose,
  slice,
  chunk,
  crop,
  pad,
  channel_shuffle: channelShuffle,
  pixel_shuffle: pixelShuffle,
  dropout: same,
  drop_path: same,
};

/** Writes one layer. */
export function lower(node: GraphNode, ctx: GraphLowering): void {
  lookUp(table, node, ctx);
}

function elementwise(op: string, attributes: Attributes = {}) {
  return (_node: GraphNode, ctx: GraphLowering) =>
    ctx.output(ctx.part("made", op, [ctx.input(ctx.layout)], attributes), ctx.layout);
}

/** At inference they do nothing. */
function same(_node: GraphNode, ctx: GraphLowering): void {
  ctx.output(ctx.input(ctx.layout), ctx.layout);
}

/** An operator on two tensors, for any number of them: one after another. */
function chain(op: string) {
  return (node: GraphNode, ctx: GraphLowering) => {
    const inputs = node.inputs.map((_, i) => ctx.input(ctx.layout, i));
    ctx.output(
      inputs.reduce((made, next, i) => ctx.part(String(i), op, [made, next])),
      ctx.layout,
    );
  };
}

/** x · gate(x). */
function gated(gate: (x: string, ctx: GraphLowering) => string) {
  return (_node: GraphNode, ctx: GraphLowering) => {
    const x = ctx.input(ctx.layout);
    ctx.output(ctx.part("product", "Mul", [x, gate(x, ctx)]), ctx.layout);
  };
}

/** relu6(x + 3) / 6. */
function hardSigmoid(x: string, ctx: GraphLowering): string {
  const raised = ctx.part("raised", "AddV2", [x, ctx.floats("three", [3], [])]);
  const clipped = ctx.part("clipped", "Relu6", [raised]);
  return ctx.part("gate", "Mul", [clipped, ctx.floats("sixth", [1 / 6], [])]);
}

/** TensorFlow's knows no alpha: max(x, 0) + alpha · elu(min(x, 0)). */
function elu(node: GraphNode<"elu">, ctx: GraphLowering): void {
  const { alpha } = node.args;
  if (alpha === 1) return elementwise("Elu")(node, ctx);
  const x = ctx.input(ctx.layout);
  const below = ctx.part("below", "Minimum", [x, ctx.floats("zero", [0], [])]);
  const scaled = ctx.part("scaled", "Mul", [
    ctx.part("elu", "Elu", [below]),
    ctx.floats("alpha", [alpha], []),
  ]);
  ctx.output(ctx.part("sum", "AddV2", [ctx.part("above", "Relu", [x]), scaled]), ctx.layout);
}

/** x · (1 + erf(x / √2)) / 2. */
function gelu(_node: GraphNode<"gelu">, ctx: GraphLowering): void {
  const x = ctx.input(ctx.layout);
  const erf = ctx.part("erf", "Erf", [
    ctx.part("scaled", "Mul", [x, ctx.floats("factor", [Math.SQRT1_2], [])]),
  ]);
  const raised = ctx.part("raised", "AddV2", [erf, ctx.floats("one", [1], [])]);
  const half = ctx.part("half", "Mul", [x, ctx.floats("two_parts", [0.5], [])]);
  ctx.output(ctx.part("product", "Mul", [half, raised]), ctx.layout);
}

function softmax(op: "Softmax" | "LogSoftmax") {
  return (node: GraphNode<"softmax" | "log_softmax">, ctx: GraphLowering) =>
    alongLast(node.args.axis ?? featureAxis(ctx.inputShape), ctx, (input) => ctx.part("shares", op, [input]));
}
