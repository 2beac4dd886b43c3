/** One row per operator: the module of PyTorch that it is, or the function. A missing row does not compile. */

import type { GraphNode } from "../../ir/graph.ts";
import { axisOf, broadcastShape, featureAxis } from "../../ops/axes.ts";
import { linearAxis } from "../../ops/linear.ts";
import { channels } from "../../shape/shape.ts";
import { lookUp, type OperatorTable } from "../operatorTable.ts";
import { convolution, depthwise, separable, transposedConvolution, upsample } from "./convolution.ts";
import { call, type Expr, infix, keyword, list, slot, suffix, text, tuple } from "./expression.ts";
import { adaptivePool, avgPool, globalPool, maxPool } from "./pooling.ts";
import { chunk, crop, flatten, pad, permute, reshape, slice, transpose } from "./reshaping.ts";
import { dimensionality, first, inputShape, type Refusal, type Row } from "./row.ts";

const table: OperatorTable<[], Row | Refusal> = {
  conv: convolution,
  depthwise,
  separable,
  conv_transpose: transposedConvolution,
  linear,
  matmul: (node) => ({
    plain: ([left = text("x"), right = text("y")]) =>
      infix("@", left, node.args.transpose ? suffix(right, ".transpose(-2, -1)") : right),
  }),
  attention: (node) =>
    withNumber(inputShape(node)[1], "features", (features) => ({
      module: call(
        "SelfAttention",
        slot("features", features),
        slot("heads", node.args.heads),
        keyword("bias", slot("bias", node.args.bias), true),
        keyword("batch_first", text("True")),
      ),
    })),
  embedding: (node) => ({
    module: call("nn.Embedding", slot("count", node.args.count), slot("features", node.args.features)),
    use: (self, inputs) => call(self, suffix(first(inputs), ".long()")),
  }),
  class_token: (node) =>
    withNumber(inputShape(node)[1], "features", (features) => ({
      parameter: call("nn.Parameter", call("torch.zeros", text("1"), text("1"), slot("features", features))),
      use: (self, inputs) =>
        call(
          "torch.cat",
          list(suffix(self, `.expand(${nameIn(inputs)}.shape[0], -1, -1)`), first(inputs)),
          text("1"),
        ),
    })),
  position_embedding(node) {
    const sizes = inputShape(node);
    const known = sizes.filter((size) => typeof size === "number");
    if (known.length < sizes.length) return { problem: "needs to know its length and features as numbers" };
    return {
      parameter: call(
        "nn.Parameter",
        suffix(
          call("torch.empty", text("1"), ...known.map((size) => slot("size", size))),
          ".normal_(std=0.02)",
        ),
      ),
      use: (self, inputs) => infix("+", first(inputs), self),
    };
  },
  scale(node) {
    const input = inputShape(node);
    const axis = featureAxis(input);
    if (typeof input[axis] !== "number") return { problem: "needs to know its channels as a number" };
    const shape = broadcastShape(axis, input).map((size, i) =>
      i === 0 ? slot("channels", size) : text("1"),
    );
    return {
      parameter: call("nn.Parameter", call("torch.full", tuple(...shape), initial(node.args.init))),
      use: (self, inputs) => infix("*", self, first(inputs)),
    };
  },
  bn: (node) =>
    withNumber(channels(inputShape(node)), "channels", (count) => ({
      module: call(
        `nn.BatchNorm${Math.max(1, inputShape(node).length - 1)}d`,
        slot("in_channels", count),
        keyword("eps", slot("eps", node.args.eps), 1e-5),
        keyword("affine", slot("affine", node.args.affine), true),
      ),
    })),
  layer_norm(node) {
    const input = inputShape(node);
    const axis = axisOf(node.args.axis ?? featureAxis(input), input);
    const isLast = axis === input.length - 1;
    return withNumber(input[axis], "features", (size) => ({
      module: call(
        isLast ? "nn.LayerNorm" : "AxisLayerNorm",
        slot("in_channels", size),
        keyword("eps", slot("eps", node.args.eps), 1e-5),
        keyword("elementwise_affine", slot("affine", node.args.affine), true),
        ...(isLast ? [] : [keyword("axis", slot("axis", axis + 1), 1)]),
      ),
    }));
  },
  group_norm: (node) =>
    withNumber(channels(inputShape(node)), "channels", (count) => ({
      module: call(
        "nn.GroupNorm",
        slot("groups", node.args.groups),
        slot("in_channels", count),
        keyword("eps", slot("eps", node.args.eps), 1e-5),
        keyword("affine", slot("affine", node.args.affine), true),
      ),
    })),
  instance_norm: (node) =>
    withNumber(channels(inputShape(node)), "channels", (count) => ({
      module: call(
        `nn.InstanceNorm${dimensionality(node)}`,
        slot("in_channels", count),
        keyword("eps", slot("eps", node.args.eps), 1e-5),
        keyword("affine", slot("affine", node.args.affine), false),
      ),
    })),
  lrn({ args }) {
    const rest = [
      slot("size", args.size),
      keyword("alpha", slot("alpha", args.alpha), 1e-4),
      keyword("beta", slot("beta", args.beta), 0.75),
      keyword("k", slot("k", args.k), 1),
    ];
    return {
      module: call("nn.LocalResponseNorm", ...rest),
      plain: (inputs) => call("F.local_response_norm", first(inputs), ...rest),
    };
  },
  relu: elementwise("nn.ReLU", "F.relu"),
  relu6: elementwise("nn.ReLU6", "F.relu6"),
  leaky_relu: (node) =>
    activation(
      "nn.LeakyReLU",
      "F.leaky_relu",
      keyword("negative_slope", slot("slope", node.args.slope), 0.01),
    ),
  prelu: (node) => ({
    module: call("nn.PReLU", keyword("num_parameters", slot("slopes", node.args.slopes), 1)),
  }),
  elu: (node) => activation("nn.ELU", "F.elu", keyword("alpha", slot("alpha", node.args.alpha), 1)),
  gelu: elementwise("nn.GELU", "F.gelu"),
  silu: elementwise("nn.SiLU", "F.silu"),
  sigmoid: elementwise("nn.Sigmoid", "torch.sigmoid"),
  tanh: elementwise("nn.Tanh", "torch.tanh"),
  softplus: elementwise("nn.Softplus", "F.softplus"),
  mish: elementwise("nn.Mish", "F.mish"),
  hard_swish: elementwise("nn.Hardswish", "F.hardswish"),
  hard_sigmoid: elementwise("nn.Hardsigmoid", "F.hardsigmoid"),
  softmax: (node) => activation("nn.Softmax", "F.softmax", keyword("dim", slot("axis", softmaxAxis(node)))),
  log_softmax: (node) =>
    activation("nn.LogSoftmax", "F.log_softmax", keyword("dim", slot("axis", softmaxAxis(node)))),
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: (node) => globalPool(node, "Avg"),
  global_max_pool: (node) => globalPool(node, "Max"),
  adaptive_avg_pool: (node) => adaptivePool(node, "Avg"),
  adaptive_max_pool: (node) => adaptivePool(node, "Max"),
  concat: () => ({ plain: (inputs) => call("torch.cat", list(...inputs), text("1")) }),
  add: () => ({ plain: (inputs) => infix("+", ...inputs) }),
  mul: () => ({ plain: (inputs) => infix("*", ...inputs) }),
  upsample,
  flatten,
  reshape,
  permute,
  transpose,
  slice,
  chunk,
  crop,
  pad,
  channel_shuffle({ args, inputs }) {
    const groups = slot("groups", args.groups);
    const rank = inputs[0]?.shape.length ?? 3;
    if (rank !== 3) return { plain: (given) => call("shuffle_channels", first(given), groups) };
    return {
      module: call("nn.ChannelShuffle", groups),
      plain: (given) => call("F.channel_shuffle", first(given), groups),
    };
  },
  pixel_shuffle: (node) => ({
    module: call("nn.PixelShuffle", slot("factor", node.args.factor)),
    plain: (inputs) => call("F.pixel_shuffle", first(inputs), slot("factor", node.args.factor)),
  }),
  dropout: (node) => ({
    module: call("nn.Dropout", slot("p", node.args.p)),
    plain: (inputs) => call("F.dropout", first(inputs), slot("p", node.args.p), text("self.training")),
  }),
  drop_path: (node) => ({ module: call("DropPath", slot("p", node.args.p)) }),
};

/** How a layer is written, or why it can't be. */
export function rowOf(node: GraphNode): Row | Refusal {
  return lookUp(table, node);
}

function elementwise(module: string, plain: string) {
  return (): Row => activation(module, plain);
}

function activation(module: string, plain: string, ...args: Parameters<typeof call>[1][]): Row {
  return { module: call(module, ...args), plain: (inputs) => call(plain, first(inputs), ...args) };
}

function withNumber(size: unknown, what: string, row: (size: number) => Row): Row | Refusal {
  return typeof size === "number" ? row(size) : { problem: `needs to know its ${what} as a number` };
}

function linear(node: GraphNode<"linear">): Row | Refusal {
  const input = inputShape(node);
  const axis = linearAxis(node.args.axis, input);
  const isLast = axis === input.length - 1;
  return withNumber(input[axis], "input features", (size) => ({
    module: call(
      isLast ? "nn.Linear" : "AxisLinear",
      slot("in_channels", size),
      slot("features", node.args.features),
      keyword("bias", slot("bias", node.args.bias), true),
      ...(isLast ? [] : [keyword("axis", slot("axis", axis + 1), 1)]),
    ),
  }));
}

function softmaxAxis(node: GraphNode<"softmax" | "log_softmax">): number {
  const input = inputShape(node);
  if (input.length === 0) return 0;
  return 1 + axisOf(node.args.axis ?? featureAxis(input), input);
}

/** A whole number would make a tensor of integers. */
function initial(value: number): Expr {
  return Number.isInteger(value) ? text(`${value}.0`) : slot("init", value);
}

/** The variable that an input is in: inputs are variables or modules' results. */
function nameIn(inputs: readonly Expr[]): string {
  const given = first(inputs);
  return given.kind === "text" ? given.text : "x";
}
