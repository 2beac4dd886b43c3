/** Convolutions and enlarging as Keras layers. */
import type { GraphNode } from "../../../ir/graph.ts";
import { separableHalves } from "../../../ops/convolution.ts";
import { transposedPadding } from "../../../ops/transposedConvolution.ts";
import type { WindowArgs } from "../../../ops/window.ts";
import { channels, type Shape, spatial } from "../../../shape/shape.ts";
import type { LayersLowering } from "./lowering.ts";
import { padded, windowConfig } from "./windows.ts";

const unknownChannels = "needs to know its input channels as a number";

interface Half extends WindowArgs {
  readonly outChannels: number;
  readonly groups: number;
  /** Where its weights are in the state_dict, and how its layer is called. */
  readonly prefix: string;
  readonly name?: string;
}

export function convolution(node: GraphNode<"conv">, ctx: LayersLowering): void {
  const { channels: outChannels, groups } = node.args;
  const made = convolve(
    { ...node.args, outChannels, groups, prefix: "" },
    ctx.input("last"),
    ctx.inputShape,
    ctx,
  );
  if (made !== undefined) ctx.output(made, "last");
}

export function depthwise(node: GraphNode<"depthwise">, ctx: LayersLowering): void {
  const groups = channels(ctx.inputShape);
  const outChannels = channels(node.output.shape);
  if (typeof groups !== "number" || typeof outChannels !== "number") return ctx.problem(unknownChannels);
  const half = { ...node.args, outChannels, groups, prefix: "" };
  const made = convolve(half, ctx.input("last"), ctx.inputShape, ctx);
  if (made !== undefined) ctx.output(made, "last");
}

/** Two layers, as their weights are two in the state_dict. */
export function separable(node: GraphNode<"separable">, ctx: LayersLowering): void {
  const [depth, point] = separableHalves(node.args, ctx.inputShape);
  if (typeof depth.groups !== "number" || typeof depth.outChannels !== "number")
    return ctx.problem(unknownChannels);
  const first = { ...depth, groups: depth.groups, outChannels: depth.outChannels };
  const between = convolve(
    { ...first, prefix: "depthwise.", name: "depthwise" },
    ctx.input("last"),
    ctx.inputShape,
    ctx,
  );
  if (between === undefined) return;
  const second = { ...point, groups: 1, outChannels: node.args.channels, prefix: "pointwise." };
  const made = convolve(second, between, node.output.shape, ctx);
  if (made !== undefined) ctx.output(made, "last");
}

/** One convolution, channels last; undefined after a problem. */
function convolve(half: Half, input: string, shape: Shape, ctx: LayersLowering): string | undefined {
  const { kernel, groups, outChannels, prefix } = half;
  const rank = kernel.length;
  const count = channels(shape);
  if (typeof count !== "number") return refuse(unknownChannels, ctx);
  const isDepthwise = groups > 1 && groups === count;
  if (groups > 1 && !isDepthwise)
    return refuse(`splits its channels into ${groups} groups, for which TensorFlow.js has no layer`, ctx);
  if (isDepthwise && rank !== 2)
    return refuse(
      `is a depthwise convolution along ${rank === 1 ? "one axis" : "three axes"}, for which TensorFlow.js has no layer`,
      ctx,
    );
  if (half.stride.some((s) => s > 1) && half.dilation.some((d) => d > 1))
    return refuse("has a stride and a dilation, of which a layer of TensorFlow.js takes one", ctx);
  const source = padded(half, shape, input, ctx);
  if (!source) return undefined;
  const window = windowConfig(half, source.padding);
  const named = half.name === undefined ? {} : { name: half.name };
  const bias = ctx.has(`${prefix}bias`);
  const biasWeight = bias ? { bias: { from: `${prefix}bias` } } : {};
  const cells = kernel.map((_, axis) => axis + 2);
  if (isDepthwise) {
    const multiplier = outChannels / groups;
    const weight = {
      from: `${prefix}weight`,
      sizes: [groups, multiplier, ...kernel],
      order: [...cells, 0, 1],
    };
    const config = { ...window, depth_multiplier: multiplier, use_bias: bias };
    const weights = { depthwise_kernel: weight, ...biasWeight };
    return ctx.layer({ ...named, className: "DepthwiseConv2D", config, weights }, source.tensor);
  }
  const weight = { from: `${prefix}weight`, order: [...cells, 1, 0] };
  const config = { filters: outChannels, ...window, use_bias: bias };
  return ctx.layer(
    { ...named, className: `Conv${rank}D`, config, weights: { kernel: weight, ...biasWeight } },
    source.tensor,
  );
}

function refuse(message: string, ctx: LayersLowering): undefined {
  ctx.problem(message);
  return undefined;
}

/** Keras makes the whole output; what the padding cuts off is cropped. */
export function transposedConvolution(node: GraphNode<"conv_transpose">, ctx: LayersLowering): void {
  const { kernel, stride, dilation, groups, channels: filters } = node.args;
  const rank = kernel.length;
  if (groups > 1)
    return ctx.problem(`splits its channels into ${groups} groups, for which TensorFlow.js has no layer`);
  if (dilation.some((d) => d > 1))
    return ctx.problem("is dilated, which no layer of TensorFlow.js enlarges by");
  if (rank === 1) return ctx.problem("enlarges along one axis, for which TensorFlow.js has no layer");
  if (rank === 3)
    return ctx.problem("enlarges along three axes, which TensorFlow.js gets wrong in WebAssembly");
  if (!ctx.has("weight")) return ctx.problem(unknownChannels);
  const { pads, output } = transposedPadding(node.args, ctx.inputShape);
  const crops = pads.map(([before, after], axis) => {
    const past = Math.max(0, (stride[axis] ?? 1) - (kernel[axis] ?? 1));
    return [before, after + past - (output[axis] ?? 0)] as const;
  });
  if (crops.some(([, after]) => after < 0))
    return ctx.problem("adds cells past the reach of its kernel, which no layer of TensorFlow.js does");
  const cropped = crops.some((crop) => crop.some((cells) => cells > 0));
  const bias = ctx.has("bias");
  const whole = ctx.layer(
    {
      className: "Conv2DTranspose",
      config: { filters, kernel_size: kernel, strides: stride, padding: "valid", use_bias: bias },
      weights: {
        kernel: { from: "weight", order: [...kernel.map((_, axis) => axis + 2), 1, 0] },
        ...(bias ? { bias: { from: "bias" } } : {}),
      },
    },
    ctx.input("last"),
  );
  const config = { cropping: crops };
  ctx.output(cropped ? ctx.layer({ name: "crop", className: "Cropping2D", config }, whole) : whole, "last");
}

export function upsample(node: GraphNode<"upsample">, ctx: LayersLowering): void {
  const sides = spatial(node.output.shape);
  const scales = spatial(ctx.inputShape).map((size, axis) => {
    const side = sides[axis];
    return typeof size === "number" && typeof side === "number" ? side / size : node.args.scale?.[axis];
  });
  if (node.args.mode !== "nearest")
    return ctx.problem("interpolates linearly, for which no layer of TensorFlow.js reads the same places");
  if (scales.length !== 2 || !scales.every((scale) => Number.isInteger(scale)))
    return ctx.problem(
      "enlarges by other than whole factors of height and width, for which TensorFlow.js has no layer",
    );
  ctx.output(ctx.layer({ className: "UpSampling2D", config: { size: scales } }, ctx.input("last")), "last");
}
