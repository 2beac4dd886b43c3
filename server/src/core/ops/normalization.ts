/** Normalisation layers. At inference batch normalisation is a scale and a shift per channel. */
import type { Dim } from "../shape/dim.ts";
import { channels, formatShape } from "../shape/shape.ts";
import { featureAxis, indivisible, resolveAxis, sizeAlong } from "./axes.ts";
import { defineOperator, operationsPerElement, type WeightSpec } from "./operator.ts";
import { bool, float, int, position } from "./params.ts";
import { isFeatureMap } from "./window.ts";

const affine = bool({ doc: "Has a trainable scale and shift.", default: true });

/** A trainable scale and shift for each place along an axis of the given size. */
function scaleAndShift(size: Dim): readonly WeightSpec[] {
  if (typeof size !== "number") return [];
  return [
    { name: "weight", shape: [size], initializer: { kind: "ones" }, trainable: true },
    { name: "bias", shape: [size], initializer: { kind: "zeros" }, trainable: true },
  ];
}

export const bn = defineOperator({
  name: "bn",
  family: "normalization",
  doc: "Batch normalisation (Ioffe & Szegedy 2015). 2·C parameters (scale and shift) and 2·C buffers (running mean and variance); two operations per element at inference.",
  params: {
    eps: float({ doc: "Added to the variance.", default: 1e-5, min: 0 }),
    affine,
  },
  infer(_args, [input], ctx) {
    if (input && input.length === 0) {
      ctx.report("wrong-rank", "bn needs channels, but its input is a scalar");
      return undefined;
    }
    return input;
  },
  weights(args, [input]) {
    const count = channels(input);
    if (typeof count !== "number") return [];
    const shape = [count];
    return [
      ...(args.affine ? scaleAndShift(count) : []),
      { name: "running_mean", shape, initializer: { kind: "zeros" }, trainable: false },
      { name: "running_var", shape, initializer: { kind: "ones" }, trainable: false },
    ];
  },
  work: (_args, _inputs, output) => operationsPerElement(2, output),
  formula: (args, [input]) => (args.affine ? `2·${channels(input)}` : "0"),
});

export const lrn = defineOperator({
  name: "lrn",
  family: "normalization",
  doc: "Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3): x / (k + alpha/size · Σ x²)^beta.",
  params: {
    size: int({ doc: "Channels that a sum spans.", default: 5 }),
    alpha: float({ doc: "Scale of the sum.", default: 1e-4 }),
    beta: float({ doc: "Exponent.", default: 0.75 }),
    k: float({ doc: "Added to the sum.", default: 1 }),
  },
  infer: (_args, [input], ctx) => (input && isFeatureMap(input, "lrn", ctx) ? input : undefined),
  work: (args, _inputs, output) => operationsPerElement(2 * args.size + 3, output),
});

export const layer_norm = defineOperator({
  name: "layer_norm",
  family: "normalization",
  doc: "Layer normalisation (Ba et al. 2016): (x − mean) / √(variance + eps) · weight + bias, with the statistics of one vector: of each element of a sequence, or of the channels at each place of a feature map, as ConvNeXt has it. 2·C parameters.",
  params: {
    eps: float({
      doc: "Added to the variance. The default is that of torchvision's models; PyTorch's own is 1e-5.",
      default: 1e-6,
      min: 0,
    }),
    affine,
    axis: position({
      doc: "The axis that the statistics are taken along.",
      defaultText: "the channels of a feature map, else the last",
    }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length === 0) {
      ctx.report("wrong-rank", "layer_norm needs a vector to normalise, but its input is a scalar");
      return undefined;
    }
    return resolveAxis(args.axis ?? featureAxis(input), input, ctx) === undefined ? undefined : input;
  },
  weights: (args, [input]) => (args.affine ? scaleAndShift(sizeAlong(args.axis, input)) : []),
  work: (args, _inputs, output) => operationsPerElement(args.affine ? 7 : 5, output),
  formula: (args, [input]) => (args.affine ? `2·${sizeAlong(args.axis, input)}` : "0"),
});

export const group_norm = defineOperator({
  name: "group_norm",
  family: "normalization",
  doc: "Group normalisation (Wu & He 2018): (x − mean) / √(variance + eps) · weight + bias, with the statistics of each group of channels over the whole image. 2·C parameters. Its receptive field is counted as that of its input.",
  params: {
    groups: int({ doc: "Groups of channels; 1 normalises all of them together." }),
    eps: float({ doc: "Added to the variance.", default: 1e-5, min: 0 }),
    affine,
  },
  infer(args, [input], ctx) {
    const count = channels(input);
    if (!input) return undefined;
    if (input.length === 0) {
      ctx.report("wrong-rank", "group_norm needs channels, but its input is a scalar");
      return undefined;
    }
    if (typeof count === "number" && count % args.groups !== 0) {
      ctx.report("channels-not-divisible", indivisible(count, "channels", args.groups, "groups"), "groups");
      return undefined;
    }
    return input;
  },
  weights: (args, [input]) => (args.affine ? scaleAndShift(channels(input)) : []),
  work: (args, _inputs, output) => operationsPerElement(args.affine ? 7 : 5, output),
  formula: (args, [input]) => (args.affine ? `2·${channels(input)}` : "0"),
});

export const instance_norm = defineOperator({
  name: "instance_norm",
  family: "normalization",
  doc: "Instance normalisation (Ulyanov et al. 2016): (x − mean) / √(variance + eps), with the statistics of each channel of each image. As in PyTorch it has no parameters unless asked for. Its receptive field is counted as that of its input.",
  params: {
    eps: float({ doc: "Added to the variance.", default: 1e-5, min: 0 }),
    affine: bool({ doc: "Has a trainable scale and shift: 2·C parameters.", default: false }),
  },
  infer(_args, [input], ctx) {
    if (!input || !isFeatureMap(input, "instance_norm", ctx)) return undefined;
    if (input.slice(1).every((size) => size === 1)) {
      ctx.report(
        "wrong-rank",
        `instance_norm of ${formatShape(input)} would normalise one value by itself and give zeros; use layer_norm or group_norm`,
      );
      return undefined;
    }
    return input;
  },
  weights: (args, [input]) => (args.affine ? scaleAndShift(channels(input)) : []),
  work: (args, _inputs, output) => operationsPerElement(args.affine ? 7 : 5, output),
  formula: (args, [input]) => (args.affine ? `2·${channels(input)}` : "0"),
});
