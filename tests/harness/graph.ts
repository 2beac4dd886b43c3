/** Builds graphs for tests straight from operators, without any text: `network(b => b.output(b.layer("relu", …)))`. */
import type { Section } from "../../grammar/ast.ts";
import type { Graph, GraphNode, GraphOutput, GraphValue } from "../../server/src/core/ir/graph.ts";
import { weightName } from "../../server/src/core/ops/operator.ts";
import { type OperatorArgs, type OperatorName, operatorNamed } from "../../server/src/core/ops/registry.ts";
import type { Shape } from "../../server/src/core/shape/shape.ts";

const nowhere: Section = { file: "test", text: "", items: [], comments: [], errors: [] };

export interface GraphBuilder {
  input(name: string, shape: Shape): GraphValue;
  /** A layer named as its operator with a running number, unless named. Arguments left out take their defaults. */
  layer<N extends OperatorName>(
    op: N,
    args: Partial<OperatorArgs<N>>,
    inputs: GraphValue | readonly GraphValue[],
    name?: string,
  ): GraphValue;
  output(value: GraphValue, name?: string): void;
}

export function network(build: (b: GraphBuilder) => void, name = "Net"): Graph {
  const inputs: GraphValue[] = [];
  const outputs: GraphOutput[] = [];
  const nodes: GraphNode[] = [];
  build({
    input(inputName, shape) {
      const value = { name: inputName, shape };
      inputs.push(value);
      return value;
    },
    layer(op, given, from, nodeName = `${op}${nodes.length}`) {
      const node = layerNode(op, given, isValue(from) ? [from] : from, nodeName);
      nodes.push(node);
      return node.output;
    },
    output: (value, outputName = value.name) => outputs.push({ name: outputName, value }),
  });
  return { name, inputs, outputs, nodes };
}

/** One layer between an input and an output of the same names everywhere. */
export function single<N extends OperatorName>(
  op: N,
  args: Partial<OperatorArgs<N>>,
  shapes: readonly Shape[],
): Graph {
  return network((b) => {
    const inputs = shapes.map((shape, i) => b.input(i === 0 ? "x" : `x${i}`, shape));
    b.output(b.layer(op, args, inputs, "layer"), "y");
  });
}

function layerNode(op: OperatorName, given: object, inputs: readonly GraphValue[], name: string): GraphNode {
  const operator = operatorNamed(op);
  if (!operator) throw new Error(`no operator ${op}`);
  const shapes = inputs.map((value) => value.shape);
  const rank = Math.max(1, (shapes[0]?.length ?? 3) - 1);
  const defaults = Object.entries(operator.params).map(([key, param]) => [key, param.default?.(rank)]);
  const args = { ...Object.fromEntries(defaults), ...given };
  const reports: string[] = [];
  const shape = operator.infer(args, shapes, { report: (_code, message) => reports.push(message) });
  if (!shape) throw new Error(`${op}: ${reports.join("; ")}`);
  const weights = operator.weights(args, shapes).map((w) => ({ ...w, fullName: weightName(name, w) }));
  const node = {
    op,
    args,
    name,
    inputs,
    output: { name, shape },
    weights,
    ...operator.work(args, shapes, shape),
    origin: { location: { section: nowhere, range: { start: 0, end: 0 } }, path: [] },
  };
  return node as unknown as GraphNode;
}

function isValue(from: GraphValue | readonly GraphValue[]): from is GraphValue {
  return !Array.isArray(from);
}
