/** The list of operators: one line each. Back ends are typed by it, so that a missing lowering does not compile. */
import * as activation from "./activation.ts";
import { attention } from "./attention.ts";
import * as combination from "./combination.ts";
import { conv, depthwise, separable } from "./convolution.ts";
import * as embedding from "./embedding.ts";
import { linear, matmul } from "./linear.ts";
import * as normalization from "./normalization.ts";
import type { ArgsOf, Operator } from "./operator.ts";
import * as pooling from "./pooling.ts";
import { drop_path, dropout } from "./regularization.ts";
import { upsample } from "./resampling.ts";
import * as reshaping from "./reshaping.ts";
import * as slicing from "./slicing.ts";
import { conv_transpose } from "./transposedConvolution.ts";

export const operators = {
  conv,
  depthwise,
  separable,
  conv_transpose,
  linear,
  matmul,
  attention,
  embedding: embedding.embedding,
  class_token: embedding.class_token,
  position_embedding: embedding.position_embedding,
  scale: embedding.scale,
  bn: normalization.bn,
  layer_norm: normalization.layer_norm,
  group_norm: normalization.group_norm,
  instance_norm: normalization.instance_norm,
  lrn: normalization.lrn,
  relu: activation.relu,
  relu6: activation.relu6,
  leaky_relu: activation.leaky_relu,
  prelu: activation.prelu,
  elu: activation.elu,
  gelu: activation.gelu,
  silu: activation.silu,
  sigmoid: activation.sigmoid,
  tanh: activation.tanh,
  softplus: activation.softplus,
  mish: activation.mish,
  hard_swish: activation.hard_swish,
  hard_sigmoid: activation.hard_sigmoid,
  softmax: activation.softmax,
  log_softmax: activation.log_softmax,
  max_pool: pooling.max_pool,
  avg_pool: pooling.avg_pool,
  global_avg_pool: pooling.global_avg_pool,
  global_max_pool: pooling.global_max_pool,
  adaptive_avg_pool: pooling.adaptive_avg_pool,
  adaptive_max_pool: pooling.adaptive_max_pool,
  concat: combination.concat,
  add: combination.add,
  mul: combination.mul,
  upsample,
  flatten: reshaping.flatten,
  reshape: reshaping.reshape,
  permute: reshaping.permute,
  transpose: reshaping.transpose,
  slice: slicing.slice,
  chunk: slicing.chunk,
  crop: slicing.crop,
  pad: slicing.pad,
  channel_shuffle: reshaping.channel_shuffle,
  pixel_shuffle: reshaping.pixel_shuffle,
  dropout,
  drop_path,
};

export type OperatorName = keyof typeof operators;

/** The typed arguments of an operator. */
export type OperatorArgs<N extends OperatorName> = ArgsOf<(typeof operators)[N]["params"]>;

/** An operator whose argument types are no longer known: what generic code works with. */
export type AnyOperator = Operator & { readonly name: OperatorName };

export function operatorNamed(name: string): AnyOperator | undefined {
  return Object.hasOwn(operators, name)
    ? (operators[name as OperatorName] as unknown as AnyOperator)
    : undefined;
}

/** What PyTorch, Keras and papers call our layers: a name typed from habit is led to ours. */
const aliases: Readonly<Record<string, OperatorName>> = {
  batchnorm: "bn",
  batchnormalization: "bn",
  convolution: "conv",
  dense: "linear",
  fc: "linear",
  gemm: "linear",
  depthwiseconv: "depthwise",
  separableconv: "separable",
  convtranspose: "conv_transpose",
  deconv: "conv_transpose",
  maxpool: "max_pool",
  maxpooling: "max_pool",
  avgpool: "avg_pool",
  averagepool: "avg_pool",
  averagepooling: "avg_pool",
  globalaveragepool: "global_avg_pool",
  globalaveragepooling: "global_avg_pool",
  gap: "global_avg_pool",
  adaptiveavgpool: "adaptive_avg_pool",
  adaptivemaxpool: "adaptive_max_pool",
  localresponsenorm: "lrn",
  layernorm: "layer_norm",
  groupnorm: "group_norm",
  instancenorm: "instance_norm",
  swish: "silu",
  hardswish: "hard_swish",
  hswish: "hard_swish",
  hardsigmoid: "hard_sigmoid",
  hsigmoid: "hard_sigmoid",
  leakyrelu: "leaky_relu",
  multiheadattention: "attention",
  channelshuffle: "channel_shuffle",
  pixelshuffle: "pixel_shuffle",
  upsampling: "upsample",
  interpolate: "upsample",
  view: "reshape",
  zeropad: "pad",
  stochasticdepth: "drop_path",
};

/** Our name for a layer that others call so; `BatchNorm2d`, `batch_norm` and `MaxPool` are told alike. */
export function aliasOf(name: string): OperatorName | undefined {
  const plain = name
    .toLowerCase()
    .replaceAll("_", "")
    .replace(/[123]d$/, "");
  return Object.hasOwn(aliases, plain) ? aliases[plain] : operatorNamed(plain)?.name;
}
