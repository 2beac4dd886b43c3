/**
 * The values of weight tensors, as little-endian float32 in chunks, so that a network of any size is written without
 * holding it: starting values, or those that were given. A starting value depends on the seed and its tensor's full
 * name, never on its neighbours.
 */
import type { WeightTensor } from "../ir/graph.ts";
import type { Initializer } from "../ops/operator.ts";
import { uniformStream } from "./random.ts";

/** In the order in which they are offered. */
export const initKinds = ["he", "xavier", "zeros", "ones"] as const;

/**
 * What the tensors that would be random get: He et al. 2015 (uniform, variance 2 / fan-in), Glorot & Bengio 2010
 * (uniform, variance 2 / (fan-in + fan-out)), or a constant.
 */
export type InitKind = (typeof initKinds)[number];

export interface WeightOptions {
  /** Default He. */
  readonly init?: InitKind;
  /** Default 0. */
  readonly seed?: number;
  /** Values to take instead, by the tensors' full names; of the same number as the tensor has. */
  readonly given?: GivenWeights;
}

/** Chunks of a tensor's values from the first on, at each call; a chunk is valid until the next. */
export type GivenWeights = ReadonlyMap<string, () => Iterable<Float32Array>>;

/** As much as a processor's cache keeps until it is written. */
const chunkElements = 1 << 18;

/** Bytes of a tensor's values. */
export function weightBytes(tensor: Pick<WeightTensor, "shape">): number {
  return 4 * tensor.shape.reduce((a, b) => a * b, 1);
}

/** The values of a tensor. A chunk is valid until the next one is asked for. */
export function* weightChunks(tensor: WeightTensor, options: WeightOptions = {}): Generator<Uint8Array> {
  for (const part of weightFloats(tensor, options)) {
    yield new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  }
}

/** The same as numbers. */
export function* weightFloats(tensor: WeightTensor, options: WeightOptions = {}): Generator<Float32Array> {
  const { computed, fullName } = tensor;
  if (!computed) {
    const given = options.given?.get(fullName);
    yield* given ? given() : initialValues(tensor, options);
    return;
  }
  const change = computed.change(computed.needs.map((needed) => weightValues(needed, options)));
  const parts = computed.of
    ? weightFloats(computed.of, options)
    : [new Float32Array(weightBytes(tensor) / 4)];
  let offset = 0;
  for (const part of parts) {
    change(part, offset);
    yield part;
    offset += part.length;
  }
}

/** All values of a tensor at once, for small ones. */
export function weightValues(tensor: WeightTensor, options: WeightOptions = {}): Float32Array {
  const values = new Float32Array(weightBytes(tensor) / 4);
  let offset = 0;
  for (const part of weightFloats(tensor, options)) {
    values.set(part, offset);
    offset += part.length;
  }
  return values;
}

function* initialValues(tensor: WeightTensor, options: WeightOptions): Generator<Float32Array> {
  let left = weightBytes(tensor) / 4;
  const buffer = new Float32Array(Math.min(left, chunkElements));
  const fill = filler(tensor, options);
  while (left > 0) {
    const part = buffer.subarray(0, Math.min(left, buffer.length));
    fill(part);
    yield part;
    left -= part.length;
  }
}

/** The bound of a tensor that starts at random; a uniform distribution over ±bound has variance bound² / 3. */
function boundOf(initializer: Initializer, init: InitKind): number | undefined {
  switch (initializer.kind) {
    case "scaled": {
      const { fanIn, fanOut } = initializer;
      return Math.sqrt(6 / (init === "xavier" ? fanIn + fanOut : fanIn));
    }
    case "spread":
      return Math.sqrt(3) * initializer.deviation;
    default:
      return undefined;
  }
}

function filler(tensor: WeightTensor, options: WeightOptions): (target: Float32Array) => void {
  const { initializer, fullName } = tensor;
  const { init = "he", seed = 0 } = options;
  const bound = boundOf(initializer, init);
  if (bound !== undefined && (init === "he" || init === "xavier")) {
    const next = uniformStream(seed, fullName);
    return (target) => next(target, bound);
  }
  const kind = bound === undefined ? initializer.kind : init;
  const value = initializer.kind === "constant" ? initializer.value : kind === "ones" ? 1 : 0;
  return (target) => target.fill(value);
}
