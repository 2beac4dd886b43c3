/** Normalisation layers at inference. */
import type { GraphNode } from "../../ir/graph.ts";
import { axisOf, featureAxis } from "../../ops/axes.ts";
import { channels } from "../../shape/shape.ts";
import { float, int, ints } from "./codec.ts";
import type { Attributes, Lowering } from "./lowering.ts";
import { reduced } from "./reduction.ts";
import { inputShapeOperand, swapped } from "./reshaping.ts";
import { padsAttribute } from "./windows.ts";

export function batchNormalization(node: GraphNode<"bn">, ctx: Lowering): void {
  const mean = ctx.weight("running_mean");
  const variance = ctx.weight("running_var");
  const count = channels(node.inputs[0]?.shape);
  if (mean === undefined || variance === undefined || typeof count !== "number") {
    return ctx.problem("needs to know its channels as a number");
  }
  const scale = ctx.weight("weight") ?? filled(ctx, "scale", count, 1);
  const shift = ctx.weight("bias") ?? filled(ctx, "shift", count, 0);
  ctx.main("BatchNormalization", [ctx.input, scale, shift, mean, variance], {
    epsilon: float(node.args.eps),
  });
}

/**
 * x / (k + alpha · m)^beta, where m is the mean of the squares over the channels around. The mean is an average
 * pool along the channels, which take the place of a spatial axis for it: ONNX's own LRN has no GPU kernel. Of an
 * even number of channels the odd one comes before, as in PyTorch.
 */
export function localResponseNormalization(node: GraphNode<"lrn">, ctx: Lowering): void {
  const { size, alpha, beta, k } = node.args;
  const axes = (node.inputs[0]?.shape.length ?? 3) - 1;
  const swap = { perm: ints([0, 2, 1, ...Array.from({ length: axes - 1 }, (_, i) => i + 3)]) };
  const others = Array.from({ length: axes - 1 }, () => 0);
  const squares = ctx.part("squares", "Mul", [ctx.input, ctx.input]);
  const turned = ctx.part("turned", "Transpose", [squares], swap);
  const means = ctx.part("means", "AveragePool", [turned], {
    kernel_shape: ints([size, ...others.map(() => 1)]),
    strides: ints([1, ...others.map(() => 1)]),
    pads: padsAttribute([
      [Math.floor(size / 2), Math.floor((size - 1) / 2)],
      ...others.map(() => [0, 0] as const),
    ]),
    count_include_pad: int(1),
  });
  const back = ctx.part("back", "Transpose", [means], swap);
  const scaled = ctx.part("scaled", "Mul", [back, ctx.constant("alpha", [], [alpha])]);
  const base = ctx.part("base", "Add", [scaled, ctx.constant("k", [], [k])]);
  const divisor = ctx.part("divisor", "Pow", [base, ctx.constant("beta", [], [beta])]);
  ctx.main("Div", [ctx.input, divisor]);
}

/** ONNX normalises the last axes: another one is put there, and back. */
export function layerNormalization(node: GraphNode<"layer_norm">, ctx: Lowering): void {
  const input = node.inputs[0]?.shape ?? [];
  const axis = axisOf(node.args.axis ?? featureAxis(input), input);
  const size = input[axis];
  if (typeof size !== "number")
    return ctx.problem("needs to know the size of what it normalises as a number");
  const scale = ctx.weight("weight") ?? filled(ctx, "scale", size, 1);
  const shift = ctx.weight("bias") ?? filled(ctx, "shift", size, 0);
  const last = input.length - 1;
  if (axis === last) return ctx.main(...lastNormalised(ctx, ctx.input, scale, shift, node.args.eps, last));
  const swap = swapped(input.length, axis, last);
  const turned = ctx.part("turned", "Transpose", [ctx.input], swap);
  const normal = ctx.part("normal", ...lastNormalised(ctx, turned, scale, shift, node.args.eps, last));
  ctx.main("Transpose", [normal], swap);
}

type LastNode = [opType: string, inputs: readonly string[], attributes?: Attributes];

/** The last node of normalising the last axis: the only one from opset 17 on. */
function lastNormalised(
  ctx: Lowering,
  input: string,
  scale: string,
  shift: string,
  eps: number,
  axis: number,
): LastNode {
  if (ctx.opset >= 17)
    return ["LayerNormalization", [input, scale, shift], { axis: int(-1), epsilon: float(eps) }];
  const centred = ctx.part("centred", "Sub", [input, reduced(ctx, "mean", "ReduceMean", input, axis + 1)]);
  const squares = ctx.part("squares", "Mul", [centred, centred]);
  const variance = reduced(ctx, "variance", "ReduceMean", squares, axis + 1);
  const raised = ctx.part("raised", "Add", [variance, ctx.constant("eps", [], [eps])]);
  const even = ctx.part("even", "Div", [centred, ctx.part("deviation", "Sqrt", [raised])]);
  return ["Add", [ctx.part("scaled", "Mul", [even, scale]), shift]];
}

/** Each group becomes one channel of an instance normalisation. */
export function groupNormalization(node: GraphNode<"group_norm">, ctx: Lowering): void {
  const { groups, eps, affine } = node.args;
  const input = node.inputs[0]?.shape ?? [];
  const count = channels(input);
  if (typeof count !== "number") return ctx.problem("needs to know its channels as a number");
  const grouped = ctx.part("grouped", "Reshape", [ctx.input, ctx.integers("groups", [0, groups, -1])]);
  const normal = ctx.part(
    "normal",
    "InstanceNormalization",
    [grouped, filled(ctx, "ones", groups, 1), filled(ctx, "zeros", groups, 0)],
    { epsilon: float(eps) },
  );
  const shape = inputShapeOperand(node, ctx);
  const spread = [count, ...input.slice(1).map(() => 1)];
  const scale = ctx.reshapedWeight("weight", spread);
  const shift = ctx.reshapedWeight("bias", spread);
  if (!affine || scale === undefined || shift === undefined) return ctx.main("Reshape", [normal, shape]);
  const back = ctx.part("back", "Reshape", [normal, shape]);
  ctx.main("Add", [ctx.part("scaled", "Mul", [back, scale]), shift]);
}

export function instanceNormalization(node: GraphNode<"instance_norm">, ctx: Lowering): void {
  const count = channels(node.inputs[0]?.shape);
  if (typeof count !== "number") return ctx.problem("needs to know its channels as a number");
  const scale = ctx.weight("weight") ?? filled(ctx, "scale", count, 1);
  const shift = ctx.weight("bias") ?? filled(ctx, "shift", count, 0);
  ctx.main("InstanceNormalization", [ctx.input, scale, shift], { epsilon: float(node.args.eps) });
}

/** A trained factor for each channel; its shape is spread over the axes after them. */
export function scale(_node: GraphNode<"scale">, ctx: Lowering): void {
  const factors = ctx.weight("");
  if (factors === undefined) return ctx.problem("needs to know its channels as a number");
  ctx.main("Mul", [ctx.input, factors]);
}

function filled(ctx: Lowering, name: string, count: number, value: number): string {
  return ctx.constant(name, [count], Array<number>(count).fill(value));
}
