/**
 * Weights as TensorFlow.js keeps them: one stream of bytes, cut into files of a few megabytes each. A tensor whose axes
 * change order is made slab by slab, each from a pass over its values, so that memory does not grow with it.
 */
import type { WeightTensor } from "../../ir/graph.ts";
import { type WeightOptions, weightBytes, weightChunks } from "../../weights/weights.ts";
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
const slabElements = 1 << 23;

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
  let position = -1;
  let source: Iterator<Uint8Array> | undefined;
  let rest: Uint8Array = new Uint8Array();
  return function* (start: number, end: number): Generator<Uint8Array> {
    if (position !== start) {
      source = bytesFrom(tensors, start, options);
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
): Generator<Uint8Array> {
  let offset = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    let skip = Math.max(0, start - offset);
    offset += bytes;
    if (skip >= bytes) continue;
    for (const chunk of tensorChunks(tensor, options)) {
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield chunk.subarray(skip);
        skip = 0;
      }
    }
  }
}

function tensorChunks({ values }: TfTensor, options: WeightOptions): Iterable<Uint8Array> {
  if (values instanceof Uint8Array) return [values];
  const moved = values.order.filter((axis) => values.sizes[axis] !== 1);
  const inOrder = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? 0));
  return inOrder ? weightChunks(values.weight, options) : arrangedChunks(values, options);
}

/** Slabs along the first axis of the result. */
function* arrangedChunks({ weight, sizes, order }: Arranged, options: WeightOptions): Generator<Uint8Array> {
  const rank = sizes.length;
  const [outer = 0] = order;
  const outerSize = sizes[outer] ?? 1;
  const elements = sizes.reduce((a, b) => a * b, 1);
  const perStep = elements / outerSize;
  const stepsAtOnce = Math.max(1, Math.floor(slabElements / perStep));
  // How far apart neighbours along an axis of the weight lie in the result.
  const strides = Array<number>(rank).fill(1);
  order.reduceRight((stride, axis) => {
    strides[axis] = stride;
    return stride * (sizes[axis] ?? 1);
  }, 1);
  const slab = new Float32Array(Math.min(outerSize, stepsAtOnce) * perStep);
  for (let begin = 0; begin < outerSize; begin += stepsAtOnce) {
    const end = Math.min(outerSize, begin + stepsAtOnce);
    fill(slab, begin, end);
    yield new Uint8Array(slab.buffer, 0, 4 * (end - begin) * perStep);
  }

  function fill(target: Float32Array, begin: number, end: number): void {
    const last = rank - 1;
    const width = sizes[last] ?? 1;
    const stride = strides[last] ?? 1;
    const isOuter = outer === last;
    const index = Array<number>(rank).fill(0);
    let base = -begin * (strides[outer] ?? 1);
    let column = 0;
    for (const bytes of weightChunks(weight, options)) {
      const chunk = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      for (let at = 0; at < chunk.length; ) {
        const stop = Math.min(width, column + chunk.length - at);
        const step = index[outer] ?? 0;
        const from = isOuter ? Math.max(column, begin) : column;
        const to = isOuter ? Math.min(stop, end) : step >= begin && step < end ? stop : column;
        for (let i = from; i < to; i++) target[base + i * stride] = chunk[at + i - column] ?? 0;
        at += stop - column;
        column = stop;
        if (column < width) continue;
        column = 0;
        for (let axis = last - 1; axis >= 0; axis--) {
          base += strides[axis] ?? 0;
          index[axis] = (index[axis] ?? 0) + 1;
          if ((index[axis] ?? 0) < (sizes[axis] ?? 1)) break;
          base -= (sizes[axis] ?? 1) * (strides[axis] ?? 0);
          index[axis] = 0;
        }
      }
    }
  }
}
