/**
 * The starting values of weight tensors, as little-endian float32 in chunks, so that a network of any size is
 * written without holding it. A tensor's values depend on the seed and its full name, never on its neighbours.
 */
import type { WeightTensor } from "../ir/graph.ts";
import type { Initializer } from "../ops/operator.ts";
import { uniformStream } from "./random.ts";

export interface WeightOptions {
  /** What the tensors that would be random get: He et al. 2015 (uniform, variance 2 / fan-in), or a constant. */
  readonly init?: "he" | "zeros" | "ones";
  /** Default 0. */
  readonly seed?: number;
}

const chunkElements = 1 << 20;

/** Bytes of a tensor's values. */
export function weightBytes(tensor: Pick<WeightTensor, "shape">): number {
  return 4 * tensor.shape.reduce((a, b) => a * b, 1);
}

/** The values of a tensor. A chunk is valid until the next one is asked for. */
export function* weightChunks(tensor: WeightTensor, options: WeightOptions = {}): Generator<Uint8Array> {
  let left = weightBytes(tensor) / 4;
  const buffer = new Float32Array(Math.min(left, chunkElements));
  const fill = filler(tensor, options);
  while (left > 0) {
    const part = buffer.subarray(0, Math.min(left, buffer.length));
    fill(part);
    yield new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    left -= part.length;
  }
}

/** All values of a tensor at once, for small ones. */
export function weightValues(tensor: WeightTensor, options: WeightOptions = {}): Float32Array {
  const values = new Float32Array(weightBytes(tensor) / 4);
  filler(tensor, options)(values);
  return values;
}

/** The bound of a tensor that starts at random; a uniform distribution over ±bound has variance bound² / 3. */
function boundOf(initializer: Initializer): number | undefined {
  if (initializer.kind === "he") return Math.sqrt(6 / initializer.fanIn);
  return initializer.kind === "spread" ? Math.sqrt(3) * initializer.deviation : undefined;
}

function filler(tensor: WeightTensor, options: WeightOptions): (target: Float32Array) => void {
  const { initializer, fullName } = tensor;
  const { init = "he", seed = 0 } = options;
  const bound = boundOf(initializer);
  if (bound !== undefined && init === "he") {
    const next = uniformStream(seed, fullName);
    return (target) => next(target, bound);
  }
  const kind = bound === undefined ? initializer.kind : init;
  const value = initializer.kind === "constant" ? initializer.value : kind === "ones" ? 1 : 0;
  return (target) => target.fill(value);
}
