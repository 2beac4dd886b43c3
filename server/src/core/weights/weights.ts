/**
 * The values of weight tensors, as little-endian float32 in chunks, so that a network of any size is written without
 * holding it: starting values, or those that were given. A starting value depends on the seed and its tensor's full
 * name, never on its neighbours.
 */
import type { WeightTensor } from "../ir/graph.ts";
import type { Initializer } from "../ops/operator.ts";
import { type UniformStream, uniformStream } from "./random.ts";

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

/**
 * Reads a tensor as a matrix, some columns of all rows at a time: blocks of whole rows of those columns, each valid until
 * the next. Columns that are asked for one after another are made once where they are random, and read over where not.
 */
export function columnReader(
  tensor: WeightTensor,
  width: number,
  options: WeightOptions = {},
): (begin: number, end: number) => Generator<Float32Array> {
  const random =
    tensor.computed || options.given?.has(tensor.fullName) ? undefined : randomOf(tensor, options);
  return random
    ? randomColumns(random, tensor, width)
    : (begin, end) => passColumns(tensor, width, begin, end, options);
}

/** Rows that are cut out at a time, such that what they come from stays in the processor's cache. */
function rowsAtOnce(width: number): number {
  return Math.max(8, Math.min(64, Math.floor((chunkElements >> 1) / width)));
}

function* passColumns(
  tensor: WeightTensor,
  width: number,
  begin: number,
  end: number,
  options: WeightOptions,
): Generator<Float32Array> {
  const taken = end - begin;
  const block = new Float32Array(rowsAtOnce(taken) * taken);
  let filled = 0;
  let column = 0;
  for (const chunk of weightFloats(tensor, options)) {
    for (let at = 0; at < chunk.length; ) {
      const stop = Math.min(width, column + chunk.length - at);
      const [from, to] = [Math.max(column, begin), Math.min(stop, end)];
      if (from < to) {
        block.set(chunk.subarray(at + from - column, at + to - column), filled);
        filled += to - from;
        if (filled === block.length) {
          yield block;
          filled = 0;
        }
      }
      at += stop - column;
      column = stop === width ? 0 : stop;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** The stream goes on in each row where it was left. */
function randomColumns(
  { stream, bound }: { readonly stream: UniformStream; readonly bound: number },
  tensor: WeightTensor,
  width: number,
): (begin: number, end: number) => Generator<Float32Array> {
  const rows = weightBytes(tensor) / 4 / width;
  const first = stream.state;
  const states = Array<UniformStream["state"]>(rows);
  let reached = width;
  const skipped = new Float32Array(Math.min(width, chunkElements));
  const skip = (count: number) => {
    for (let left = count; left > 0; left -= skipped.length)
      stream(skipped.subarray(0, Math.min(left, skipped.length)), bound);
  };
  return function* (begin, end) {
    if (begin < reached) {
      stream.state = first;
      for (let row = 0; row < rows; row++) {
        states[row] = stream.state;
        if (row < rows - 1) skip(width);
      }
      reached = 0;
    }
    const taken = end - begin;
    const block = new Float32Array(rowsAtOnce(taken) * taken);
    let filled = 0;
    for (let row = 0; row < rows; row++) {
      stream.state = states[row] ?? first;
      skip(begin - reached);
      stream(block.subarray(filled, filled + taken), bound);
      states[row] = stream.state;
      filled += taken;
      if (filled === block.length || row === rows - 1) {
        yield block.subarray(0, filled);
        filled = 0;
      }
    }
    reached = end;
  };
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

/** The stream that a tensor's starting values come from, where they do. */
function randomOf({ initializer, fullName }: WeightTensor, { init = "he", seed = 0 }: WeightOptions) {
  const bound = boundOf(initializer, init);
  return bound !== undefined && (init === "he" || init === "xavier")
    ? { stream: uniformStream(seed, fullName), bound }
    : undefined;
}

function filler(tensor: WeightTensor, options: WeightOptions): (target: Float32Array) => void {
  const random = randomOf(tensor, options);
  if (random) return (target) => random.stream(target, random.bound);
  const { initializer } = tensor;
  const { init = "he" } = options;
  const bound = boundOf(initializer, init);
  const kind = bound === undefined ? initializer.kind : init;
  const value = initializer.kind === "constant" ? initializer.value : kind === "ones" ? 1 : 0;
  return (target) => target.fill(value);
}
