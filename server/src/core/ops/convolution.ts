/** Convolutions: `conv`, `depthwise` and `separable`. Inputs and outputs are channels×height×width (or 1-D, 3-D). */
import { add, type Dim, multiply } from "../shape/dim.ts";
import { channels, elements, type Shape } from "../shape/shape.ts";
import {
  type ArgsOf,
  defineOperator,
  type InferContext,
  productText,
  type WeightSpec,
  type Work,
} from "./operator.ts";
import { bool, int, padding, type Sizes, sizes } from "./params.ts";
import { isFeatureMap, productOf, slide, type WindowArgs } from "./window.ts";

const windowParams = {
  kernel: sizes({ doc: "Height and width of the kernel." }),
  stride: sizes({ doc: "Step between two outputs.", default: 1 }),
  padding: padding({ doc: "Zeros around the input. The default keeps height and width at stride 1." }),
  dilation: sizes({ doc: "Distance between two cells of the kernel.", default: 1 }),
};

const bias = bool({ doc: "Adds a trainable value to each output channel.", default: true });

const convParams = {
  channels: int({ doc: "Output channels." }),
  ...windowParams,
  groups: int({ doc: "Splits the channels into groups that don't see each other.", default: 1 }),
  bias,
};

const depthwiseParams = {
  ...windowParams,
  multiplier: int({ doc: "Output channels for each input channel.", default: 1 }),
  bias,
};

const separableParams = {
  channels: int({ doc: "Output channels." }),
  ...windowParams,
  bias,
};

/** One convolution with its channel counts settled: what weights and cost are computed from. */
interface Convolution extends WindowArgs {
  readonly inChannels: Dim;
  readonly outChannels: Dim;
  readonly groups: Dim;
  readonly bias: boolean;
  readonly kernel: Sizes;
}

export const conv = defineOperator({
  name: "conv",
  family: "convolution",
  doc: "Convolution. Parameters: (k·k·C_in/groups + bias)·C_out; multiply-adds: k·k·C_in/groups·C_out·H_out·W_out.",
  params: convParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "conv", ctx)) return undefined;
    if (!divisibleByGroups(channels(input), args.channels, args.groups, ctx)) return undefined;
    return outputShape(convolution(args, input), input, ctx);
  },
  weights: (args, [input]) => weightsOf(convolution(args, input)),
  work: (args, [input], output) => workOf(convolution(args, input), output),
  window: (args) => args,
  formula: (args, [input]) => formulaOf(convolution(args, input)),
  macsFormula: (args, [input], output) => macsFormulaOf(convolution(args, input), output),
});

export const depthwise = defineOperator({
  name: "depthwise",
  family: "convolution",
  doc: "Depthwise convolution: every channel has its own kernel. The same as `conv` with as many groups as channels.",
  params: depthwiseParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "depthwise", ctx)) return undefined;
    return outputShape(depthwiseConvolution(args, input), input, ctx);
  },
  weights: (args, [input]) => weightsOf(depthwiseConvolution(args, input)),
  work: (args, [input], output) => workOf(depthwiseConvolution(args, input), output),
  window: (args) => args,
  formula: (args, [input]) => formulaOf(depthwiseConvolution(args, input)),
  macsFormula: (args, [input], output) => macsFormulaOf(depthwiseConvolution(args, input), output),
});

/**
 * One operator and not two, so that it can be named once and drawn as one layer. The depthwise half has no bias:
 * the pointwise one makes up for it.
 */
export const separable = defineOperator({
  name: "separable",
  family: "convolution",
  doc: "Depthwise separable convolution (Chollet 2017): a depthwise convolution, then a 1×1 convolution with nothing between. Parameters: k·k·C_in + (C_in + bias)·C_out; multiply-adds: (k·k·C_in + C_in·C_out)·H_out·W_out.",
  params: separableParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "separable", ctx)) return undefined;
    const [spatialPart] = separableHalves(args, input);
    const between = outputShape(spatialPart, input, ctx);
    return between && [args.channels, ...between.slice(1)];
  },
  weights(args, [input]) {
    const [depth, point] = separableHalves(args, input);
    const prefixed = (half: string, w: WeightSpec): WeightSpec => ({ ...w, name: `${half}.${w.name}` });
    return [
      ...weightsOf(depth).map((w) => prefixed("depthwise", w)),
      ...weightsOf(point).map((w) => prefixed("pointwise", w)),
    ];
  },
  work(args, [input], output) {
    const [depth, point] = separableHalves(args, input);
    const first = workOf(depth, [depth.outChannels, ...output.slice(1)]);
    const second = workOf(point, output);
    return { macs: add(first.macs, second.macs), flops: add(first.flops, second.flops) };
  },
  window: (args) => args,
  formula(args, [input]) {
    const count = channels(input) ?? "?";
    return `${[...args.kernel, count].join("·")} + (${count} + ${args.bias ? 1 : 0})·${args.channels}`;
  },
  macsFormula(args, [input], output) {
    const [depth, point] = separableHalves(args, input);
    const between = [depth.outChannels, ...output.slice(1)];
    return `${macsFormulaOf(depth, between)} + ${macsFormulaOf(point, output)}`;
  },
});

/** The depthwise and the pointwise convolution of a separable one. */
export function separableHalves(
  args: ArgsOf<typeof separableParams>,
  input: Shape | undefined,
): readonly [Convolution, Convolution] {
  const ones = args.kernel.map(() => 1);
  const inChannels = channels(input);
  const point = { kernel: ones, stride: ones, dilation: ones, padding: "valid", bias: args.bias } as const;
  return [
    depthwiseConvolution({ ...args, multiplier: 1, bias: false }, input),
    { ...point, inChannels, outChannels: args.channels, groups: 1 },
  ];
}

function convolution(args: ArgsOf<typeof convParams>, input: Shape | undefined): Convolution {
  return { ...args, inChannels: channels(input), outChannels: args.channels };
}

function depthwiseConvolution(args: ArgsOf<typeof depthwiseParams>, input: Shape | undefined): Convolution {
  const inChannels = channels(input);
  return { ...args, inChannels, outChannels: multiply(inChannels, args.multiplier), groups: inChannels };
}

function outputShape(c: Convolution, input: Shape, ctx: InferContext): Shape | undefined {
  const sizes = slide(c, input, ctx);
  return sizes && [c.outChannels, ...sizes];
}

function channelsPerGroup(c: Convolution): number | undefined {
  return typeof c.inChannels === "number" && typeof c.groups === "number"
    ? c.inChannels / c.groups
    : undefined;
}

function weightsOf(c: Convolution): readonly WeightSpec[] {
  const perGroup = channelsPerGroup(c);
  if (perGroup === undefined || typeof c.outChannels !== "number") return [];
  const groups = c.inChannels === undefined ? 1 : Number(c.inChannels) / perGroup;
  const fanIn = perGroup * productOf(c.kernel);
  const fanOut = (c.outChannels / groups) * productOf(c.kernel);
  const weight: WeightSpec = {
    name: "weight",
    shape: [c.outChannels, perGroup, ...c.kernel],
    initializer: { kind: "scaled", fanIn, fanOut },
    trainable: true,
  };
  if (!c.bias) return [weight];
  return [weight, { name: "bias", shape: [c.outChannels], initializer: { kind: "zeros" }, trainable: true }];
}

function workOf(c: Convolution, output: Shape): Work {
  const perGroup = channelsPerGroup(c);
  const outputs = elements(output);
  const macs = multiply(perGroup === undefined ? undefined : perGroup * productOf(c.kernel), outputs);
  return { macs, flops: add(multiply(2, macs), c.bias ? outputs : 0) };
}

function formulaOf(c: Convolution): string | undefined {
  const perGroup = channelsPerGroup(c);
  if (perGroup === undefined) return undefined;
  return `(${[...c.kernel, perGroup].join("·")} + ${c.bias ? 1 : 0})·${c.outChannels}`;
}

function macsFormulaOf(c: Convolution, output: Shape): string | undefined {
  const perGroup = channelsPerGroup(c);
  if (perGroup === undefined) return undefined;
  const kernel = productOf(c.kernel) === 1 ? [] : c.kernel;
  return productText([...kernel, ...(perGroup === 1 ? [] : [perGroup]), ...output]);
}

/** Whether groups divide input and output channels; reports when not. */
export function divisibleByGroups(input: Dim, output: number, groups: number, ctx: InferContext): boolean {
  if (typeof input === "number" && input % groups !== 0) {
    ctx.report("channels-not-divisible", indivisible(input, "input", groups), "groups");
    return false;
  }
  if (output % groups !== 0) {
    ctx.report("channels-not-divisible", indivisible(output, "output", groups), "groups");
    return false;
  }
  return true;
}

function indivisible(count: number, side: "input" | "output", groups: number): string {
  return `${count} ${side} channels can't be split into ${groups} groups: ${groups} does not divide ${count}`;
}
