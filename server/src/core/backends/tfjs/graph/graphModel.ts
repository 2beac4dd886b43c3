/** A graph as a TensorFlow graph: `tf.loadGraphModel` loads it. It has what no Keras layer has, and is only run. */
import type { Graph, GraphValue } from "../../../ir/graph.ts";
import type { ExportProblem } from "../../backend.ts";
import { layoutsOf, outerLayout, shapeIn } from "../layout.ts";
import type { TfTensor } from "../weights.ts";
import { addIntegers, type Collected, graphLowering } from "./lowering.ts";
import { tensorShape, type } from "./nodeDef.ts";
import { lower } from "./ops.ts";

export interface GraphModel {
  readonly topology: object;
  readonly signature: object;
  readonly tensors: readonly TfTensor[];
  readonly problems: readonly ExportProblem[];
}

export function graphModel(graph: Graph): GraphModel {
  // Weights have their names first: that is what checkpoints know them by.
  const taken = new Set(graph.nodes.flatMap(({ weights }) => weights.map(({ fullName }) => fullName)));
  const into: Collected = {
    nodes: [],
    tensors: [],
    problems: [],
    fresh(wanted) {
      let name = wanted;
      for (let n = 1; taken.has(name); n++) name = `${wanted}_${n}`;
      taken.add(name);
      return name;
    },
  };
  const layouts = layoutsOf((tensor, order, value) => {
    const name = into.fresh(`${value.name}/turned`);
    const perm = addIntegers(into, into.fresh(`${name}/order`), [0, ...order.map((axis) => axis + 1)]);
    into.nodes.push({ name, op: "Transpose", input: [tensor, perm] });
    return name;
  });
  const inputs = graph.inputs.map((value) => {
    const layout = outerLayout(value.shape);
    const shape = tensorShape(shapeIn(layout, value.shape));
    const name = into.fresh(value.name);
    into.nodes.push({ name, op: "Placeholder", attr: { dtype: type("DT_FLOAT"), shape: { shape } } });
    layouts.write(value, name, layout);
    return [value.name, tensorInfo(name, value)] as const;
  });
  for (const node of graph.nodes) lower(node, graphLowering(node, layouts, into));
  // An output is told by its node: those of the same tensor, and inputs, get nodes of their own.
  const told = new Set(inputs.map(([, { name }]) => name));
  const outputs = graph.outputs.map(({ name, value }) => {
    const tensor = layouts.read(value, outerLayout(value.shape));
    let info = tensorInfo(tensor, value);
    if (told.has(info.name)) {
      const copy = into.fresh(name);
      into.nodes.push({ name: copy, op: "Identity", input: [tensor] });
      info = tensorInfo(copy, value);
    }
    told.add(info.name);
    return [name, info] as const;
  });
  return {
    topology: { node: into.nodes, library: {}, versions: { producer: 1882 } },
    signature: { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) },
    tensors: into.tensors,
    problems: into.problems,
  };
}

function tensorInfo(node: string, { shape }: GraphValue) {
  const sizes = tensorShape(shapeIn(outerLayout(shape), shape));
  return { name: `${node}:0`, dtype: "DT_FLOAT", tensorShape: sizes };
}
