/**
 * Receptive field and total stride of every layer, to the network's input: with kernel k, stride s and dilation d a
 * window widens the field by d·(k − 1) strides of what is below it (Araujo et al. 2019, "Computing receptive
 * fields of convolutional neural networks").
 */
import type { Graph, GraphNode } from "../ir/graph.ts";
import type { Window } from "../ops/operator.ts";
import { type AnyOperator, operatorNamed } from "../ops/registry.ts";

/** Pixels of the input that one output element sees, and the pixels between two of them, along each axis. */
export type ReceptiveField =
  | { readonly size: readonly number[]; readonly stride: readonly number[] }
  /** Every element sees the whole input. */
  | "whole";

/** The receptive field of each node's output. */
export function receptiveFields(graph: Graph): ReadonlyMap<GraphNode, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>();
  for (const input of graph.inputs) {
    const axes = Math.max(0, input.shape.length - 1);
    fields.set(input.name, { size: Array<number>(axes).fill(1), stride: Array<number>(axes).fill(1) });
  }
  const result = new Map<GraphNode, ReceptiveField>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => fields.get(input.name) ?? "whole");
    const field = through(windowOf(node), widest(inputs));
    fields.set(node.output.name, field);
    result.set(node, field);
  }
  return result;
}

function windowOf(node: GraphNode): Window | undefined {
  const operator = operatorNamed(node.op) as AnyOperator;
  return operator.window(
    node.args as Readonly<Record<string, unknown>>,
    node.inputs.map((input) => input.shape),
  );
}

function widest(fields: readonly ReceptiveField[]): ReceptiveField {
  return fields.reduce((a, b) => {
    if (a === "whole" || b === "whole") return "whole";
    return {
      size: a.size.map((n, i) => Math.max(n, b.size[i] ?? 0)),
      stride: a.stride.map((n, i) => Math.max(n, b.stride[i] ?? 0)),
    };
  });
}

function through(window: Window | undefined, below: ReceptiveField): ReceptiveField {
  if (below === "whole" || window === "whole") return "whole";
  if (!window) return below;
  return {
    size: below.size.map(
      (size, i) => size + (window.dilation[i] ?? 1) * ((window.kernel[i] ?? 1) - 1) * (below.stride[i] ?? 1),
    ),
    stride: below.stride.map((stride, i) => stride * (window.stride[i] ?? 1)),
  };
}
