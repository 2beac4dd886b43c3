/** What a row of the table writes to: nodes of a TensorFlow graph, its constants, and the layouts between layers. */
import type { GraphNode } from "../../../ir/graph.ts";
import type { Shape } from "../../../shape/shape.ts";
import type { ExportProblem } from "../../backend.ts";
import type { Layout, Layouts } from "../layout.ts";
import type { TfTensor } from "../weights.ts";
import { type Attributes, type DataType, type NodeDef, type } from "./nodeDef.ts";

/** How a weight lies in the file. */
export interface Arrangement {
  /** The sizes it is read as; its own unless given. */
  readonly sizes?: readonly number[];
  /** The order its axes are put in; as they are unless given. */
  readonly order?: readonly number[];
  /** Sizes in the file, where axes of 1 are added or left out. */
  readonly shape?: readonly number[];
}

export interface GraphLowering {
  /** Of the first input. */
  readonly inputShape: Shape;
  /** The layout that the first input is had in for free. */
  readonly layout: Layout;
  input(layout: Layout, index?: number): string;
  /** The first input, such that its elements come in lwnet's order. */
  elements(): string;
  /** The constant of a weight, or undefined where the layer has none of that name. */
  weight(name: string, arrangement?: Arrangement): string | undefined;
  floats(name: string, values: readonly number[], shape?: readonly number[]): string;
  integers(name: string, values: readonly number[], shape?: readonly number[]): string;
  /** A node on the way, named `layer/name`; gives its tensor. */
  part(name: string, op: string, inputs: readonly string[], attr?: Attributes): string;
  /** The layer's tensor: the node that makes it bears the layer's name. */
  output(tensor: string, layout: Layout): void;
  /** The layer can't be written; the sentence goes on after its name. */
  problem(message: string): void;
}

/** What the lowerings of one file share. */
export interface Collected {
  readonly nodes: NodeDef[];
  readonly tensors: TfTensor[];
  readonly problems: ExportProblem[];
  /** A name that nothing has yet, as near to the one asked for as can be. */
  fresh(wanted: string): string;
}

export function graphLowering(node: GraphNode, layouts: Layouts, into: Collected): GraphLowering {
  const value = (index: number) => node.inputs[index] ?? node.output;
  const named = (name: string) => into.fresh(`${node.name}/${name}`);
  const part = (name: string, op: string, inputs: readonly string[], attr: Attributes = {}): string => {
    const tensor = named(name);
    into.nodes.push({ name: tensor, op, input: inputs, attr });
    return tensor;
  };
  const weights = new Map<string, string>();
  const start = into.nodes.length;
  return {
    inputShape: node.inputs[0]?.shape ?? [],
    layout: layouts.layoutOf(value(0)),
    input: (layout, index = 0) => layouts.read(value(index), layout),
    elements: () => layouts.readElements(value(0)),
    weight(name, { sizes, order, shape } = {}) {
      const weight = node.weights.find((w) => w.name === name);
      if (!weight || weights.has(name)) return weight && weights.get(name);
      const read = sizes ?? weight.shape;
      const axes = order ?? read.map((_, axis) => axis);
      const values = { weight, sizes: read, order: axes };
      constant(into, {
        name: weight.fullName,
        shape: shape ?? axes.map((axis) => read[axis] ?? 1),
        dtype: "float32",
        values,
      });
      weights.set(name, weight.fullName);
      return weight.fullName;
    },
    floats: (name, values, shape = [values.length]) =>
      constant(into, {
        name: named(name),
        shape,
        dtype: "float32",
        values: new Uint8Array(Float32Array.from(values).buffer),
      }),
    integers: (name, values, shape = [values.length]) => addIntegers(into, named(name), values, shape),
    part,
    output(tensor, layout) {
      const made = into.nodes.findIndex((n, i) => i >= start && n.name === tensor && n.op !== "Const");
      const last = into.nodes[made];
      const name = into.fresh(node.name);
      // Nothing else has read it: what is made last is what leaves the layer.
      if (last) into.nodes[made] = { ...last, name };
      else into.nodes.push({ name, op: "Identity", input: [tensor] });
      layouts.write(node.output, name, layout);
    },
    problem: (message) => into.problems.push({ node: node.name, origin: node.origin, message }),
  };
}

export function addIntegers(
  into: Collected,
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): string {
  return constant(into, {
    name,
    shape,
    dtype: "int32",
    values: new Uint8Array(Int32Array.from(values).buffer),
  });
}

const dataTypes: Readonly<Record<TfTensor["dtype"], DataType>> = { float32: "DT_FLOAT", int32: "DT_INT32" };

/** Its values lie with the weights, under the node's name. */
function constant(into: Collected, tensor: TfTensor): string {
  into.tensors.push(tensor);
  into.nodes.push({ name: tensor.name, op: "Const", attr: { dtype: type(dataTypes[tensor.dtype]) } });
  return tensor.name;
}
