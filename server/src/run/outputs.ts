/** Random input for a model and a summary of what came out. */
import type { InferenceSession, Tensor, TypedTensor } from "onnxruntime-node";
import { uniformStream } from "../core/weights/random.ts";
import type { OutputReport, RunJob } from "./protocol.ts";

type Ort = typeof import("onnxruntime-node");

/** Input for every name, or what is missing from the job. */
export function randomFeeds(
  ort: Ort,
  session: InferenceSession,
  job: RunJob,
): { readonly feeds: Record<string, Tensor> } | { readonly missing: string } {
  const feeds: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) return { missing: `the input ${input.name} is no tensor` };
    const dims: number[] = [];
    for (const [axis, dim] of input.shape.entries()) {
      const size =
        typeof dim === "number" && dim > 0 ? dim : axis === 0 ? (job.batch ?? 1) : job.sizes?.[dim];
      if (size === undefined)
        return { missing: `the size ${dim || `of axis ${axis}`} of the input ${input.name}` };
      dims.push(size);
    }
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    uniformStream(job.seed ?? 0, input.name)(data, 1);
    feeds[input.name] = new ort.Tensor("float32", data, dims);
  }
  return { feeds };
}

export function outputReport(name: string, tensor: Tensor): OutputReport {
  const { data, dims } = tensor as TypedTensor<"float32">;
  let [min, max, sum, nonFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) {
      nonFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const finite = data.length - nonFinite;
  return {
    name,
    shape: [...dims],
    min: finite > 0 ? min : 0,
    max: finite > 0 ? max : 0,
    mean: finite > 0 ? sum / finite : 0,
    nonFinite,
    checksum: fnv1a(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  };
}

/** 32-bit FNV-1a in hexadecimal. */
export function fnv1a(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
