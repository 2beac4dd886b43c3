/** What is computed and stored in how many bits, layer by layer. */
import type { GraphNode, WeightTensor } from "../../ir/graph.ts";
import type { OperatorName } from "../../ops/registry.ts";

/**
 * `int8-weights` keeps the large weights in 8 bits and computes in 32; `int8` computes in 8 as well where it can,
 * with scales for the tensors between layers.
 */
export const precisions = ["fp32", "fp16", "int8-weights", "int8"] as const;

export type Precision = (typeof precisions)[number];

/** Whether the large weights have 8 bits. */
export function isEight(precision: Precision): boolean {
  return precision === "int8-weights" || precision === "int8";
}

/**
 * The largest whole number that a weight of 8 bits takes. Where layers compute in 8 bits it is 63: processors without
 * instructions for it add two products in 16 bits, which larger ones would overflow.
 */
export function largestWeight(precision: Precision): number {
  return precision === "int8" ? 63 : 127;
}

/** Layers that square or add up so much that 16 bits would overflow. */
const wide: ReadonlySet<OperatorName> = new Set(["lrn", "group_norm", "instance_norm", "log_softmax"]);

/** Whether a layer computes in 32 bits in a network of 16. */
export function isWide({ op }: GraphNode, opset: number): boolean {
  // Before opset 17 a layer normalisation is written out, squares and all; the operator widens by itself.
  return wide.has(op) || (op === "layer_norm" && opset < 17);
}

const quantizable: ReadonlySet<OperatorName> = new Set([
  "conv",
  "depthwise",
  "separable",
  "conv_transpose",
  "linear",
  "attention",
]);

/** Whether a weight is stored in 8 bits: those that are multiplied with, not what is added. */
export function isQuantized({ op }: GraphNode, { shape }: WeightTensor): boolean {
  return quantizable.has(op) && shape.length > 1;
}
