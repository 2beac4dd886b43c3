/** What a case of an operator is: one layer between an input and an output, and what it should compute. */
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { OperatorArgs, OperatorName } from "../../server/src/core/ops/registry.ts";
import type { Shape } from "../../server/src/core/shape/shape.ts";
import { single } from "./graph.ts";
import type { Plain } from "./reference.ts";

type Weights = Readonly<Record<string, Plain>>;

export interface OperatorCase {
  readonly title: string;
  readonly graph: Graph;
  /** The same layer on inputs of other shapes, such as ones that are known by name. */
  shaped(shapes: readonly Shape[]): Graph;
  expected(inputs: readonly Plain[], weights: Weights): Plain;
}

type Inputs = readonly [Plain, ...Plain[]];

export function one<N extends OperatorName>(
  op: N,
  args: Partial<OperatorArgs<N>>,
  shapes: readonly (readonly number[])[],
  expected: (inputs: Inputs, weights: Weights) => Plain,
): OperatorCase {
  return {
    title: `${op} ${JSON.stringify(args)} on ${shapes.map((s) => s.join("×")).join(" and ")}`,
    graph: randomWeights(single(op, args, shapes)),
    shaped: (other) => randomWeights(single(op, args, other)),
    expected: (inputs, weights) => expected(inputs as unknown as Inputs, weights),
  };
}

/** Weights that start as zeros or ones would hide mistakes. */
export function randomWeights(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) => ({
    ...node,
    weights: node.weights.map((weight) => ({
      ...weight,
      initializer:
        weight.name === "running_var"
          ? ({ kind: "constant", value: 0.6 } as const)
          : ({ kind: "scaled", fanIn: 6, fanOut: 6 } as const),
    })),
  }));
  return { ...graph, nodes };
}
