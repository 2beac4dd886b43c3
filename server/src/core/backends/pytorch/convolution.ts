/** Convolutions of every kind, and resizing. */
import type { GraphNode } from "../../ir/graph.ts";
import { separableHalves } from "../../ops/convolution.ts";
import { transposedPadding } from "../../ops/transposedConvolution.ts";
import { extent, type WindowArgs } from "../../ops/window.ts";
import type { Dim } from "../../shape/dim.ts";
import { channels, type Shape, spatial } from "../../shape/shape.ts";
import { declaredPads, type Pads } from "../pads.ts";
import { type Arg, call, type Expr, keyword, list, name, slot, text, tuple } from "./expression.ts";
import { cells, dimensionality, first, inputShape, numbers, type Refusal, type Row } from "./row.ts";

interface Sized extends WindowArgs {
  readonly inChannels: Dim;
  readonly outChannels: Dim;
  readonly groups: Dim;
  readonly bias: boolean;
}

const unknownChannels = "needs to know its input channels as a number";

export function convolution(node: GraphNode<"conv">): Row | Refusal {
  const input = inputShape(node);
  const { args } = node;
  return moduleOf({ ...args, inChannels: channels(input), outChannels: args.channels }, input);
}

export function depthwise(node: GraphNode<"depthwise">): Row | Refusal {
  const input = inputShape(node);
  const inChannels = channels(input);
  return moduleOf(
    { ...node.args, inChannels, outChannels: channels(node.output.shape), groups: inChannels },
    input,
  );
}

/** Two convolutions under names of their own, one after the other. */
export function separable(node: GraphNode<"separable">): Row | Refusal {
  const input = inputShape(node);
  const [depth, point] = separableHalves(node.args, input);
  const halves = [moduleOf(depth, input), moduleOf(point, node.output.shape)] as const;
  const [first, second] = halves;
  if ("problem" in first) return first;
  if ("problem" in second) return second;
  const named = (half: string, module: Expr | undefined) =>
    tuple({ kind: "quoted", name: name(half) }, module ?? text("None"));
  const children = list(named("depthwise", first.module), named("pointwise", second.module));
  return { module: call("nn.Sequential", call("OrderedDict", children)) };
}

function moduleOf(c: Sized, input: Shape): Row | Refusal {
  const { inChannels, outChannels, groups } = c;
  if (typeof inChannels !== "number" || typeof outChannels !== "number" || typeof groups !== "number")
    return { problem: unknownChannels };
  const pads = declaredPads(c, input);
  if (!pads) return { problem: "needs height and width as numbers for its padding" };
  const even = pads.every(([before, after]) => before === after);
  const rank = `${spatial(input).length}d`;
  return {
    module: call(
      even ? `nn.Conv${rank}` : `PaddedConv${rank}`,
      slot("in_channels", inChannels),
      slot("channels", outChannels),
      slot("kernel", c.kernel),
      keyword("stride", slot("stride", c.stride), 1),
      ...(even ? [paddingArgument(pads)] : []),
      keyword("dilation", slot("dilation", c.dilation), 1),
      keyword("groups", slot("groups", groups), 1),
      keyword("bias", slot("bias", c.bias), true),
      ...(even ? [] : [keyword("pads", cells(pads))]),
    ),
  };
}

/** Of padding that is the same on both sides. */
export function paddingArgument(pads: Pads): Arg {
  const before = pads.map(([size]) => size);
  return keyword("padding", slot("padding", before), 0);
}

/** PyTorch has one padding for both sides: others are cut off afterwards. */
export function transposedConvolution(node: GraphNode<"conv_transpose">): Row | Refusal {
  const { args } = node;
  const input = inputShape(node);
  const inChannels = channels(input);
  if (typeof inChannels !== "number") return { problem: unknownChannels };
  const { pads, output } = transposedPadding(args, input);
  // The padding may be no larger than what a kernel reaches past the input.
  const even = pads.every(
    ([before, after], i) =>
      before === after && before <= extent(args.kernel[i] ?? 1, args.dilation[i] ?? 1) - 1,
  );
  const rank = dimensionality(node);
  return {
    module: call(
      even ? `nn.ConvTranspose${rank}` : `CutConvTranspose${rank}`,
      slot("in_channels", inChannels),
      slot("channels", args.channels),
      slot("kernel", args.kernel),
      keyword("stride", slot("stride", args.stride), 1),
      ...(even ? [paddingArgument(pads)] : []),
      keyword("output_padding", slot("output_padding", output), 0),
      keyword("groups", slot("groups", args.groups), 1),
      keyword("bias", slot("bias", args.bias), true),
      keyword("dilation", slot("dilation", args.dilation), 1),
      ...(even ? [] : [keyword("cut", cells(pads))]),
    ),
  };
}

export function upsample(node: GraphNode<"upsample">): Row | Refusal {
  const { args } = node;
  const linear = ["linear", "bilinear", "trilinear"][spatial(inputShape(node)).length - 1] ?? "bilinear";
  const size = args.size && numbers(args.size);
  if (args.size && !size) return { problem: "needs height and width as numbers, to reach a size" };
  const target: Arg = size
    ? keyword("size", tupleOf(size))
    : keyword("scale_factor", tupleOrNumber(args.scale ?? []));
  const rest = [
    target,
    ...(args.mode === "nearest"
      ? []
      : [
          keyword("mode", text(`"${linear}"`)),
          keyword("align_corners", slot("align_corners", args.align_corners)),
        ]),
  ];
  return {
    module: call("nn.Upsample", ...rest),
    plain: (inputs) => call("F.interpolate", first(inputs), ...rest),
  };
}

function tupleOf(sizes: readonly number[]): Expr {
  const [only] = sizes;
  return sizes.length === 1 && only !== undefined
    ? slot("size", only)
    : tuple(...sizes.map((size, i) => slot(["height", "width"][i - sizes.length + 2] ?? "size", size)));
}

function tupleOrNumber(scales: readonly number[]): Expr {
  return scales.every((scale) => scale === scales[0])
    ? slot("scale", scales[0] ?? 1)
    : tuple(...scales.map((scale) => slot("scale", scale)));
}
