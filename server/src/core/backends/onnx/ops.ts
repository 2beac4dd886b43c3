/**
 * One row per operator: how it is written in ONNX operators of opset 17, such that ONNX Runtime has a GPU kernel
 * for each of them. A missing row does not compile. Larger lowerings have files of their own.
 */
import type { GraphNode } from "../../ir/graph.ts";
import type { OperatorName } from "../../ops/registry.ts";
import type { WindowArgs } from "../../ops/window.ts";
import { channels } from "../../shape/shape.ts";
import { float, int, ints } from "./codec.ts";
import type { Lowering } from "./lowering.ts";
import { batchNormalization, localResponseNormalization } from "./normalization.ts";
import { adaptiveAvgPool, avgPool, maxPool } from "./pooling.ts";
import { paddingAttributes, windowAttributes } from "./windows.ts";

type Table = { readonly [N in OperatorName]: (node: GraphNode<N>, ctx: Lowering) => void };

const table: Table = {
  conv: (node, ctx) => convolution(node, node.args, node.args.groups, ctx),
  depthwise: (node, ctx) => convolution(node, node.args, channels(node.inputs[0]?.shape), ctx),
  linear,
  bn: batchNormalization,
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
  hard_swish: (_node, ctx) =>
    ctx.main("Mul", [ctx.input, ctx.part("gate", "HardSigmoid", [ctx.input], hard)]),
  hard_sigmoid: (_node, ctx) => ctx.main("HardSigmoid", [ctx.input], hard),
  softmax: (node, ctx) =>
    ctx.main("Softmax", [ctx.input], { axis: int((node.inputs[0]?.shape.length ?? 1) > 2 ? 1 : -1) }),
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: direct("GlobalAveragePool"),
  global_max_pool: direct("GlobalMaxPool"),
  adaptive_avg_pool: adaptiveAvgPool,
  concat: (_node, ctx) => ctx.main("Concat", ctx.inputs, { axis: int(1) }),
  add: chain("Add"),
  mul: chain("Mul"),
  flatten: (_node, ctx) => ctx.main("Flatten", [ctx.input], { axis: int(1) }),
  dropout: direct("Identity"),
};

const hard = { alpha: float(1 / 6), beta: float(0.5) };

/** Writes one layer. */
export function lower(node: GraphNode, ctx: Lowering): void {
  // The table is indexed by the very operator that the node's type goes with, which TypeScript can't follow.
  (table[node.op] as (node: GraphNode, ctx: Lowering) => void)(node, ctx);
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

function convolution(node: GraphNode, window: WindowArgs, groups: unknown, ctx: Lowering): void {
  const weight = ctx.weight("weight");
  const input = node.inputs[0]?.shape ?? [];
  if (weight === undefined || typeof groups !== "number") {
    return ctx.problem("needs to know its input channels as a number");
  }
  const bias = ctx.weight("bias");
  ctx.main("Conv", [ctx.input, weight, ...(bias === undefined ? [] : [bias])], {
    ...windowAttributes(window),
    ...paddingAttributes(window, input),
    ...(groups === 1 ? {} : { group: int(groups) }),
  });
}

function linear(node: GraphNode<"linear">, ctx: Lowering): void {
  const weight = ctx.weight("weight");
  if (weight === undefined) return ctx.problem("needs to know its input features as a number");
  const bias = ctx.weight("bias");
  if (node.inputs[0]?.shape.length === 1) {
    const inputs = [ctx.input, weight, ...(bias === undefined ? [] : [bias])];
    return ctx.main("Gemm", inputs, { transB: int(1) });
  }
  const turned = ctx.part("transpose", "Transpose", [weight], { perm: ints([1, 0]) });
  if (bias === undefined) return ctx.main("MatMul", [ctx.input, turned]);
  ctx.main("Add", [ctx.part("product", "MatMul", [ctx.input, turned]), bias]);
}

/** The slopes get an axis of 1 for each axis after the channels, along which they are repeated. */
function prelu(node: GraphNode<"prelu">, ctx: Lowering): void {
  const ones = (node.inputs[0]?.shape ?? []).slice(1).map(() => 1);
  const slopes = ctx.reshapedWeight("weight", [node.args.slopes, ...ones]);
  if (slopes !== undefined) ctx.main("PRelu", [ctx.input, slopes]);
}

/** x · Φ(x) = x · (1 + erf(x / √2)) / 2: the operator itself came with opset 20. */
function gelu(_node: GraphNode<"gelu">, ctx: Lowering): void {
  const scaled = ctx.part("scaled", "Div", [ctx.input, ctx.constant("sqrt2", [], [Math.SQRT2])]);
  const erf = ctx.part("erf", "Erf", [scaled]);
  const shifted = ctx.part("shifted", "Add", [erf, ctx.constant("one", [], [1])]);
  const product = ctx.part("product", "Mul", [ctx.input, shifted]);
  ctx.main("Mul", [product, ctx.constant("half", [], [0.5])]);
}
