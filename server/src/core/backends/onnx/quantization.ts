/**
 * Tensors of 8 bits between layers: which, and with which scale. ONNX Runtime takes a pair of QuantizeLinear and
 * DequantizeLinear on every side of a layer for the order to compute it in whole numbers.
 */
import type { Graph, GraphNode, WeightTensor } from "../../ir/graph.ts";
import type { OperatorName } from "../../ops/registry.ts";

/** The least and the largest value that tensors of the network were seen with, by name. */
export type Ranges = ReadonlyMap<string, readonly [least: number, largest: number]>;

/** A value is `scale` times its number of 8 bits, which has no sign, less `zero`. */
export interface Quantization {
  readonly scale: number;
  readonly zero: number;
}

/** Layers that give what they take, in other places: one scale holds before and after them. */
const movers: ReadonlySet<OperatorName> = new Set([
  "max_pool",
  "global_max_pool",
  "flatten",
  "reshape",
  "permute",
  "transpose",
  "slice",
  "chunk",
  "crop",
  "dropout",
  "drop_path",
  "channel_shuffle",
]);

/** Layers that there are kernels of 8 bits for. */
const computing: ReadonlySet<OperatorName> = new Set([
  "conv",
  "depthwise",
  "linear",
  "add",
  "avg_pool",
  "global_avg_pool",
]);

/** Whether a layer takes its inputs in 8 bits. */
export function takesQuantized({ op }: GraphNode): boolean {
  return movers.has(op) || computing.has(op);
}

/** How each tensor of the graph is quantized, by name. */
export function quantizations(graph: Graph, ranges: Ranges): ReadonlyMap<string, Quantization> {
  const found = new Map<string, Quantization>();
  const add = (name: string) => {
    const [least = 0, largest = 0] = ranges.get(name) ?? [];
    // Zero must have a number of its own: it is what padding holds.
    const [from, to] = [Math.min(least, 0), Math.max(largest, 0)];
    const scale = Math.fround((to - from) / 255) || 1;
    found.set(name, { scale, zero: Math.max(0, Math.min(255, Math.round(-from / scale))) });
  };
  for (const input of graph.inputs) add(input.name);
  for (const node of graph.nodes) {
    const before = movers.has(node.op) ? found.get(node.inputs[0]?.name ?? "") : undefined;
    if (before) found.set(node.output.name, before);
    else add(node.output.name);
  }
  return found;
}

/** The weight whose products a bias is added to, where both are whole numbers of one scale. */
export function weightOfBias(node: GraphNode, tensor: WeightTensor): WeightTensor | undefined {
  const adds = node.op === "conv" || node.op === "depthwise" || node.op === "linear";
  return adds && tensor.name === "bias" ? node.weights.find(({ name }) => name === "weight") : undefined;
}
