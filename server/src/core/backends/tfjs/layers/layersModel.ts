/** A graph as a functional Keras model: `tf.loadLayersModel` loads it, and it can be trained. */
import type { Graph } from "../../../ir/graph.ts";
import { liveNodes } from "../../../ir/passes/liveNodes.ts";
import type { ExportProblem } from "../../backend.ts";
import { layoutsOf, outerLayout, shapeIn } from "../layout.ts";
import type { TfTensor } from "../weights.ts";
import { addLayer, type Collected, layersLowering } from "./lowering.ts";
import { notNegative } from "./notNegative.ts";
import { lower } from "./ops.ts";
import { permuted } from "./reshaping.ts";

export interface TfModel {
  readonly topology: object;
  readonly tensors: readonly TfTensor[];
  readonly problems: readonly ExportProblem[];
}

export function layersModel(graph: Graph): TfModel {
  const taken = new Set<string>();
  const collected: Collected = {
    layers: [],
    tensors: [],
    problems: [],
    fresh(wanted) {
      // TensorFlow.js wants a letter or a digit first.
      const plain = wanted.replace(/^[^A-Za-z0-9]/, "u$&");
      let name = plain;
      for (let n = 1; taken.has(name); n++) name = `${plain}_${n}`;
      taken.add(name);
      return name;
    },
  };
  const layouts = layoutsOf((tensor, order, value) =>
    addLayer(collected, `${value.name}/turned`, { className: "Permute", config: permuted(order) }, tensor),
  );
  const end = (name: string) => [name, 0, 0];
  const inputs = graph.inputs.map((value) => {
    const layout = outerLayout(value.shape);
    const sizes = shapeIn(layout, value.shape).map((size) => (typeof size === "number" ? size : null));
    const config = { batch_input_shape: [null, ...sizes], dtype: "float32", sparse: false };
    const name = addLayer(collected, value.name, { className: "InputLayer", config }, []);
    layouts.write(value, name, layout);
    return end(name);
  });
  const positive = notNegative(graph);
  // Weights of layers that lead to no output would find no layer to go to.
  for (const node of liveNodes(graph)) {
    lower(node, layersLowering(node, layouts, collected, positive.has(node.inputs[0]?.name ?? "")));
  }
  const outputs = graph.outputs.map(({ value }) => end(layouts.read(value, outerLayout(value.shape))));
  const config = {
    name: graph.name,
    layers: collected.layers,
    input_layers: inputs,
    output_layers: outputs,
  };
  const topology = {
    keras_version: "tfjs-layers 4.22.0",
    backend: "tensor_flow.js",
    model_config: { class_name: "Functional", config },
  };
  return { topology, tensors: collected.tensors, problems: collected.problems };
}
