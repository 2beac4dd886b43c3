/** Normalisation layers at inference. */
import type { GraphNode } from "../../ir/graph.ts";
import { channels } from "../../shape/shape.ts";
import { float, int, ints } from "./codec.ts";
import type { Lowering } from "./lowering.ts";
import { padsAttribute } from "./windows.ts";

export function batchNormalization(node: GraphNode<"bn">, ctx: Lowering): void {
  const mean = ctx.weight("running_mean");
  const variance = ctx.weight("running_var");
  const count = channels(node.inputs[0]?.shape);
  if (mean === undefined || variance === undefined || typeof count !== "number") {
    return ctx.problem("needs to know its channels as a number");
  }
  const filled = (name: string, value: number) =>
    ctx.constant(name, [count], Array<number>(count).fill(value));
  const scale = ctx.weight("weight") ?? filled("scale", 1);
  const shift = ctx.weight("bias") ?? filled("shift", 0);
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
