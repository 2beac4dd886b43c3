/** A summary of what came out of a model. */
import type { OutputReport } from "./protocol.ts";

export function outputReport(name: string, dims: readonly number[], data: Float32Array): OutputReport {
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
