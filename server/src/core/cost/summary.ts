/** A network layer by layer with its totals: what `lwnet summary` prints and other tools read. */
import { type FileAnalysis, type NetworkAnalysis, placeOfName } from "../analysis.ts";
import { expand } from "../ir/expand.ts";
import type { GraphNode } from "../ir/graph.ts";
import { nodeLines } from "../ir/lines.ts";
import { describeCall } from "../ops/describe.ts";
import { parameterCount } from "../ops/operator.ts";
import type { Dim } from "../shape/dim.ts";
import { multiply } from "../shape/dim.ts";
import { elements, type Shape } from "../shape/shape.ts";
import { bytesPerElement, sizeBytes } from "./cost.ts";
import { peakOf } from "./peak.ts";

/** Plain integers; a count in named dimensions is an expression such as `9408·H·W`. */
type Count = number | string;

export interface Summary {
  readonly network: string;
  readonly params: Count;
  readonly buffers: Count;
  readonly macs: Count;
  readonly flops: Count;
  /** Bytes of every layer's output at 32 bits, for a batch of one. */
  readonly activationBytes: Count;
  /** The most bytes of tensors alive at once; null where named dimensions leave it open. */
  readonly peakBytes: number | null;
  /** Bytes of the parameters at 32 bits. */
  readonly weightBytes: Count;
  readonly inputs: readonly NamedShape[];
  readonly outputs: readonly NamedShape[];
  readonly layers: readonly LayerSummary[];
}

export interface NamedShape {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly Count[];
}

export interface LayerSummary {
  readonly name: string;
  readonly op: string;
  /** With the arguments that are not the default: `conv(64, 7, stride: 2)`. */
  readonly call: string;
  /** Of the tensors that it reads: an input of the network, or another layer's name. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly (readonly Count[])[];
  readonly outputShape: readonly Count[];
  readonly params: Count;
  readonly macs: Count;
  readonly flops: Count;
  readonly activationBytes: Count;
  /** One-based line in the file. */
  readonly line: number;
}

/** The summary of a network that can be expanded, or why it can't. */
export function summarize(
  file: FileAnalysis,
  network: NetworkAnalysis,
): Summary | { readonly problem: string } {
  const { instance, name } = network;
  if (!instance) return { problem: network.problem ?? `network ${name} has errors` };
  const graph = expand(name, instance, placeOfName(network));
  if ("problem" in graph) return graph;
  const lineOf = nodeLines(file.source);
  const { cost } = instance;
  return {
    network: name,
    params: count(cost.params),
    buffers: count(cost.buffers),
    macs: count(cost.macs),
    flops: count(cost.flops),
    activationBytes: count(cost.activationBytes),
    peakBytes: peakOf(instance)?.bytes ?? null,
    weightBytes: count(sizeBytes(cost)),
    inputs: graph.inputs.map((input) => ({ name: input.name, shape: input.shape.map(count) })),
    outputs: graph.outputs.map((output) => ({ name: output.name, shape: output.value.shape.map(count) })),
    layers: graph.nodes.map((node) => layerSummary(node, lineOf(node))),
  };
}

function layerSummary(node: GraphNode, line: number): LayerSummary {
  return {
    name: node.name,
    op: node.op,
    call: describeCall(node.op, node.args),
    inputs: node.inputs.map((input) => input.name),
    inputShapes: node.inputs.map((input) => counts(input.shape)),
    outputShape: counts(node.output.shape),
    params: parameterCount(node.weights),
    macs: count(node.macs),
    flops: count(node.flops),
    activationBytes: count(multiply(bytesPerElement, elements(node.output.shape))),
    line,
  };
}

function counts(shape: Shape): Count[] {
  return shape.map(count);
}

function count(value: Dim): Count {
  return typeof value === "number" ? value : String(value ?? "?");
}
