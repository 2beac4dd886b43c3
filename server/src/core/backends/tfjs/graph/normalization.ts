/** Normalisation layers at inference, as TensorFlow operators. */
import type { GraphNode } from "../../../ir/graph.ts";
import { axisOf, featureAxis } from "../../../ops/axes.ts";
import { channels } from "../../../shape/shape.ts";
import { alongLast } from "./along.ts";
import type { GraphLowering } from "./lowering.ts";
import { float, int, text } from "./nodeDef.ts";
import { reduced } from "./pooling.ts";
import { perAxis, surrounded } from "./windows.ts";

const unknownChannels = "needs to know its channels as a number";

export function batchNormalization({ args }: GraphNode<"bn">, ctx: GraphLowering): void {
  const mean = ctx.weight("running_mean");
  const variance = ctx.weight("running_var");
  const count = channels(ctx.inputShape);
  if (mean === undefined || variance === undefined || typeof count !== "number")
    return ctx.problem(unknownChannels);
  const input = ctx.input("last");
  if (ctx.inputShape.length <= 3) {
    const scale = ctx.weight("weight") ?? ctx.floats("scale", Array<number>(count).fill(1));
    const shift = ctx.weight("bias") ?? ctx.floats("shift", Array<number>(count).fill(0));
    const attributes = { epsilon: float(args.eps) };
    return ctx.output(
      ctx.part("norm", "FusedBatchNormV3", [input, scale, shift, mean, variance], attributes),
      "last",
    );
  }
  const centred = ctx.part("centred", "Sub", [input, mean]);
  ctx.output(scaled(ctx.part("even", "Mul", [centred, inverse(variance, args.eps, ctx)]), ctx), "last");
}

/** 1 / √(variance + eps). */
function inverse(variance: string, eps: number, ctx: GraphLowering): string {
  const raised = ctx.part("raised", "AddV2", [variance, ctx.floats("eps", [eps], [])]);
  return ctx.part("inverse", "Rsqrt", [raised]);
}

/** By the layer's trained scale and shift, where it has them. */
function scaled(tensor: string, ctx: GraphLowering): string {
  const scale = ctx.weight("weight");
  const shift = ctx.weight("bias");
  const product = scale === undefined ? tensor : ctx.part("scaled", "Mul", [tensor, scale]);
  return shift === undefined ? product : ctx.part("shifted", "AddV2", [product, shift]);
}

/** x less its mean, over its deviation, where `meanOf` keeps the axes. */
function standardised(
  input: string,
  eps: number,
  ctx: GraphLowering,
  meanOf: (name: string, tensor: string) => string,
): string {
  const centred = ctx.part("centred", "Sub", [input, meanOf("mean", input)]);
  const variance = meanOf("variance", ctx.part("squares", "Square", [centred]));
  return ctx.part("even", "Mul", [centred, inverse(variance, eps, ctx)]);
}

export function layerNormalization({ args }: GraphNode<"layer_norm">, ctx: GraphLowering): void {
  const axis = axisOf(args.axis ?? featureAxis(ctx.inputShape), ctx.inputShape);
  if (args.affine && typeof ctx.inputShape[axis] !== "number")
    return ctx.problem("needs to know the size of what it normalises as a number");
  const last = [ctx.inputShape.length];
  alongLast(axis, ctx, (input) =>
    scaled(
      standardised(input, args.eps, ctx, (name, tensor) => reduced(name, "Avg", tensor, last, ctx)),
      ctx,
    ),
  );
}

/** Means of groups are means of their channels' means, which a group then shares. */
export function groupNormalization({ args }: GraphNode<"group_norm">, ctx: GraphLowering): void {
  const count = channels(ctx.inputShape);
  if (typeof count !== "number") return ctx.problem(unknownChannels);
  const { groups, eps } = args;
  const sides = ctx.inputShape.slice(1).map((_, axis) => axis + 1);
  const inGroup = count / groups;
  const meanOf = (name: string, tensor: string) => {
    const means = sides.length === 0 ? tensor : reduced(`${name}/channels`, "Avg", tensor, sides, ctx);
    const shape = ctx.integers(`${name}/parts`, [-1, groups, inGroup]);
    const grouped = ctx.part(`${name}/grouped`, "Reshape", [means, shape]);
    const ofGroup = reduced(`${name}/group`, "Avg", grouped, [2], ctx);
    const shared = ctx.part(`${name}/shared`, "Tile", [
      ofGroup,
      ctx.integers(`${name}/times`, [1, 1, inGroup]),
    ]);
    const back = ctx.integers(`${name}/shape`, [-1, ...sides.map(() => 1), count]);
    return ctx.part(name, "Reshape", [shared, back]);
  };
  ctx.output(scaled(standardised(ctx.input("last"), eps, ctx, meanOf), ctx), "last");
}

export function instanceNormalization({ args }: GraphNode<"instance_norm">, ctx: GraphLowering): void {
  if (args.affine && typeof channels(ctx.inputShape) !== "number") return ctx.problem(unknownChannels);
  const sides = ctx.inputShape.slice(1).map((_, axis) => axis + 1);
  const meanOf = (name: string, tensor: string) => reduced(name, "Avg", tensor, sides, ctx);
  ctx.output(scaled(standardised(ctx.input("last"), args.eps, ctx, meanOf), ctx), "last");
}

/**
 * TensorFlow's own operator takes a sum over as many channels after as before, of an image. An even number of them,
 * where the odd one comes before, is a mean pool along the channels, as is any of another tensor.
 */
export function localResponseNormalization({ args }: GraphNode<"lrn">, ctx: GraphLowering): void {
  const { size, alpha, beta, k } = args;
  const input = ctx.input("last");
  if (size % 2 === 1 && ctx.inputShape.length === 3) {
    const attributes = {
      depth_radius: int((size - 1) / 2),
      bias: float(k),
      alpha: float(alpha / size),
      beta: float(beta),
    };
    return ctx.output(ctx.part("norm", "LRN", [input], attributes), "last");
  }
  const count = channels(ctx.inputShape);
  const sizes = ctx.inputShape.slice(1);
  if (typeof count !== "number" || !sizes.every((side) => typeof side === "number"))
    return ctx.problem("needs to know its sizes as numbers");
  const rows = ctx.integers("rows/shape", [-1, 1, count, 1]);
  const squares = ctx.part("rows", "Reshape", [ctx.part("squares", "Square", [input]), rows]);
  const around = [Math.floor(size / 2), Math.floor((size - 1) / 2)] as const;
  const none = [0, 0] as const;
  const padded = surrounded("pad", squares, [none, none, around, none], 0, ctx);
  const means = ctx.part("means", "AvgPool", [padded], {
    ksize: perAxis([1, size]),
    strides: perAxis([1, 1]),
    padding: text("VALID"),
  });
  const back = ctx.part("back", "Reshape", [means, ctx.integers("back/shape", [-1, ...sizes, count])]);
  const product = ctx.part("product", "Mul", [back, ctx.floats("alpha", [alpha], [])]);
  const base = ctx.part("base", "AddV2", [product, ctx.floats("k", [k], [])]);
  const divisor = ctx.part("divisor", "Pow", [base, ctx.floats("beta", [beta], [])]);
  ctx.output(ctx.part("norm", "RealDiv", [input, divisor]), "last");
}

/** A trained factor for each channel, or for each feature. */
export function scale(_node: GraphNode<"scale">, ctx: GraphLowering): void {
  const layout = ctx.inputShape.length > 2 ? "last" : "first";
  const size = ctx.inputShape[featureAxis(ctx.inputShape)];
  const factors = typeof size === "number" ? ctx.weight("", { shape: [size] }) : undefined;
  if (factors === undefined) return ctx.problem(unknownChannels);
  ctx.output(ctx.part("product", "Mul", [ctx.input(layout), factors]), layout);
}
