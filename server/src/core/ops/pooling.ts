/** Pooling: a window's maximum or mean, over a sliding window or the whole feature map. */
import { multiply } from "../shape/dim.ts";
import { channels, elements, formatShape, type Shape, spatial } from "../shape/shape.ts";
import { type ArgsOf, defineOperator, type Window } from "./operator.ts";
import { bool, optionalSizes, padding, type Sizes, sizes } from "./params.ts";
import { isFeatureMap, productOf, slide, type WindowArgs } from "./window.ts";

const poolParams = {
  kernel: sizes({ doc: "Height and width of the window." }),
  stride: optionalSizes({ doc: "Step between two outputs.", defaultText: "the kernel" }),
  padding: padding({
    doc: "Cells around the input that no output counts.",
    default: "valid",
    defaultText: "0",
  }),
  ceil_mode: bool({ doc: "Keeps a last window that reaches past the input.", default: false }),
};

const maxPoolParams = {
  ...poolParams,
  dilation: sizes({ doc: "Distance between two cells of the window.", default: 1 }),
};

const avgPoolParams = {
  ...poolParams,
  count_include_pad: bool({ doc: "Counts the padding's zeros in the mean.", default: true }),
};

/** The window of a pool with its defaults settled. */
export function poolWindow(args: ArgsOf<typeof poolParams> & { readonly dilation?: Sizes }): WindowArgs {
  return {
    kernel: args.kernel,
    stride: args.stride ?? args.kernel,
    padding: args.padding,
    dilation: args.dilation ?? args.kernel.map(() => 1),
    ceilMode: args.ceil_mode,
  };
}

export const max_pool = defineOperator({
  name: "max_pool",
  family: "pooling",
  doc: "Maximum over a sliding window. The stride defaults to the kernel, as in PyTorch.",
  params: maxPoolParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "max_pool", ctx)) return undefined;
    const sizes = slide(poolWindow(args), input, ctx);
    return sizes && [channels(input), ...sizes];
  },
  work: (args, _inputs, output) => ({ macs: 0, flops: multiply(productOf(args.kernel), elements(output)) }),
  window: (args) => poolWindow(args),
});

export const avg_pool = defineOperator({
  name: "avg_pool",
  family: "pooling",
  doc: "Mean over a sliding window. The stride defaults to the kernel, as in PyTorch.",
  params: avgPoolParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "avg_pool", ctx)) return undefined;
    const sizes = slide(poolWindow(args), input, ctx);
    return sizes && [channels(input), ...sizes];
  },
  work: (args, _inputs, output) => ({ macs: 0, flops: multiply(productOf(args.kernel), elements(output)) }),
  window: (args) => poolWindow(args),
});

function globalPool<const N extends string>(name: N, doc: string) {
  return defineOperator({
    name,
    family: "pooling",
    doc,
    params: {},
    infer(_args, [input], ctx) {
      if (!input || !isFeatureMap(input, name, ctx)) return undefined;
      return [channels(input), ...spatial(input).map(() => 1)];
    },
    work: (_args, [input]) => ({ macs: 0, flops: elements(input) }),
    window: () => "whole",
  });
}

export const global_avg_pool = globalPool("global_avg_pool", "Mean of each channel: C×H×W to C×1×1.");
export const global_max_pool = globalPool("global_max_pool", "Maximum of each channel: C×H×W to C×1×1.");

function adaptivePool<const N extends string>(name: N, doc: string) {
  return defineOperator({
    name,
    family: "pooling",
    doc,
    params: { size: sizes({ doc: "Height and width of the output." }) },
    infer(args, [input], ctx) {
      if (!input || !isFeatureMap(input, name, ctx)) return undefined;
      return [channels(input), ...args.size];
    },
    work: (args, [input]) => ({
      macs: 0,
      flops: adaptiveWindow(args.size, input) === "whole" ? 0 : elements(input),
    }),
    window: (args, [input]) => adaptiveWindow(args.size, input),
  });
}

export const adaptive_avg_pool = adaptivePool(
  "adaptive_avg_pool",
  "Mean over windows that are chosen so that the output has the size asked for.",
);
export const adaptive_max_pool = adaptivePool(
  "adaptive_max_pool",
  "Maximum over windows that are chosen so that the output has the size asked for.",
);

/** The sliding window that adaptive pooling amounts to, where its output divides its input evenly. */
export function adaptiveWindow(size: Sizes, input: Shape | undefined): Window | undefined {
  if (!input) return undefined;
  const kernel = spatial(input).map((n, axis) => {
    const outputs = size[axis] ?? 1;
    return typeof n === "number" && n % outputs === 0 ? n / outputs : undefined;
  });
  if (!kernel.every((k) => k !== undefined)) return "whole";
  return { kernel, stride: kernel, dilation: kernel.map(() => 1) };
}

/** The cells that each output of an adaptive pool covers along one axis: ⌊i·n/o⌋ to ⌈(i + 1)·n/o⌉, as in PyTorch. */
export function adaptiveSpans(inputs: number, outputs: number): readonly (readonly [number, number])[] {
  return Array.from({ length: outputs }, (_, i) => [
    Math.floor((i * inputs) / outputs),
    Math.ceil(((i + 1) * inputs) / outputs),
  ]);
}

/** Why an adaptive pool can't be written, for back ends that need its windows as numbers. */
export function adaptiveProblem(size: Sizes, input: Shape): string {
  return `pools ${formatShape(spatial(input))} to ${size.join("×")}, in windows whose sizes are not known as numbers`;
}
