/** What a row of the table writes to: Keras layers, their weights, and the layouts between them. */
import type { GraphNode } from "../../../ir/graph.ts";
import type { Shape } from "../../../shape/shape.ts";
import type { ExportProblem } from "../../backend.ts";
import type { Layout, Layouts } from "../layout.ts";
import type { TfTensor } from "../weights.ts";

export interface KerasLayer {
  readonly class_name: string;
  readonly name: string;
  readonly config: object;
  readonly inbound_nodes: readonly (readonly (readonly [string, number, number, object])[])[];
}

/** A weight of a Keras layer, by its name there, from one of ours. */
export interface KerasWeight {
  readonly from: string;
  /** The sizes it is read as; its own unless given. */
  readonly sizes?: readonly number[];
  /** The order its axes are put in; as they are unless given. */
  readonly order?: readonly number[];
  /** Sizes in the file, where axes of 1 are added. */
  readonly shape?: readonly number[];
}

export interface Part {
  /** Named `layer/name`; the layer's own name where it is left out. */
  readonly name?: string;
  readonly className: string;
  readonly config?: object;
  readonly weights?: Readonly<Record<string, KerasWeight>>;
}

export interface LayersLowering {
  /** Of the first input. */
  readonly inputShape: Shape;
  readonly layout: Layout;
  input(layout: Layout, index?: number): string;
  /** The first input, such that its elements come in lwnet's order. */
  elements(): string;
  has(weight: string): boolean;
  /** No element of the first input is below zero. */
  readonly notNegative: boolean;
  layer(part: Part, inputs: string | readonly string[]): string;
  output(tensor: string, layout: Layout): void;
  /** The layer can't be written as Keras layers; the sentence goes on after its name. */
  problem(message: string): void;
}

export interface Collected {
  readonly layers: KerasLayer[];
  readonly tensors: TfTensor[];
  readonly problems: ExportProblem[];
  fresh(wanted: string): string;
}

export function layersLowering(
  node: GraphNode,
  layouts: Layouts,
  into: Collected,
  notNegative: boolean,
): LayersLowering {
  const value = (index: number) => node.inputs[index] ?? node.output;
  return {
    inputShape: node.inputs[0]?.shape ?? [],
    layout: layouts.layoutOf(value(0)),
    notNegative,
    input: (layout, index = 0) => layouts.read(value(index), layout),
    elements: () => layouts.readElements(value(0)),
    has: (name) => node.weights.some((weight) => weight.name === name),
    layer(part, inputs) {
      const name = addLayer(
        into,
        part.name === undefined ? node.name : `${node.name}/${part.name}`,
        part,
        inputs,
      );
      for (const [suffix, { from, sizes, order, shape }] of Object.entries(part.weights ?? {})) {
        const weight = node.weights.find((w) => w.name === from);
        if (!weight) continue;
        const read = sizes ?? weight.shape;
        const axes = order ?? read.map((_, axis) => axis);
        into.tensors.push({
          name: `${name}/${suffix}`,
          shape: shape ?? axes.map((axis) => read[axis] ?? 1),
          dtype: "float32",
          values: { weight, sizes: read, order: axes },
        });
      }
      return name;
    },
    output: (tensor, layout) => layouts.write(node.output, tensor, layout),
    problem: (message) => into.problems.push({ node: node.name, origin: node.origin, message }),
  };
}

/** Gives the name that the layer got. */
export function addLayer(
  into: Collected,
  wanted: string,
  { className, config = {} }: Part,
  inputs: string | readonly string[],
): string {
  const name = into.fresh(wanted);
  const sources = typeof inputs === "string" ? [inputs] : inputs;
  into.layers.push({
    class_name: className,
    name,
    config: { name, trainable: true, ...config },
    inbound_nodes: sources.length === 0 ? [] : [sources.map((source) => [source, 0, 0, {}] as const)],
  });
  return name;
}
