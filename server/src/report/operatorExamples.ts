/**
 * One use of each operator for the reference, on an input of a usual size: the reference says what it leaves and
 * costs. Typed by the registry, so that an operator without one does not compile.
 */
import type { OperatorName } from "../core/ops/registry.ts";

export interface OperatorExample {
  /** Without the batch. */
  readonly input: readonly number[];
  /** Statements, of which the last one with the operator is meant. */
  readonly code: string;
}

const image = [64, 56, 56];
const vector = [512];
const sequence = [197, 768];

const on = (input: readonly number[], code: string): OperatorExample => ({ input, code });

export const operatorExamples: Readonly<Record<OperatorName, OperatorExample>> = {
  conv: on(image, "conv(128, kernel: 3, stride: 2)"),
  depthwise: on(image, "depthwise(3)"),
  separable: on(image, "separable(128, kernel: 3)"),
  conv_transpose: on(image, "conv_transpose(32, kernel: 2, stride: 2)"),
  linear: on(vector, "linear(1000)"),
  matmul: on([49, 64], "keys: linear(64) -> from in -> matmul(keys, transpose: true)"),
  attention: on(sequence, "attention(12)"),
  embedding: on([128], "embedding(10000, 256)"),
  class_token: on([196, 768], "class_token"),
  position_embedding: on(sequence, "position_embedding"),
  scale: on(image, "scale(init: 1e-6)"),
  bn: on(image, "bn"),
  layer_norm: on(sequence, "layer_norm"),
  group_norm: on(image, "group_norm(32)"),
  instance_norm: on(image, "instance_norm"),
  lrn: on(image, "lrn"),
  relu: on(image, "relu"),
  relu6: on(image, "relu6"),
  leaky_relu: on(image, "leaky_relu(0.2)"),
  prelu: on(image, "prelu(64)"),
  elu: on(image, "elu"),
  gelu: on(image, "gelu"),
  silu: on(image, "silu"),
  sigmoid: on(image, "sigmoid"),
  tanh: on(image, "tanh"),
  softplus: on(image, "softplus"),
  mish: on(image, "mish"),
  hard_swish: on(image, "hard_swish"),
  hard_sigmoid: on(image, "hard_sigmoid"),
  softmax: on(vector, "softmax"),
  log_softmax: on(vector, "log_softmax"),
  max_pool: on(image, "max_pool(3, stride: 2, padding: 1)"),
  avg_pool: on(image, "avg_pool(2)"),
  global_avg_pool: on(image, "global_avg_pool"),
  global_max_pool: on(image, "global_max_pool"),
  adaptive_avg_pool: on(image, "adaptive_avg_pool(7)"),
  adaptive_max_pool: on(image, "adaptive_max_pool(7)"),
  concat: on(image, "a: conv(32, kernel: 1) -> concat(in, a)"),
  add: on(image, "a: conv(64, kernel: 1) -> add(in, a)"),
  mul: on(image, "gate: global_avg_pool -> mul(in, gate)"),
  upsample: on(image, "upsample(2, mode: bilinear)"),
  flatten: on([512, 7, 7], "flatten"),
  reshape: on(sequence, "reshape([197, 12, -1])"),
  permute: on(image, "permute([1, 2, 0])"),
  transpose: on([768, 196], "transpose"),
  slice: on(image, "slice(axis: 0, end: 16)"),
  chunk: on(image, "chunk(0, of: 2)"),
  crop: on(image, "crop(48)"),
  pad: on(image, "pad([[0, 1], [0, 1]])"),
  channel_shuffle: on(image, "channel_shuffle(4)"),
  pixel_shuffle: on(image, "pixel_shuffle(2)"),
  dropout: on(vector, "dropout(0.2)"),
  drop_path: on(image, "drop_path(0.1)"),
};
