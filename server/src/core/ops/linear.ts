/** Fully connected layers, on vectors or on the last axis of a sequence. */
import { add, multiply, product } from "../shape/dim.ts";
import { elements, formatShape, type Shape } from "../shape/shape.ts";
import { defineOperator, type WeightSpec } from "./operator.ts";
import { bool, int } from "./params.ts";

export const linear = defineOperator({
  name: "linear",
  family: "linear",
  doc: "Fully connected layer on a vector. Parameters: (F_in + bias)·F_out; multiply-adds: F_in·F_out.",
  params: {
    features: int({ doc: "Output features." }),
    bias: bool({ doc: "Adds a trainable value to each output feature.", default: true }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length === 0 || input.length > 2) {
      const features = elements(input);
      ctx.report(
        "not-flat",
        `linear needs a vector, but its input is ${formatShape(input)}; flatten it first (${features} features) or pool it to 1×1`,
      );
      return undefined;
    }
    return [...input.slice(0, -1), args.features];
  },
  weights(args, [input]) {
    const fanIn = input?.at(-1);
    if (typeof fanIn !== "number") return [];
    const weight: WeightSpec = {
      name: "weight",
      shape: [args.features, fanIn],
      initializer: { kind: "he", fanIn },
      trainable: true,
    };
    if (!args.bias) return [weight];
    return [
      weight,
      { name: "bias", shape: [args.features], initializer: { kind: "zeros" }, trainable: true },
    ];
  },
  work(args, [input], output) {
    const macs = multiply(input?.at(-1), product(output));
    return { macs, flops: add(multiply(2, macs), args.bias ? elements(output) : 0) };
  },
  window: () => "whole",
  formula: (args, [input]) => `(${featuresText(input)} + ${args.bias ? 1 : 0})·${args.features}`,
});

function featuresText(input: Shape | undefined): string {
  return String(input?.at(-1) ?? "?");
}
