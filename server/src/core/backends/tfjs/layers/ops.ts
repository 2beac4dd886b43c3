/**
 * One row per operator: how it is written in Keras layers that TensorFlow.js can load and train, or why it can't. A
 * missing row does not compile.
 */

import type { GraphNode } from "../../../ir/graph.ts";
import { axisOf, featureAxis, sizeAlong } from "../../../ops/axes.ts";
import { linearAxis } from "../../../ops/linear.ts";
import { channels } from "../../../shape/shape.ts";
import { lookUp, type OperatorTable } from "../../operatorTable.ts";
import { axisIn } from "../layout.ts";
import { convolution, depthwise, separable, transposedConvolution, upsample } from "./convolution.ts";
import type { LayersLowering } from "./lowering.ts";
import { adaptivePool, avgPool, globalPool, maxPool } from "./pooling.ts";
import {
  channelShuffle,
  crop,
  flatten,
  pad,
  permute,
  permuted,
  pixelShuffle,
  reshape,
  transpose,
} from "./reshaping.ts";

const table: OperatorTable<[ctx: LayersLowering], void> = {
  conv: convolution,
  depthwise,
  separable,
  conv_transpose: transposedConvolution,
  linear,
  matmul: none("multiplies two tensors"),
  attention: none("attends"),
  embedding,
  class_token: none("is a trained tensor put before others"),
  position_embedding: none("is a trained tensor added to others"),
  scale: none("is a trained factor alone"),
  bn: batchNormalization,
  layer_norm: layerNormalization,
  group_norm: none("normalises groups of channels"),
  instance_norm: none("normalises each channel of each image"),
  lrn: none("normalises by neighbouring channels"),
  relu: elementwise("ReLU"),
  relu6: elementwise("ReLU", { max_value: 6 }),
  leaky_relu: (node, ctx) => elementwise("LeakyReLU", { alpha: node.args.slope })(node, ctx),
  prelu,
  elu: (node, ctx) =>
    node.args.alpha === 1
      ? elementwise("ELU")(node, ctx)
      : ctx.problem("has an alpha other than 1, for which TensorFlow.js has no layer"),
  gelu: activation("gelu"),
  silu: activation("swish"),
  sigmoid: activation("sigmoid"),
  tanh: activation("tanh"),
  softplus: activation("softplus"),
  mish: activation("mish"),
  hard_swish: (_node, ctx) => {
    const input = ctx.input(ctx.layout);
    const gate = ctx.layer(
      { name: "gate", className: "ReLU", config: { max_value: 1 } },
      shifted(input, ctx),
    );
    ctx.output(ctx.layer({ className: "Multiply" }, [input, gate]), ctx.layout);
  },
  hard_sigmoid: (_node, ctx) => {
    const source = shifted(ctx.input(ctx.layout), ctx);
    ctx.output(ctx.layer({ className: "ReLU", config: { max_value: 1 } }, source), ctx.layout);
  },
  softmax: (node, ctx) =>
    alongLast(node.args.axis ?? featureAxis(ctx.inputShape), ctx, (input, name) =>
      ctx.layer({ ...name, className: "Softmax", config: { axis: -1 } }, input),
    ),
  log_softmax: (node, ctx) =>
    alongLast(node.args.axis ?? featureAxis(ctx.inputShape), ctx, (input, name) =>
      ctx.layer({ ...name, className: "Activation", config: { activation: "logSoftmax" } }, input),
    ),
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: globalPool("Average"),
  global_max_pool: globalPool("Max"),
  adaptive_avg_pool: adaptivePool("Average"),
  adaptive_max_pool: adaptivePool("Max"),
  concat: (node, ctx) =>
    merge("Concatenate", node, ctx, { axis: axisIn(ctx.layout, 0, ctx.inputShape.length) }),
  add: (node, ctx) => merge("Add", node, ctx),
  mul: (node, ctx) => merge("Multiply", node, ctx),
  upsample,
  flatten,
  reshape,
  permute,
  transpose,
  slice: none("cuts a part out of its input"),
  chunk: none("cuts a part out of its input"),
  crop,
  pad,
  channel_shuffle: channelShuffle,
  pixel_shuffle: pixelShuffle,
  dropout: (node, ctx) => elementwise("Dropout", { rate: node.args.p })(node, ctx),
  drop_path: (node, ctx) =>
    elementwise("Dropout", { rate: node.args.p, noise_shape: [null, ...ctx.inputShape.map(() => 1)] })(
      node,
      ctx,
    ),
};

/** Writes one layer. */
export function lower(node: GraphNode, ctx: LayersLowering): void {
  lookUp(table, node, ctx);
}

function none(what: string) {
  return (_node: GraphNode, ctx: LayersLowering) =>
    ctx.problem(`${what}, for which TensorFlow.js has no layer`);
}

function elementwise(className: string, config: object = {}) {
  return (_node: GraphNode, ctx: LayersLowering) =>
    ctx.output(ctx.layer({ className, config }, ctx.input(ctx.layout)), ctx.layout);
}

function activation(name: string) {
  return elementwise("Activation", { activation: name });
}

/** x/6 + 1/2. */
function shifted(input: string, ctx: LayersLowering): string {
  return ctx.layer({ name: "shifted", className: "Rescaling", config: { scale: 1 / 6, offset: 0.5 } }, input);
}

/** Something that works along the last axis, on any: the axis is put there, and back. */
function alongLast(
  axis: number,
  ctx: LayersLowering,
  make: (input: string, name: { readonly name?: string }) => string,
): void {
  const rank = ctx.inputShape.length;
  const at = axisOf(axis, ctx.inputShape);
  if (at === rank - 1) return ctx.output(make(ctx.input("first"), {}), "first");
  if (at === 0) return ctx.output(make(ctx.input("last"), {}), "last");
  const swap = permuted(ctx.inputShape.map((_, i) => (i === at ? rank - 1 : i === rank - 1 ? at : i)));
  const turned = ctx.layer({ name: "turned", className: "Permute", config: swap }, ctx.input("first"));
  const made = make(turned, { name: "along" });
  ctx.output(ctx.layer({ className: "Permute", config: swap }, made), "first");
}

function merge(className: string, node: GraphNode, ctx: LayersLowering, config: object = {}): void {
  const same = { className: "Activation", config: { activation: "linear" } };
  // TensorFlow.js frees a tensor too early that enters a layer more than once: it counts layers, not inputs.
  const inputs = node.inputs.map(({ name }, i) => {
    const input = ctx.input(ctx.layout, i);
    return node.inputs.findIndex((other) => other.name === name) === i ? input : ctx.layer(same, input);
  });
  const [only, more] = inputs;
  const made =
    only !== undefined && more === undefined
      ? ctx.layer(same, only)
      : ctx.layer({ className, config }, inputs);
  ctx.output(made, ctx.layout);
}

function linear(node: GraphNode<"linear">, ctx: LayersLowering): void {
  if (!ctx.has("weight")) return ctx.problem("needs to know its input features as a number");
  const bias = ctx.has("bias");
  const config = { units: node.args.features, use_bias: bias };
  const weights = { kernel: { from: "weight", order: [1, 0] }, ...(bias ? { bias: { from: "bias" } } : {}) };
  alongLast(linearAxis(node.args.axis, ctx.inputShape), ctx, (input, name) =>
    ctx.layer({ ...name, className: "Dense", config, weights }, input),
  );
}

function embedding(node: GraphNode<"embedding">, ctx: LayersLowering): void {
  const { count, features } = node.args;
  const config = { input_dim: count, output_dim: features };
  const weights = { embeddings: { from: "weight" } };
  ctx.output(ctx.layer({ className: "Embedding", config, weights }, ctx.input("first")), "first");
}

function batchNormalization(node: GraphNode<"bn">, ctx: LayersLowering): void {
  if (!ctx.has("running_mean")) return ctx.problem("needs to know its channels as a number");
  if (ctx.inputShape.length > 3)
    return ctx.problem("normalises along one of four axes, for which TensorFlow.js has no layer");
  const { affine, eps } = node.args;
  const config = { axis: -1, epsilon: eps, momentum: 0.9, center: affine, scale: affine };
  const weights = {
    ...(affine ? { gamma: { from: "weight" }, beta: { from: "bias" } } : {}),
    moving_mean: { from: "running_mean" },
    moving_variance: { from: "running_var" },
  };
  ctx.output(ctx.layer({ className: "BatchNormalization", config, weights }, ctx.input("last")), "last");
}

function layerNormalization(node: GraphNode<"layer_norm">, ctx: LayersLowering): void {
  const { affine, eps, axis } = node.args;
  if (ctx.inputShape.length > 3)
    return ctx.problem("normalises along one of four axes, for which TensorFlow.js has no layer");
  if (typeof sizeAlong(axis, ctx.inputShape) !== "number")
    return ctx.problem("needs to know the size of what it normalises as a number");
  const config = { axis: -1, epsilon: eps, center: affine, scale: affine };
  const weights = affine ? { gamma: { from: "weight" }, beta: { from: "bias" } } : {};
  alongLast(axis ?? featureAxis(ctx.inputShape), ctx, (input, name) =>
    ctx.layer({ ...name, className: "LayerNormalization", config, weights }, input),
  );
}

/** One slope for each channel, or one for all: it is shared along the other axes, which have a size of 1 then. */
function prelu(node: GraphNode<"prelu">, ctx: LayersLowering): void {
  const { slopes } = node.args;
  const rank = ctx.inputShape.length;
  const perChannel = slopes > 1 || channels(ctx.inputShape) === 1;
  const axes = ctx.inputShape.map((_, axis) => axis + 1);
  const shape = [...axes.slice(1).map(() => 1), slopes];
  const config = { shared_axes: perChannel ? axes.slice(0, rank - 1) : axes };
  const weights = { alpha: { from: "weight", shape } };
  ctx.output(ctx.layer({ className: "PReLU", config, weights }, ctx.input("last")), "last");
}
