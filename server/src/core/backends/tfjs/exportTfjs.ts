/**
 * Graph to TensorFlow.js: a `model.json` under the name that is asked for, and beside it the weights in files of a few
 * megabytes each, as browsers keep them. A layers model can be trained; a graph model has what no layer has.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Graph } from "../../ir/graph.ts";
import { formatShape } from "../../shape/shape.ts";
import type { ArtifactFile, ExportProblem, ExportResult, Format, FormatOptions } from "../backend.ts";
import { problemSentences } from "../problemText.ts";
import { graphModel } from "./graph/graphModel.ts";
import { layersModel } from "./layers/layersModel.ts";
import { outerLayout, shapeIn } from "./layout.ts";
import { shardsOf, type TfTensor } from "./weights.ts";

export const tfjsFormat: Format = {
  title: "TensorFlow.js",
  extension: ".json",
  description: "a model for browsers, of layers where there is one for each of the network's, else a graph",
  write: exportTfjs,
  variants: [
    {
      title: "TensorFlow.js layers",
      description: "to run and to train; refused where a layer has no counterpart",
      options: { tfjs: { kind: "layers" } },
    },
    { title: "TensorFlow.js graph", description: "to run only", options: { tfjs: { kind: "graph" } } },
  ],
};

/** The files of the weights, then the model. The same graph and options give the same bytes. */
export function exportTfjs(graph: Graph, options: FormatOptions): ExportResult {
  if (graph.nodes.length === 0) return { ok: false, problems: [{ message: "The network has no layer." }] };
  const { kind = "auto", shardBytes } = options.tfjs ?? {};
  const layers = kind === "graph" ? undefined : asLayers(graph);
  if (kind === "layers" && layers && layers.problems.length > 0) {
    const instead = { message: "A graph model can have all of it." };
    const possible = graphModel(graph).problems.length === 0;
    return { ok: false, problems: [...layers.problems, ...(possible ? [instead] : [])] };
  }
  const model = layers && layers.problems.length === 0 ? layers : asGraph(graph);
  if (model.problems.length > 0) return { ok: false, problems: model.problems };
  const stem = options.fileName.replace(/\.json$/i, "");
  const shards = shardsOf(model.tensors, stem, { ...options, ...(shardBytes ? { shardBytes } : {}) });
  const json = {
    ...model.fields,
    generatedBy: `lwnet ${options.version}`,
    convertedBy: null,
    weightsManifest: shards.manifest,
    userDefinedMetadata: metadata(graph, options),
  };
  const bytes = getTextEncoding().encodeUtf8(`${JSON.stringify(json)}\n`);
  const file: ArtifactFile = { name: options.fileName, size: bytes.length, chunks: () => [bytes] };
  const notes = [model.note(layers?.problems ?? []), ...layoutNotes(graph)];
  return { ok: true, files: [...shards.files, file], notes: () => notes };
}

interface Model {
  /** Of the file, those that tell what it is. */
  readonly fields: object;
  readonly tensors: readonly TfTensor[];
  readonly problems: readonly ExportProblem[];
  /** What was written, and what kept it from being layers. */
  readonly note: (problems: readonly ExportProblem[]) => string;
}

function asLayers(graph: Graph): Model {
  const { topology, tensors, problems } = layersModel(graph);
  return {
    fields: { format: "layers-model", modelTopology: topology },
    tensors,
    problems,
    note: () => "It is a layers model: tf.loadLayersModel loads it, to run and to train.",
  };
}

function asGraph(graph: Graph): Model {
  const { topology, signature, tensors, problems } = graphModel(graph);
  return {
    fields: { format: "graph-model", modelTopology: topology, signature },
    tensors,
    problems,
    note(missing) {
      const what = "It is a graph model: tf.loadGraphModel loads it, to run and not to train.";
      return missing.length === 0
        ? what
        : [what, "Not all of it can be layers.", ...problemSentences(missing)].join(" ");
    },
  };
}

function metadata(graph: Graph, options: FormatOptions): object {
  return {
    lwnet: options.version,
    network: graph.name,
    ...(graph.source ? { source: graph.source.file } : {}),
    ...(graph.source?.arguments ? { arguments: graph.source.arguments } : {}),
    outputs: graph.outputs.map(({ name }) => name),
  };
}

/** Who writes 3×224×224 has to give 224×224×3. */
function layoutNotes(graph: Graph): string[] {
  const turned = graph.inputs.filter(({ shape }) => outerLayout(shape) === "last");
  if (turned.length === 0) return [];
  const shapes = turned.map(({ name, shape }) => `${name} as ${formatShape(shapeIn("last", shape))}`);
  return [`Channels come last: it takes ${shapes.join(" and ")}, after the batch.`];
}
