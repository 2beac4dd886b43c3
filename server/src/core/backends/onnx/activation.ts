/** Activations that ONNX has no operator with a GPU kernel for. */
import type { GraphNode } from "../../ir/graph.ts";
import { axisOf, featureAxis } from "../../ops/axes.ts";
import { int } from "./codec.ts";
import type { Lowering } from "./lowering.ts";
import { reduced } from "./reduction.ts";

/** x · Φ(x) = x · (1 + erf(x / √2)) / 2. */
export function gelu(_node: GraphNode<"gelu">, ctx: Lowering): void {
  if (ctx.opset >= 20) return ctx.main("Gelu", [ctx.input]);
  const scaled = ctx.part("scaled", "Div", [ctx.input, ctx.constant("sqrt2", [], [Math.SQRT2])]);
  const erf = ctx.part("erf", "Erf", [scaled]);
  const shifted = ctx.part("shifted", "Add", [erf, ctx.constant("one", [], [1])]);
  const product = ctx.part("product", "Mul", [ctx.input, shifted]);
  ctx.main("Mul", [product, ctx.constant("half", [], [0.5])]);
}

export function softplus(_node: GraphNode<"softplus">, ctx: Lowering): void {
  ctx.main("Add", softplusTerms(ctx));
}

export function mish(_node: GraphNode<"mish">, ctx: Lowering): void {
  const gate = ctx.part("gate", "Tanh", [ctx.part("softplus", "Add", softplusTerms(ctx))]);
  ctx.main("Mul", [ctx.input, gate]);
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|), which no x makes overflow. */
function softplusTerms(ctx: Lowering): [string, string] {
  const positive = ctx.part("positive", "Relu", [ctx.input]);
  const negated = ctx.part("negated", "Neg", [ctx.part("absolute", "Abs", [ctx.input])]);
  const exponential = ctx.part("exponential", "Exp", [negated]);
  const shifted = ctx.part("shifted", "Add", [exponential, ctx.constant("one", [], [1])]);
  return [positive, ctx.part("logarithm", "Log", [shifted])];
}

export function softmax(node: GraphNode<"softmax">, ctx: Lowering): void {
  ctx.main("Softmax", [ctx.input], { axis: int(softmaxAxis(node)) });
}

/** x − m − ln Σ e^(x − m), where m is the maximum. */
export function logSoftmax(node: GraphNode<"log_softmax">, ctx: Lowering): void {
  const axis = softmaxAxis(node);
  const maximum = reduced(ctx, "maximum", "ReduceMax", ctx.input, axis);
  const shifted = ctx.part("shifted", "Sub", [ctx.input, maximum]);
  const exponential = ctx.part("exponential", "Exp", [shifted]);
  const sum = reduced(ctx, "sum", "ReduceSum", exponential, axis);
  ctx.main("Sub", [shifted, ctx.part("logarithm", "Log", [sum])]);
}

/** With the batch counted. */
function softmaxAxis(node: GraphNode<"softmax" | "log_softmax">): number {
  const input = node.inputs[0]?.shape ?? [];
  if (input.length === 0) return 0;
  return 1 + axisOf(node.args.axis ?? featureAxis(input), input);
}
