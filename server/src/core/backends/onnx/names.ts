/**
 * The names of tensors in the file, each given once. A tensor keeps its name in the graph as a rule; one that is
 * an output of the network takes the output's name.
 */
import type { Graph, GraphOutput, GraphValue, WeightTensor } from "../../ir/graph.ts";

export interface Names {
  ofValue(value: GraphValue): string;
  ofWeight(weight: WeightTensor): string;
  /** A name that nothing has yet, as near to the one asked for as can be. */
  fresh(wanted: string): string;
  /** Outputs that could not give their name to the tensor itself, and so need a copy: `[output, its name]`. */
  readonly copies: readonly (readonly [GraphOutput, string])[];
  /** The names of the outputs, in the graph's order. */
  readonly outputs: readonly string[];
}

/** With `apart` every output is a copy, for a tensor of another type. */
export function namesOf(graph: Graph, apart = false): Names {
  const taken = new Set<string>();
  const fresh = (wanted: string) => {
    let name = wanted;
    for (let n = 1; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  };
  const values = new Map<string, string>();
  for (const input of graph.inputs) values.set(input.name, fresh(input.name));
  const copies: (readonly [GraphOutput, string])[] = [];
  const outputs = graph.outputs.map((output) => {
    const name = fresh(output.name);
    if (apart || values.has(output.value.name)) copies.push([output, name]);
    else values.set(output.value.name, name);
    return name;
  });
  // Weights first: a checkpoint knows them by name, and a tensor between two layers may share it.
  const weights = new Map<string, string>();
  for (const weight of graph.nodes.flatMap((node) => node.weights)) {
    weights.set(weight.fullName, fresh(weight.fullName));
  }
  for (const node of graph.nodes) {
    if (!values.has(node.output.name)) values.set(node.output.name, fresh(node.output.name));
  }
  return {
    ofValue: (value) => values.get(value.name) ?? value.name,
    ofWeight: (weight) => weights.get(weight.fullName) ?? weight.fullName,
    fresh,
    copies,
    outputs,
  };
}
