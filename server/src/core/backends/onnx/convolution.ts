/** Convolutions of every kind, and resizing. */
import type { GraphNode } from "../../ir/graph.ts";
import { separableHalves } from "../../ops/convolution.ts";
import { transposedPadding } from "../../ops/transposedConvolution.ts";
import type { WindowArgs } from "../../ops/window.ts";
import { type Shape, spatial } from "../../shape/shape.ts";
import { int, ints, text } from "./codec.ts";
import type { Attributes, Lowering } from "./lowering.ts";
import { paddingAttributes, padsAttribute, windowAttributes } from "./windows.ts";

const unknownChannels = "needs to know its input channels as a number";

export function convolution(node: GraphNode, window: WindowArgs, groups: unknown, ctx: Lowering): void {
  const weight = ctx.weight("weight");
  if (weight === undefined || typeof groups !== "number") return ctx.problem(unknownChannels);
  ctx.main(
    "Conv",
    operands(ctx.input, weight, ctx.weight("bias")),
    convolutionAttributes(window, inputShape(node), groups, ctx),
  );
}

export function separable(node: GraphNode<"separable">, ctx: Lowering): void {
  const input = inputShape(node);
  const [depth, point] = separableHalves(node.args, input);
  const weights = [ctx.weight("depthwise.weight"), ctx.weight("pointwise.weight")];
  const [first, second] = weights;
  if (first === undefined || second === undefined || typeof depth.groups !== "number")
    return ctx.problem(unknownChannels);
  const between = ctx.part(
    "depthwise",
    "Conv",
    [ctx.input, first],
    convolutionAttributes(depth, input, depth.groups, ctx),
  );
  ctx.main(
    "Conv",
    operands(between, second, ctx.weight("pointwise.bias")),
    convolutionAttributes(point, node.output.shape, 1, ctx),
  );
}

export function transposedConvolution(node: GraphNode<"conv_transpose">, ctx: Lowering): void {
  const weight = ctx.weight("weight");
  if (weight === undefined) return ctx.problem(unknownChannels);
  const { pads, output } = transposedPadding(node.args, inputShape(node));
  ctx.main("ConvTranspose", operands(ctx.input, weight, ctx.weight("bias")), {
    ...windowAttributes(node.args),
    pads: padsAttribute(pads),
    ...(output.some((cells) => cells > 0) ? { output_padding: ints(output) } : {}),
    ...(node.args.groups === 1 ? {} : { group: int(node.args.groups) }),
  });
}

function convolutionAttributes(window: WindowArgs, input: Shape, groups: number, ctx: Lowering): Attributes {
  return {
    ...windowAttributes(window),
    ...paddingAttributes(window, input, ctx),
    ...(groups === 1 ? {} : { group: int(groups) }),
  };
}

function operands(input: string, weight: string, bias: string | undefined): string[] {
  return bias === undefined ? [input, weight] : [input, weight, bias];
}

/** Coordinates as PyTorch's `interpolate` takes them. */
export function upsample(node: GraphNode<"upsample">, ctx: Lowering): void {
  const { args } = node;
  const output = spatial(node.output.shape);
  const scales = spatial(inputShape(node)).map((size, axis) =>
    scaleOf(size, output[axis], args.scale?.[axis]),
  );
  if (!scales.every((scale) => scale !== undefined))
    return ctx.problem("needs height and width as numbers, its own and its input's, to reach a size");
  const coordinates =
    args.mode === "nearest" ? "asymmetric" : args.align_corners ? "align_corners" : "half_pixel";
  // The empty name stands for the region of interest, which other modes take.
  ctx.main("Resize", [ctx.input, "", ctx.single("scales", [1, 1, ...scales])], {
    mode: text(args.mode === "nearest" ? "nearest" : "linear"),
    coordinate_transformation_mode: text(coordinates),
    ...(args.mode === "nearest" ? { nearest_mode: text("floor") } : {}),
  });
}

/**
 * The float32 scale by which a runtime comes to the very size of our shape rule: it multiplies and drops the
 * fraction. Sizes themselves can't be written, since the batch's would be among them.
 */
function scaleOf(size: unknown, output: unknown, given: number | undefined): number | undefined {
  if (typeof size !== "number" || typeof output !== "number") return given;
  let scale = Math.fround(given ?? output / size);
  for (let tries = 0; tries < 8; tries++) {
    // Shape inference multiplies in double precision, some kernels in single.
    const [low, high] = [Math.floor(scale * size), Math.floor(Math.fround(scale * size))];
    if (low === output && high === output) break;
    scale = Math.fround(scale * (1 + (low < output ? 1 : -1) * 2 ** -23));
  }
  return scale;
}

/** A linear layer: along the channels of a feature map it is a 1×1 convolution, elsewhere a product of matrices. */
export function channelProduct(node: GraphNode<"linear">, ctx: Lowering): void {
  const [inputs, ...others] = inputShape(node);
  const ones = others.map(() => 1);
  const weight = ctx.reshapedWeight("weight", [node.args.features, Number(inputs), ...ones]);
  if (weight === undefined) return ctx.problem("needs to know its input features as a number");
  ctx.main("Conv", operands(ctx.input, weight, ctx.weight("bias")), { kernel_shape: ints(ones) });
}

function inputShape(node: GraphNode): Shape {
  return node.inputs[0]?.shape ?? [];
}
