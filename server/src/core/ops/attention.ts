/** Attention between the elements of a sequence. Sequences are length×features. */
import { add, type Dim, multiply, product } from "../shape/dim.ts";
import { formatShape } from "../shape/shape.ts";
import { indivisible } from "./axes.ts";
import { defineOperator, productText, type WeightSpec } from "./operator.ts";
import { bool, int } from "./params.ts";

/**
 * The names are those of PyTorch's MultiheadAttention: queries, keys and values come from one stacked weight.
 */
export const attention = defineOperator({
  name: "attention",
  family: "attention",
  doc: "Multi-head self-attention (Vaswani et al. 2017) on a sequence L×E: softmax(Q·Kᵀ / √(E/heads))·V for each head, where Q, K and V are linear in the input and the heads' results pass one more linear layer. Parameters: 4·E·(E + bias); multiply-adds: 4·L·E² for the linear layers and 2·L²·E for Q·Kᵀ and the product with V, as torchvision counts.",
  params: {
    heads: int({ doc: "Heads that attend apart from each other, each with E/heads features." }),
    bias: bool({ doc: "The linear layers add a trainable value to each of their outputs.", default: true }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length !== 2) {
      const fix =
        input.length > 2
          ? "; make a sequence of it first: `flatten(1) -> transpose`"
          : "; it attends between the elements of a sequence";
      ctx.report(
        "wrong-rank",
        `attention needs a sequence (length×features), but its input is ${formatShape(input)}${fix}`,
      );
      return undefined;
    }
    const features = input[1];
    if (typeof features === "number" && features % args.heads !== 0) {
      ctx.report("channels-not-divisible", indivisible(features, "features", args.heads, "heads"), "heads");
      return undefined;
    }
    return input;
  },
  weights(args, [input]) {
    const size = input?.[1];
    if (typeof size !== "number") return [];
    return [
      ...projection("in_proj_weight", "in_proj_bias", 3 * size, size, args.bias),
      ...projection("out_proj.weight", "out_proj.bias", size, size, args.bias),
    ];
  },
  work(args, [input]) {
    const [length, features] = input ?? [];
    const projections = product([4, length, features, features]);
    const products = product([2, length, length, features]);
    const macs = add(projections, products);
    const biases = args.bias ? product([4, length, features]) : 0;
    const scores: Dim = product([4 * args.heads, length, length]);
    return { macs, flops: add(multiply(2, macs), add(biases, scores)) };
  },
  window: () => "whole",
  formula: (args, [input]) => `4·${input?.[1] ?? "?"}·(${input?.[1] ?? "?"} + ${args.bias ? 1 : 0})`,
  macsFormula(_args, [input]) {
    const [length, features] = input ?? [];
    return `${productText([4, length, features, features])} + ${productText([2, length, length, features])}`;
  },
});

function projection(
  weight: string,
  bias: string,
  outputs: number,
  fanIn: number,
  hasBias: boolean,
): WeightSpec[] {
  const matrix: WeightSpec = {
    name: weight,
    shape: [outputs, fanIn],
    initializer: { kind: "scaled", fanIn, fanOut: outputs },
    trainable: true,
  };
  if (!hasBias) return [matrix];
  return [matrix, { name: bias, shape: [outputs], initializer: { kind: "zeros" }, trainable: true }];
}
