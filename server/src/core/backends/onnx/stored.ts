/** How the values of a weight are stored in a file, as bytes that are made while they are read. */
import type { WeightTensor } from "../../ir/graph.ts";
import { toFloat16 } from "../../weights/float16.ts";
import {
  type WeightOptions,
  weightBytes,
  weightChunks,
  weightFloats,
  weightValues,
} from "../../weights/weights.ts";
import { TensorProto_DataType as DataType } from "./generated/onnx_pb.ts";

/** `scale`: of each row of the first axis, what its whole numbers are to be multiplied by. */
export type Encoding = "float32" | "float16" | "int8" | "int8-transposed" | "int32" | "scale";

export interface Stored {
  readonly weight: WeightTensor;
  readonly encoding: Encoding;
  /** The largest whole number of 8 bits that is used; default 127. */
  readonly most?: number;
  /** For a bias in `int32` and its scales: the weight and the scale of the input, which theirs follow from. */
  readonly beside?: { readonly weight: WeightTensor; readonly input: number };
}

/** Told how many values of a tensor were beyond what its encoding holds, when all are written. */
export type OnCut = (weight: WeightTensor, count: number) => void;

export const dataTypes: Readonly<Record<Encoding, DataType>> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  int8: DataType.INT8,
  "int8-transposed": DataType.INT8,
  int32: DataType.INT32,
  scale: DataType.FLOAT,
};

export function storedBytes({ weight, encoding }: Stored): number {
  if (encoding === "scale") return 4 * rowsOf(weight);
  const bytes = weightBytes(weight);
  if (encoding === "float16") return bytes / 2;
  return encoding === "float32" || encoding === "int32" ? bytes : bytes / 4;
}

/** A chunk is valid until the next one is asked for. */
export function storedChunks(stored: Stored, options: WeightOptions, onCut: OnCut): Iterable<Uint8Array> {
  const { weight, encoding } = stored;
  switch (encoding) {
    case "float32":
      return weightChunks(weight, options);
    case "float16":
      return halves(weight, options, onCut);
    case "int8":
      return integers(stored, options);
    case "int8-transposed":
      return [transposed(stored, options)];
    case "int32":
      return [biases(stored, options)];
    case "scale":
      return [new Uint8Array(scalesOf(stored, options).buffer)];
  }
}

function* halves(weight: WeightTensor, options: WeightOptions, onCut: OnCut): Generator<Uint8Array> {
  let cut = 0;
  for (const values of weightFloats(weight, options)) {
    const target = new Uint16Array(values.length);
    cut += toFloat16(values, target);
    yield new Uint8Array(target.buffer);
  }
  if (cut > 0) onCut(weight, cut);
}

function* integers({ weight, most = 127 }: Stored, options: WeightOptions): Generator<Uint8Array> {
  const scales = rowScales(weight, options, most);
  const size = rowSize(weight);
  let offset = 0;
  for (const values of weightFloats(weight, options)) {
    const target = new Int8Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const scaled = (values[i] ?? 0) / (scales[Math.floor((offset + i) / size)] ?? 1);
      target[i] = Math.max(-most, Math.min(most, Math.round(scaled)));
    }
    offset += values.length;
    yield new Uint8Array(target.buffer);
  }
}

/** As a whole: only linear layers of sequences are written so, which are small in 8 bits. */
function transposed(stored: Stored, options: WeightOptions): Uint8Array {
  const { weight } = stored;
  const [rows, size] = [rowsOf(weight), rowSize(weight)];
  const target = new Uint8Array(rows * size);
  let from = 0;
  for (const values of integers(stored, options)) {
    for (const value of values) {
      target[(from % size) * rows + Math.floor(from / size)] = value;
      from++;
    }
  }
  return target;
}

/** Products of whole numbers have the product of their scales: so has what is added to them. */
function scalesOf({ weight, beside, most = 127 }: Stored, options: WeightOptions): Float32Array {
  return beside
    ? rowScales(beside.weight, options, most).map((scale) => scale * beside.input)
    : rowScales(weight, options, most);
}

function biases(stored: Stored, options: WeightOptions): Uint8Array {
  const scales = scalesOf(stored, options);
  const most = 2 ** 31 - 1;
  const values = Int32Array.from(weightValues(stored.weight, options), (value, i) =>
    Math.max(-most, Math.min(most, Math.round(value / (scales[i] ?? 1)))),
  );
  return new Uint8Array(values.buffer);
}

/** Symmetric: the largest magnitude of each row becomes the largest number. */
function rowScales(weight: WeightTensor, options: WeightOptions, most: number): Float32Array {
  const scales = new Float32Array(rowsOf(weight));
  const size = rowSize(weight);
  let offset = 0;
  for (const values of weightFloats(weight, options)) {
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor((offset + i) / size);
      scales[row] = Math.max(scales[row] ?? 0, Math.abs(values[i] ?? 0));
    }
    offset += values.length;
  }
  // A row of zeros has no scale; any will do.
  return scales.map((largest) => (largest === 0 ? 1 : largest / most));
}

function rowsOf({ shape }: WeightTensor): number {
  return shape[0] ?? 1;
}

function rowSize({ shape }: WeightTensor): number {
  return shape.slice(1).reduce((a, b) => a * b, 1);
}
