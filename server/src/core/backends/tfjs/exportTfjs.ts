/**
 * Graph to TensorFlow.js: a `model.json` under the name that is asked for, and beside it the weights in files of a few
 * megabytes each, as browsers keep them.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Graph } from "../../ir/graph.ts";
import type { ArtifactFile, ExportResult, Format, FormatOptions } from "../backend.ts";
import { layersModel } from "./layers/layersModel.ts";
import { shardsOf } from "./weights.ts";

export interface TfjsOptions extends FormatOptions {
  /** Bytes of a file of weights; default 4 MiB. */
  readonly shardBytes?: number;
}

export const tfjsFormat: Format = {
  title: "TensorFlow.js",
  extension: ".json",
  description: "a layers model for browsers, to run and to train",
  write: (graph, options) => exportTfjs(graph, options),
};

/** The files of the weights, then the model. The same graph and options give the same bytes. */
export function exportTfjs(graph: Graph, options: TfjsOptions): ExportResult {
  if (graph.nodes.length === 0) return { ok: false, problems: [{ message: "The network has no layer." }] };
  const { topology, tensors, problems } = layersModel(graph);
  if (problems.length > 0) return { ok: false, problems };
  const shards = shardsOf(tensors, options.fileName.replace(/\.json$/i, ""), options);
  const model = {
    format: "layers-model",
    generatedBy: `lwnet ${options.version}`,
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: shards.manifest,
    userDefinedMetadata: { network: graph.name, outputs: graph.outputs.map(({ name }) => name) },
  };
  const bytes = getTextEncoding().encodeUtf8(`${JSON.stringify(model)}\n`);
  const file: ArtifactFile = { name: options.fileName, size: bytes.length, chunks: () => [bytes] };
  return { ok: true, files: [...shards.files, file] };
}
