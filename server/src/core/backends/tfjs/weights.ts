/**
 * Weights as TensorFlow.js keeps them: one stream of bytes, cut into files of a few megabytes each. A tensor whose axes
 * change order is made slab by slab, so that memory does not grow with it.
 */
import type { WeightTensor } from "../../ir/graph.ts";
import { columnReader, type WeightOptions, weightBytes, weightChunks } from "../../weights/weights.ts";
import type { ArtifactFile } from "../backend.ts";

/** A tensor of the file. */
export interface TfTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly values: Uint8Array | Arranged;
}

/** A weight read as a tensor of these sizes whose axes are then put into this order. */
export interface Arranged {
  readonly weight: WeightTensor;
  readonly sizes: readonly number[];
  readonly order: readonly number[];
}

/** Elements that are transposed at a time. */
const slabElements = 1 << 22;

const defaultShardBytes = 4 * 2 ** 20;

export interface Shards {
  readonly manifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly Pick<TfTensor, "name" | "shape" | "dtype">[];
  }[];
  readonly files: readonly ArtifactFile[];
}

export function tensorBytes({ shape }: Pick<TfTensor, "shape">): number {
  return weightBytes({ shape });
}

/** The files `STEM.shard1of3.bin`, and what the model says of them. */
export function shardsOf(
  tensors: readonly TfTensor[],
  stem: string,
  options: WeightOptions & { readonly shardBytes?: number },
): Shards {
  const total = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  if (total === 0) return { manifest: [], files: [] };
  const size = options.shardBytes ?? defaultShardBytes;
  const count = Math.ceil(total / size);
  const reader = byteReader(tensors, options);
  const files = Array.from({ length: count }, (_, i): ArtifactFile => {
    const start = i * size;
    const end = Math.min(total, start + size);
    return {
      name: `${stem}.shard${i + 1}of${count}.bin`,
      size: end - start,
      chunks: () => reader(start, end),
    };
  });
  const weights = tensors.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  return { manifest: [{ paths: files.map(({ name }) => name), weights }], files };
}

/**
 * Reads any range of the stream. One that begins where the last ended goes on with the tensor in hand: files are written
 * one after another, and a large tensor spans many.
 */
function byteReader(tensors: readonly TfTensor[], options: WeightOptions) {
  const slab = slabFor(tensors);
  let position = -1;
  let source: Iterator<Uint8Array> | undefined;
  let rest: Uint8Array = new Uint8Array();
  return function* (start: number, end: number): Generator<Uint8Array> {
    if (position !== start) {
      source = bytesFrom(tensors, start, options, slab);
      rest = new Uint8Array();
      position = start;
    }
    while (position < end) {
      if (rest.length === 0) {
        const next = source?.next();
        if (!next || next.done) return;
        rest = next.value;
        continue;
      }
      const part = rest.subarray(0, Math.min(rest.length, end - position));
      rest = rest.subarray(part.length);
      position += part.length;
      yield part;
    }
  };
}

function* bytesFrom(
  tensors: readonly TfTensor[],
  start: number,
  options: WeightOptions,
  slab: Slab,
): Generator<Uint8Array> {
  let offset = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    let skip = Math.max(0, start - offset);
    offset += bytes;
    if (skip >= bytes) continue;
    for (const chunk of tensorChunks(tensor, options, slab)) {
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield chunk.subarray(skip);
        skip = 0;
      }
    }
  }
}

function tensorChunks({ values }: TfTensor, options: WeightOptions, slab: Slab): Iterable<Uint8Array> {
  if (values instanceof Uint8Array) return [values];
  const moved = values.order.filter((axis) => values.sizes[axis] !== 1);
  const inOrder = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? 0));
  return inOrder ? weightChunks(values.weight, options) : arrangedChunks(values, options, slab);
}

/**
 * The weight as a matrix: its first axes, which come last in the file, are the rows. Slabs of whole columns are turned, a
 * few rows at a time, so that what is read and what is written both stay in the cache.
 */
function* arrangedChunks(
  { weight, sizes, order }: Arranged,
  options: WeightOptions,
  slab: Slab,
): Generator<Uint8Array> {
  const sizeOf = (axes: readonly number[]) => axes.reduce((product, axis) => product * (sizes[axis] ?? 1), 1);
  const moved = order.filter((axis) => sizes[axis] !== 1);
  const lead = leadingAxes(moved);
  const others = moved.slice(0, moved.length - lead);
  const rows = sizeOf(moved.slice(moved.length - lead));
  const width = sizeOf(others);
  const places = columnPlaces(others, sizes);
  const atOnce = Math.min(width, Math.max(1, Math.floor(slabElements / rows)));
  const target = slab();
  const read = columnReader(weight, width, options);
  for (let begin = 0; begin < width; begin += atOnce) {
    const end = Math.min(width, begin + atOnce);
    // Without a table of places the columns stay in their order: no others are needed.
    const [from, to] = places ? [0, width] : [begin, end];
    const taken = to - from;
    let row = 0;
    for (const block of read(from, to)) {
      const count = block.length / taken;
      for (let column = begin; column < end; column++) {
        const source = places ? (places[column] ?? 0) : column - begin;
        const base = (column - begin) * rows + row;
        for (let i = 0; i < count; i++) target[base + i] = block[source + i * taken] ?? 0;
      }
      row += count;
    }
    yield new Uint8Array(target.buffer, 0, 4 * (end - begin) * rows);
  }
}

/** How many of the weight's first axes come last, in their order. */
function leadingAxes(order: readonly number[]): number {
  const sorted = order.toSorted((a, b) => a - b);
  for (let count = order.length - 1; count > 0; count--)
    if (order.slice(-count).every((axis, i) => axis === sorted[i])) return count;
  return 0;
}

/** For each column of the file, the one of the weight that it is; undefined where it is the same. */
function columnPlaces(axes: readonly number[], sizes: readonly number[]): Int32Array | undefined {
  const sorted = axes.toSorted((a, b) => a - b);
  if (axes.every((axis, i) => axis === sorted[i])) return undefined;
  const strideOf = (axis: number) =>
    sorted.filter((other) => other > axis).reduce((product, other) => product * (sizes[other] ?? 1), 1);
  let places = new Int32Array(1);
  for (const axis of axes) {
    const [size, stride, before] = [sizes[axis] ?? 1, strideOf(axis), places];
    places = new Int32Array(before.length * size);
    for (const [i, place] of before.entries())
      for (let step = 0; step < size; step++) places[i * size + step] = place + step * stride;
  }
  return places;
}

/** The memory that tensors are turned in, one after another. */
type Slab = () => Float32Array;

/** As large as the largest asks for from the start: what would be outgrown stays in memory for a while. */
function slabFor(tensors: readonly TfTensor[]): Slab {
  let values: Float32Array | undefined;
  return () => {
    values ??= new Float32Array(Math.min(slabElements, Math.max(...tensors.map(tensorBytes)) / 4));
    return values;
  };
}
