/**
 * Graph to safetensors file: the state_dict alone, buffers included, by the names that PyTorch would give it. A header
 * of JSON, then all values without a gap; they are made while the bytes are read.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Graph, WeightTensor } from "../../ir/graph.ts";
import { weightBytes, weightChunks } from "../../weights/weights.ts";
import type { ExportResult, Format, FormatOptions } from "../backend.ts";

/** The values start at a multiple of it, so that other tools can map the file into memory. */
const alignment = 8;

export const safetensorsFormat: Format = {
  title: "safetensors",
  extension: ".safetensors",
  description: "the weights alone, for PyTorch and others, by the names of a state_dict",
  write: exportSafetensors,
};

/** The same graph and options give the same bytes. */
export function exportSafetensors(graph: Graph, options: FormatOptions): ExportResult {
  const weights = graph.nodes.flatMap((node) => node.weights);
  const reserved = weights.find(({ fullName }) => fullName === "__metadata__");
  if (reserved) {
    const message = "The name __metadata__ is the format's own: rename the layer.";
    return { ok: false, problems: [{ message }] };
  }
  const header = headerOf(graph, weights, options);
  const file = {
    name: options.fileName,
    size: header.length + weights.reduce((sum, weight) => sum + weightBytes(weight), 0),
    *chunks() {
      yield header;
      for (const weight of weights) yield* weightChunks(weight, options);
    },
  };
  return { ok: true, files: [file] };
}

/** Its length in eight bytes, then the JSON, filled up with spaces. */
function headerOf(graph: Graph, weights: readonly WeightTensor[], { version }: FormatOptions): Uint8Array {
  let offset = 0;
  const entries = weights.map((weight) => {
    const begin = offset;
    offset += weightBytes(weight);
    return [weight.fullName, { dtype: "F32", shape: weight.shape, data_offsets: [begin, offset] }] as const;
  });
  // `format` is what PyTorch's loaders look for.
  const metadata = { format: "pt", network: graph.name, lwnet: version };
  const json = getTextEncoding().encodeUtf8(
    JSON.stringify(Object.fromEntries([["__metadata__", metadata], ...entries])),
  );
  const length = Math.ceil(json.length / alignment) * alignment;
  const header = new Uint8Array(alignment + length).fill(" ".charCodeAt(0), alignment);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, alignment);
  return header;
}
