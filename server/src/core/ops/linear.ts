/** Products with a matrix: fully connected layers, whose matrix is trained, and `matmul` of two tensors. */
import { differs } from "../shape/conditions.ts";
import { add, type Dim, equal, multiply, product } from "../shape/dim.ts";
import { elements, formatShape, type Shape } from "../shape/shape.ts";
import { axisOf, resolveAxis, sizeAlong } from "./axes.ts";
import { defineOperator, productText, type WeightSpec } from "./operator.ts";
import { bool, int, position, tensor } from "./params.ts";

export const linear = defineOperator({
  name: "linear",
  family: "linear",
  doc: "Fully connected layer on a vector, or on each element of a sequence. Parameters: (F_in + bias)·F_out; multiply-adds: F_in·F_out for each of them.",
  params: {
    features: int({ doc: "Output features." }),
    bias: bool({ doc: "Adds a trainable value to each output feature.", default: true }),
    axis: position({
      doc: "The axis of the features. `axis: 0` on a feature map is a 1×1 convolution whose weight has no kernel axes, as in ConvNeXt.",
      defaultText: "the last of a vector or sequence",
    }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (args.axis === undefined && (input.length === 0 || input.length > 2)) {
      const features = elements(input);
      ctx.report(
        "not-flat",
        `linear needs a vector, but its input is ${formatShape(input)}; flatten it first (${features} features) or pool it to 1×1`,
      );
      return undefined;
    }
    const axis = resolveAxis(args.axis ?? -1, input, ctx);
    return axis === undefined ? undefined : input.with(axis, args.features);
  },
  weights(args, [input]) {
    const fanIn = sizeAlong(args.axis ?? -1, input);
    if (typeof fanIn !== "number") return [];
    const weight: WeightSpec = {
      name: "weight",
      shape: [args.features, fanIn],
      initializer: { kind: "scaled", fanIn, fanOut: args.features },
      trainable: true,
    };
    if (!args.bias) return [weight];
    return [
      weight,
      { name: "bias", shape: [args.features], initializer: { kind: "zeros" }, trainable: true },
    ];
  },
  work(args, [input], output) {
    const macs = multiply(sizeAlong(args.axis ?? -1, input), product(output));
    return { macs, flops: add(multiply(2, macs), args.bias ? elements(output) : 0) };
  },
  window: (_args, [input]) => (input?.length === 1 ? "whole" : undefined),
  formula: (args, [input]) =>
    `(${sizeAlong(args.axis ?? -1, input) ?? "?"} + ${args.bias ? 1 : 0})·${args.features}`,
  macsFormula: (args, [input], output) => productText([sizeAlong(args.axis ?? -1, input), ...output]),
});

/** The axis of a linear layer's features, counted from 0. */
export function linearAxis(axis: number | undefined, input: Shape): number {
  return axisOf(axis ?? -1, input);
}

export const matmul = defineOperator({
  name: "matmul",
  family: "linear",
  doc: "Product of the current tensor with another, as matrices in their last two axes: M×K times K×N gives M×N. Axes before these must be equal. Multiply-adds: M·K·N.",
  params: {
    other: tensor({ doc: "The right factor." }),
    transpose: bool({ doc: "Takes the right factor transposed, N×K: QKᵀ of attention.", default: false }),
  },
  infer(args, [left, right], ctx) {
    if (!left || !right) return undefined;
    const shapes = `${formatShape(left)} and ${formatShape(right)}`;
    if (left.length < 2 || left.length !== right.length) {
      ctx.report(
        "wrong-rank",
        `matmul needs two tensors of equally many axes, two at least, but gets ${shapes}`,
      );
      return undefined;
    }
    const [rows, inner, depth, columns] = matrixSizes(left, right, args.transpose);
    if (differs(inner, depth)) {
      // Taken the other way round, the columns are what must fit.
      const turned = equal(inner, columns) ? `; \`transpose: ${!args.transpose}\` would fit` : "";
      ctx.report(
        "shape-mismatch",
        `matmul can't multiply rows of ${inner} with columns of ${depth}: the factors are ${shapes}${turned}`,
      );
      return undefined;
    }
    const lead = left.slice(0, -2);
    if (lead.some((size, axis) => differs(size, right[axis]))) {
      ctx.report("shape-mismatch", `matmul needs equal axes before the last two, but gets ${shapes}`);
      return undefined;
    }
    return [...lead, rows, columns];
  },
  work(_args, [left], output) {
    const macs = multiply(left?.at(-1), product(output));
    return { macs, flops: multiply(2, macs) };
  },
  window: () => "whole",
  macsFormula: (_args, [left], output) => productText([left?.at(-1), ...output]),
});

/** Rows and inner size of the left factor, inner size and columns of the right one. */
function matrixSizes(left: Shape, right: Shape, transpose: boolean): readonly [Dim, Dim, Dim, Dim] {
  const [depth, columns] = transpose ? [right.at(-1), right.at(-2)] : [right.at(-2), right.at(-1)];
  return [left.at(-2), left.at(-1), depth, columns];
}
