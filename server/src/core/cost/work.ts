/**
 * What a layer does and moves in one run: a whole batch, with every size known. Where a cost tells an architecture, this
 * tells a run; times are held against it.
 */
import type { Graph, GraphNode, GraphValue } from "../ir/graph.ts";
import { parameterCount } from "../ops/operator.ts";
import { operatorNamed } from "../ops/registry.ts";
import { sizeAt } from "../shape/evaluate.ts";
import { elements } from "../shape/shape.ts";

export interface RunSizes {
  readonly batch: number;
  /** Of dimensions that the network knows by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Of a number of a tensor, and of a weight. */
  readonly tensorBytes: number;
  readonly weightBytes: number;
}

export interface LayerWork {
  /** Of the whole batch; undefined where a size is not known. */
  readonly macs: number | undefined;
  readonly flops: number | undefined;
  readonly params: number;
  /** That it reads and writes at least: its inputs, its weights and its output, once. */
  readonly bytes: number | undefined;
  /** With the batch. */
  readonly outputShape: readonly number[] | undefined;
}

export function layerWork(node: GraphNode, run: RunSizes): LayerWork {
  const { batch, sizes = {}, tensorBytes, weightBytes } = run;
  const operator = operatorNamed(node.op);
  const scaled = (value: number | undefined) => (value === undefined ? undefined : value * batch);
  const countOf = (value: GraphValue) => scaled(sizeAt(elements(value.shape), sizes));
  const output = countOf(node.output);
  const stored = node.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  // Of a table of embeddings only the rows that are looked up are read.
  const weights = operator?.family === "embedding" ? Math.min(stored, output ?? stored) : stored;
  const moved = total([...node.inputs.map(countOf), output]);
  const shape = node.output.shape.map((dim) => sizeAt(dim, sizes));
  return {
    macs: scaled(sizeAt(node.macs, sizes)),
    flops: scaled(sizeAt(node.flops, sizes)),
    params: parameterCount(node.weights),
    // A view is the same memory by another name.
    bytes: operator?.view ? 0 : moved === undefined ? undefined : moved * tensorBytes + weights * weightBytes,
    outputShape: shape.every((size) => size !== undefined) ? [batch, ...shape] : undefined,
  };
}

/** What all layers do together. */
export function networkWork(graph: Graph, run: RunSizes): Pick<LayerWork, "macs" | "flops" | "bytes"> {
  const layers = graph.nodes.map((node) => layerWork(node, run));
  return {
    macs: total(layers.map(({ macs }) => macs)),
    flops: total(layers.map(({ flops }) => flops)),
    bytes: total(layers.map(({ bytes }) => bytes)),
  };
}

function total(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}
