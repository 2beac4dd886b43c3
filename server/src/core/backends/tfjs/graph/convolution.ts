/** Convolutions as TensorFlow operators. Those of TensorFlow.js know no groups: parts of the channels go through one each. */
import type { GraphNode } from "../../../ir/graph.ts";
import { separableHalves } from "../../../ops/convolution.ts";
import { transposedPadding } from "../../../ops/transposedConvolution.ts";
import { extent, type WindowArgs } from "../../../ops/window.ts";
import { channels, type Shape, spatial } from "../../../shape/shape.ts";
import { declaredPads, type Pads } from "../../pads.ts";
import type { GraphLowering } from "./lowering.ts";
import { type Attributes, int, ints, text, texts } from "./nodeDef.ts";
import { cut, joined, parts } from "./slices.ts";
import {
  isPadded,
  type Lifted,
  lifted,
  paddedLast,
  perAxis,
  surrounded,
  withAxis,
  withoutAxis,
} from "./windows.ts";

const unknownChannels = "needs to know its input channels as a number";
const unknownSizes = "needs height and width as numbers";

interface Convolution extends WindowArgs {
  readonly groups: number;
  readonly outChannels: number;
  /** Where its weights are in the state_dict. */
  readonly prefix: string;
}

export function convolution(node: GraphNode<"conv">, ctx: GraphLowering): void {
  const { channels: outChannels, groups } = node.args;
  convolve({ ...node.args, outChannels, groups, prefix: "" }, ctx);
}

export function depthwise(node: GraphNode<"depthwise">, ctx: GraphLowering): void {
  const groups = channels(ctx.inputShape);
  const outChannels = channels(node.output.shape);
  if (typeof groups !== "number" || typeof outChannels !== "number") return ctx.problem(unknownChannels);
  convolve({ ...node.args, outChannels, groups, prefix: "" }, ctx);
}

export function separable(node: GraphNode<"separable">, ctx: GraphLowering): void {
  const [depth, point] = separableHalves(node.args, ctx.inputShape);
  if (typeof depth.groups !== "number" || typeof depth.outChannels !== "number")
    return ctx.problem(unknownChannels);
  const { groups, outChannels } = depth;
  const first = { ...depth, groups, outChannels, prefix: "depthwise." };
  const between = channelsLast(first, ctx.input("last"), ctx.inputShape, ctx);
  if (between === undefined) return;
  const second = { ...point, groups: 1, outChannels: node.args.channels, prefix: "pointwise." };
  const made = channelsLast(second, between, [outChannels, ...spatial(node.output.shape)], ctx);
  if (made !== undefined) ctx.output(made, "last");
}

function convolve(conv: Convolution, ctx: GraphLowering): void {
  const made = channelsLast(conv, ctx.input("last"), ctx.inputShape, ctx);
  if (made !== undefined) ctx.output(made, "last");
}

/** Undefined after a problem. */
function channelsLast(
  conv: Convolution,
  input: string,
  shape: Shape,
  ctx: GraphLowering,
): string | undefined {
  const count = channels(shape);
  if (typeof count !== "number") {
    ctx.problem(unknownChannels);
    return undefined;
  }
  const { groups, outChannels, prefix } = conv;
  const flat = lifted(conv, declaredPads(conv, shape));
  const { kernel } = flat.window;
  const isDepthwise = groups > 1 && groups === count && kernel.length === 2;
  const cells = kernel.map((_, axis) => axis + 2);
  const sizes = isDepthwise ? [groups, outChannels / groups] : [outChannels, count / groups];
  const filter = ctx.weight(`${prefix}weight`, {
    sizes: [...sizes, ...kernel],
    order: [...cells, ...(isDepthwise ? [0, 1] : [1, 0])],
  });
  const source = withAxis(input, flat, ctx);
  const bias = ctx.weight(`${prefix}bias`);
  const made =
    filter && convolvedBy(source, filter, bias, flat, isDepthwise ? "depthwise" : groups, prefix, ctx);
  return made && withoutAxis(made, flat, ctx);
}

function convolvedBy(
  input: string,
  filter: string,
  bias: string | undefined,
  { window, pads }: Pick<Lifted, "window" | "pads">,
  groups: number | "depthwise",
  prefix: string,
  ctx: GraphLowering,
): string | undefined {
  const { kernel, stride, dilation } = window;
  const rank = kernel.length;
  if (!pads && (window.padding !== "same" || rank !== 2)) {
    ctx.problem(unknownSizes);
    return undefined;
  }
  // TensorFlow.js takes a stride or a dilation: with both, every place is computed and some are kept.
  const isBoth = stride.some((s) => s > 1) && dilation.some((d) => d > 1);
  if (isBoth && !pads) {
    ctx.problem(unknownSizes);
    return undefined;
  }
  const whole = rank === 3 && pads ? paddedLast(`${prefix}pad`, input, pads, 0, ctx) : input;
  const attributes: Attributes = {
    strides: perAxis(isBoth ? stride.map(() => 1) : stride),
    dilations: perAxis(dilation),
    data_format: text(rank === 3 ? "NDHWC" : "NHWC"),
    ...paddingOf(rank === 3 ? [] : pads),
  };
  const name = prefix === "" ? "conv" : prefix.slice(0, -1);
  const fused = bias !== undefined && rank === 2 && !isBoth && (groups === 1 || groups === "depthwise");
  if (fused) {
    const op = groups === 1 ? "_FusedConv2D" : "FusedDepthwiseConv2dNative";
    const extra = { num_args: int(1), fused_ops: texts(["BiasAdd"]) };
    return ctx.part(name, op, [whole, filter, bias], { ...attributes, ...extra });
  }
  const convolveOne = (part: string, of: string, which: string) =>
    ctx.part(
      which,
      groups === "depthwise" ? "DepthwiseConv2dNative" : `Conv${rank}D`,
      [part, of],
      attributes,
    );
  let made: string;
  if (groups === 1 || groups === "depthwise") made = convolveOne(whole, filter, name);
  else {
    const inputs = parts(`${prefix}inputs`, whole, groups, rank + 1, ctx);
    const filters = parts(`${prefix}filters`, filter, groups, rank + 1, ctx);
    const each = inputs.map((part, i) => convolveOne(part, filters[i] ?? filter, `${prefix}group${i}`));
    made = joined(name, each, rank + 1, ctx);
  }
  if (isBoth) {
    const kept = stride.map((step, axis) => ({ axis: axis + 1, start: 0, step }));
    made = cut(`${prefix}kept`, made, kept, ctx);
  }
  return bias === undefined ? made : ctx.part(`${prefix}biased`, "BiasAdd", [made, bias]);
}

function paddingOf(pads: Pads | undefined): Attributes {
  if (!pads) return { padding: text("SAME") };
  if (!isPadded(pads)) return { padding: text("VALID") };
  return { padding: text("EXPLICIT"), explicit_paddings: ints([0, 0, ...pads.flat(), 0, 0]) };
}

export function transposedConvolution(node: GraphNode<"conv_transpose">, ctx: GraphLowering): void {
  const { args } = node;
  const sides = spatial(node.output.shape);
  const sizes = spatial(ctx.inputShape);
  const count = channels(ctx.inputShape);
  if (typeof count !== "number") return ctx.problem(unknownChannels);
  if (!isNumbers(sides) || !isNumbers(sizes)) return ctx.problem(unknownSizes);
  const { pads } = transposedPadding(args, ctx.inputShape);
  const flat = lifted({ ...args, padding: "valid" }, pads);
  const isPlain = flat.window.kernel.length === 2 && flat.window.dilation.every((d) => d === 1);
  const source = withAxis(ctx.input("last"), flat, ctx);
  const ones = flat.lift ? [1] : [];
  const one = { flat, count, sizes: [...ones, ...sizes], sides: [...ones, ...sides] };
  const made = isPlain ? backwards(node, source, one, ctx) : spread(node, source, one, ctx);
  const bias = ctx.weight("bias");
  const biased = bias === undefined ? made : ctx.part("biased", "BiasAdd", [made, bias]);
  ctx.output(withoutAxis(biased, flat, ctx), "last");
}

interface Transposed {
  readonly flat: Lifted;
  readonly count: number;
  /** Of input and output along the axes of the window. */
  readonly sizes: readonly number[];
  readonly sides: readonly number[];
}

/** TensorFlow has it as the gradient of a convolution, and wants the output's shape: the batch is copied into it. */
function backwards(
  node: GraphNode<"conv_transpose">,
  source: string,
  { flat, count, sides }: Transposed,
  ctx: GraphLowering,
): string {
  const { groups, channels: outChannels } = node.args;
  const { kernel, stride } = flat.window;
  const filter = ctx.weight("weight", {
    sizes: [count, outChannels / groups, ...kernel],
    order: [2, 3, 1, 0],
  });
  const batch = cut("batch", ctx.part("shape", "Shape", [source]), [{ axis: 0, start: 0, end: 1 }], ctx);
  const others = ctx.integers("sizes", [...sides, outChannels / groups]);
  const shape = joined("output_shape", [batch, others], 0, ctx);
  const attributes = { strides: perAxis(stride), ...paddingOf(flat.pads) };
  const inputs = parts("inputs", source, groups, 3, ctx);
  const filters = parts("filters", filter ?? "", groups, 3, ctx);
  const made = inputs.map((part, i) =>
    ctx.part(`group${i}`, "Conv2DBackpropInput", [shape, filters[i] ?? "", part], attributes),
  );
  return joined("conv", made, 3, ctx);
}

/** Zeros between the cells, and a convolution over them with the kernel turned around. */
function spread(
  node: GraphNode<"conv_transpose">,
  source: string,
  { flat, count, sizes, sides }: Transposed,
  ctx: GraphLowering,
): string {
  const { groups, channels: outChannels } = node.args;
  const { kernel, stride, dilation } = flat.window;
  const now = [...sizes];
  let apart = source;
  for (const [axis, step] of stride.entries()) {
    if (step === 1) continue;
    const within = now.slice(axis + 1).reduce((a, b) => a * b, count);
    const name = `axis${axis}`;
    const rows = ctx.part(`${name}/rows`, "Reshape", [
      apart,
      ctx.integers(`${name}/rows/shape`, [-1, 1, within]),
    ]);
    const gaps = surrounded(
      `${name}/gaps`,
      rows,
      [
        [0, 0],
        [0, step - 1],
        [0, 0],
      ],
      0,
      ctx,
    );
    now[axis] = (now[axis] ?? 1) * step;
    const shape = ctx.integers(`${name}/shape`, [-1, ...now, count]);
    apart = ctx.part(name, "Reshape", [gaps, shape]);
  }
  const reach = kernel.map((k, axis) => extent(k, dilation[axis] ?? 1) - 1);
  const whole = paddedLast(
    "pad",
    apart,
    reach.map((cells) => [cells, cells]),
    0,
    ctx,
  );
  const cells = kernel.map((_, axis) => axis + 2);
  const filter = ctx.weight("weight", {
    sizes: [count, outChannels / groups, ...kernel],
    order: [...cells, 0, 1],
  });
  const turned = ctx.part("turned", "ReverseV2", [
    filter ?? "",
    ctx.integers(
      "axes",
      kernel.map((_, i) => i),
    ),
  ]);
  const inputs = parts("inputs", whole, groups, kernel.length + 1, ctx);
  const filters = parts("filters", turned, groups, kernel.length, ctx);
  const attributes = {
    strides: perAxis(kernel.map(() => 1)),
    dilations: perAxis(dilation),
    data_format: text(kernel.length === 3 ? "NDHWC" : "NHWC"),
    padding: text("VALID"),
  };
  const made = inputs.map((part, i) =>
    ctx.part(`group${i}`, `Conv${kernel.length}D`, [part, filters[i] ?? ""], attributes),
  );
  const full = joined("full", made, kernel.length + 1, ctx);
  const kept = sides.map((side, axis) => {
    const start = flat.pads?.[axis]?.[0] ?? 0;
    return { axis: axis + 1, start, end: start + side };
  });
  return cut("conv", full, kept, ctx);
}

function isNumbers(sizes: Shape): sizes is readonly number[] {
  return sizes.every((size) => typeof size === "number");
}
