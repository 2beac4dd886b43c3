/** The transposed convolution: a convolution's way back, from its output's size to its input's. */
import { add, type Dim, multiply, subtract } from "../shape/dim.ts";
import { channels, elements, formatShape, type Shape, spatial } from "../shape/shape.ts";
import { divisibleByGroups } from "./convolution.ts";
import { type ArgsOf, defineOperator, type InferContext, productText, type WeightSpec } from "./operator.ts";
import { bool, int, type Pair, padding, sizes } from "./params.ts";
import { extent, isFeatureMap, productOf, resolvePadding } from "./window.ts";

const transposedParams = {
  channels: int({ doc: "Output channels." }),
  kernel: sizes({ doc: "Height and width of the kernel." }),
  stride: sizes({ doc: "How many times higher and wider the output is, roughly.", default: 1 }),
  padding: padding({
    doc: "Cells cut off around the output. `same` gives height and width times the stride.",
    default: "valid",
    defaultText: "0",
  }),
  output_padding: sizes({ doc: "Cells added after the output, below and to the right.", default: 0, min: 0 }),
  dilation: sizes({ doc: "Distance between two cells of the kernel.", default: 1 }),
  groups: int({ doc: "Splits the channels into groups that don't see each other.", default: 1 }),
  bias: bool({ doc: "Adds a trainable value to each output channel.", default: true }),
};

type Args = ArgsOf<typeof transposedParams>;

export const conv_transpose = defineOperator({
  name: "conv_transpose",
  family: "convolution",
  doc: "Transposed convolution (Zeiler et al. 2010), which enlarges: each side is (n − 1)·stride + dilation·(kernel − 1) + 1 − padding + output_padding. Parameters: k·k·C_in·C_out/groups + bias·C_out; multiply-adds: k·k·C_in·C_out/groups·H_in·W_in.",
  params: transposedParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "conv_transpose", ctx)) return undefined;
    if (!divisibleByGroups(channels(input), args.channels, args.groups, ctx)) return undefined;
    // PyTorch lets it also be below the dilation alone; runtimes don't.
    const loose = args.output_padding.findIndex((cells, i) => cells >= (args.stride[i] ?? 1));
    if (loose >= 0) {
      ctx.report(
        "wrong-argument",
        `the output padding must be smaller than the stride, ${args.stride[loose]}, but is ${args.output_padding[loose]}`,
        "output_padding",
      );
      return undefined;
    }
    return outputShape(args, input, ctx);
  },
  weights(args, [input]) {
    const inChannels = channels(input);
    if (typeof inChannels !== "number") return [];
    // What reaches one output: of the kernel's cells only every stride-th meets an input.
    const fanIn = Math.max(1, ((inChannels / args.groups) * productOf(args.kernel)) / productOf(args.stride));
    const fanOut = (args.channels / args.groups) * productOf(args.kernel);
    const weight: WeightSpec = {
      name: "weight",
      shape: [inChannels, args.channels / args.groups, ...args.kernel],
      initializer: { kind: "scaled", fanIn, fanOut },
      trainable: true,
    };
    if (!args.bias) return [weight];
    return [
      weight,
      { name: "bias", shape: [args.channels], initializer: { kind: "zeros" }, trainable: true },
    ];
  },
  work(args, [input], output) {
    const perInput = (productOf(args.kernel) * args.channels) / args.groups;
    const macs = multiply(perInput, elements(input));
    return { macs, flops: add(multiply(2, macs), args.bias ? elements(output) : 0) };
  },
  window: (args) => ({
    kernel: args.kernel.map((k, i) => Math.ceil(extent(k, args.dilation[i] ?? 1) / (args.stride[i] ?? 1))),
    stride: args.stride.map((stride) => 1 / stride),
    dilation: args.kernel.map(() => 1),
  }),
  formula: (args, [input]) =>
    `${[...args.kernel, channels(input) ?? "?", args.channels / args.groups].join("·")} + ${args.bias ? args.channels : 0}`,
  macsFormula: (args, [input]) =>
    productText([...args.kernel, args.channels / args.groups, ...(input ?? [undefined])]),
});

export interface TransposedPadding {
  /** Cells cut off before and after each axis. */
  readonly pads: readonly Pair[];
  /** Cells added after each axis. */
  readonly output: readonly number[];
}

/** The padding in cells. `same` cuts or adds what makes each side stride times as long, the odd cell after. */
export function transposedPadding(args: Args, input: Shape): TransposedPadding {
  if (args.padding !== "same") {
    const pads = resolvePadding({ ...args, padding: args.padding }, input);
    return {
      pads: pads.map(([before, after]): Pair => [Number(before), Number(after)]),
      output: args.output_padding,
    };
  }
  const excess = args.kernel.map((k, i) => extent(k, args.dilation[i] ?? 1) - (args.stride[i] ?? 1));
  return {
    pads: excess.map(
      (cells): Pair => [Math.max(0, Math.floor(cells / 2)), Math.max(0, Math.ceil(cells / 2))],
    ),
    output: excess.map((cells) => Math.max(0, -cells)),
  };
}

function outputShape(args: Args, input: Shape, ctx: InferContext): Shape | undefined {
  const { pads, output } = transposedPadding(args, input);
  const sides = spatial(input).map((size, i): Dim => {
    const grown = multiply(subtract(size, 1), args.stride[i] ?? 1);
    const [before = 0, after = 0] = pads[i] ?? [];
    const span = extent(args.kernel[i] ?? 1, args.dilation[i] ?? 1);
    return add(grown, span - before - after + (output[i] ?? 0));
  });
  if (!sides.some((size) => typeof size === "number" && size < 1)) return [args.channels, ...sides];
  const uncut = sides.map((size, i) => add(size, (pads[i]?.[0] ?? 0) + (pads[i]?.[1] ?? 0)));
  ctx.report(
    "wrong-argument",
    `the padding cuts off more than there is: the output would shrink from ${formatShape(uncut)} to ${formatShape(sides)}`,
    "padding",
  );
  return undefined;
}
