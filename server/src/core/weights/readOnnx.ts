/**
 * Reads the initialisers of an ONNX model: names, shapes and where their values are, in the model or in a file beside
 * it. The model is never held; the rest of it is stepped over.
 */
import { getTextEncoding, WireType } from "@bufbuild/protobuf/wire";
import { bytesOfFloat, type FloatType, floatsIn, widenPatterns } from "./floats.ts";
import {
  type ByteSource,
  countOf,
  type Extent,
  printable,
  type SourceTensor,
  WeightFileError,
  type WeightSource,
} from "./source.ts";
import { type Field, type WireFile, wireFile } from "./wire.ts";

/** Gives the file of a name beside the model; throws a `WeightFileError` where there is none. */
export type OpenBeside = (location: string) => ByteSource;

/** Field numbers of onnx.proto. */
const modelGraph = 7;
const graphInitializer = 5;
const tensorFields = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  name: 8,
  rawData: 9,
  doubleData: 10,
  externalData: 13,
  dataLocation: 14,
} as const;
const entryKey = 1;
const entryValue = 2;
const external = 1n;

/** TensorProto.DataType, in its order. */
const typeNames =
  "undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1".split(
    " ",
  );
const floatTypes: Readonly<Record<string, FloatType>> = {
  float: "F32",
  float16: "F16",
  double: "F64",
  bfloat16: "BF16",
};

/** Bounds on what is kept of each tensor; no real model comes near. */
const maxName = 65_536;
const maxAxes = 64;
const maxPieces = 100_000;

/** Throws a `WeightFileError` for a file that is none, and nothing else. */
export function readOnnx(file: ByteSource, openBeside: OpenBeside): WeightSource {
  const wire = wireFile(file);
  const tensors = new Map<string, SourceTensor>();
  let graphs = 0;
  for (const field of wire.fields(0, file.size)) {
    if (field.number !== modelGraph || field.wireType !== WireType.LengthDelimited) continue;
    graphs++;
    for (const inner of wire.fields(field.start, field.end)) {
      if (inner.number !== graphInitializer || inner.wireType !== WireType.LengthDelimited) continue;
      const parts = readTensor(wire, inner);
      if (tensors.has(parts.name))
        throw new WeightFileError(file, `is damaged: it has two tensors named ${printable(parts.name)}.`);
      tensors.set(parts.name, tensorOf(wire, parts, openBeside));
    }
  }
  if (graphs === 0) throw new WeightFileError(file, "is no ONNX model: it has no graph.");
  return { format: "ONNX", tensors };
}

/** A TensorProto as far as it matters. */
interface TensorParts {
  name: string;
  readonly shape: number[];
  type: string;
  readonly typed: Field[];
  readonly integers: Field[];
  raw: Field | undefined;
  isExternal: boolean;
  readonly place: Map<string, string>;
}

function readTensor(wire: WireFile, tensor: Field): TensorParts {
  const parts: TensorParts = {
    name: "",
    shape: [],
    type: "undefined",
    typed: [],
    integers: [],
    raw: undefined,
    isExternal: false,
    place: new Map(),
  };
  const damaged = (problem: string) =>
    new WeightFileError(wire.file, `is damaged: the tensor at byte ${tensor.start} ${problem}.`);
  for (const field of wire.fields(tensor.start, tensor.end)) {
    switch (field.number) {
      case tensorFields.name:
        parts.name = textOf(wire, field);
        break;
      case tensorFields.dims: {
        const sizes = field.value === undefined ? wire.varints(field, 10 * maxAxes) : [field.value];
        parts.shape.push(...sizes.map((size) => Number(BigInt.asIntN(64, size))));
        if (parts.shape.length > maxAxes) throw damaged(`has more than ${maxAxes} axes`);
        if (parts.shape.some((size) => size < 0)) throw damaged("has a size below 0");
        break;
      }
      case tensorFields.dataType:
        parts.type = typeNames[Number(field.value)] ?? `type ${field.value}`;
        break;
      case tensorFields.floatData:
      case tensorFields.doubleData:
        parts.typed.push(field);
        break;
      case tensorFields.int32Data:
        parts.integers.push(field);
        break;
      case tensorFields.rawData:
        parts.raw = field;
        break;
      case tensorFields.dataLocation:
        parts.isExternal = field.value === external;
        break;
      case tensorFields.externalData: {
        const [key, value] = entryOf(wire, field);
        parts.place.set(key, value);
      }
    }
    if (parts.typed.length + parts.integers.length > maxPieces || parts.place.size > maxAxes)
      throw damaged("has its values in too many pieces");
  }
  return parts;
}

function entryOf(wire: WireFile, entry: Field): readonly [string, string] {
  let [key, value] = ["", ""];
  for (const field of wire.fields(entry.start, entry.end)) {
    if (field.number === entryKey) key = textOf(wire, field);
    if (field.number === entryValue) value = textOf(wire, field);
  }
  return [key, value];
}

function textOf(wire: WireFile, field: Field): string {
  return getTextEncoding().decodeUtf8(wire.bytes(field, maxName));
}

function tensorOf(wire: WireFile, parts: TensorParts, openBeside: OpenBeside): SourceTensor {
  const { shape, type } = parts;
  const float = Object.hasOwn(floatTypes, type) ? floatTypes[type] : undefined;
  if (!float) return { shape, type };
  const fail = (problem: string) =>
    new WeightFileError(wire.file, `is damaged: ${printable(parts.name)} ${problem}.`);
  const count = countOf(shape);
  const inModel = ({ start, end }: Field): Extent => ({
    file: wire.file,
    offset: start,
    length: end - start,
  });
  const isPlain = parts.integers.length === 0 || parts.isExternal || parts.raw !== undefined;
  if (!isPlain && (float === "F16" || float === "BF16")) {
    const extents = parts.integers.filter(({ value }) => value === undefined).map(inModel);
    const found = extents.reduce((sum, extent) => sum + countVarints(extent), 0);
    if (found !== count) throw fail(`needs ${count} values but has ${found}`);
    return { shape, type, chunks: () => patternsIn(extents, float) };
  }
  const wanted = count * bytesOfFloat[float];
  const extents = parts.isExternal
    ? [externalExtent(wire.file, parts, wanted, openBeside)]
    : (parts.raw ? [parts.raw] : parts.typed).map(inModel);
  const found = extents.reduce((sum, { length }) => sum + length, 0);
  if (found !== wanted || extents.some(({ length }) => length % bytesOfFloat[float] !== 0))
    throw fail(`needs ${wanted} bytes of values but has ${found}`);
  return { shape, type, chunks: () => floatsIn(extents, float) };
}

/** Where a tensor is in a file beside the model: never outside of the model's folder. */
function externalExtent(
  model: ByteSource,
  { name, place }: TensorParts,
  wanted: number,
  openBeside: OpenBeside,
): Extent {
  const fail = (problem: string) =>
    new WeightFileError(model, `can't be read: ${printable(name)} ${problem}.`);
  const location = place.get("location") ?? "";
  const steps = location.split(/[/\\]/);
  if (location === "" || steps.includes("..") || steps[0] === "" || /^[a-z]:|\0/i.test(location))
    throw fail(`lies outside of the model's folder, in "${printable(location)}"`);
  const [offset, length] = [Number(place.get("offset") ?? 0), Number(place.get("length") ?? wanted)];
  const file = openBeside(location);
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 0)
    throw fail("has no valid place in its data file");
  if (offset + length > file.size)
    throw fail(`ends at byte ${offset + length} of ${file.name}, which has ${file.size}; it is cut off`);
  return { file, offset, length };
}

// ── half precision in 32-bit integers, as some writers keep it ───────────────────────────────────

const patternChunk = 1 << 16;

/** The bytes of an extent, bit by bit of a few kilobytes. */
function* bytesIn({ file, offset, length }: Extent): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(length, patternChunk));
  for (let done = 0; done < length; done += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, length - done));
    file.read(offset + done, part);
    yield part;
  }
}

function countVarints(extent: Extent): number {
  let count = 0;
  for (const part of bytesIn(extent)) for (const byte of part) if (byte < 0x80) count++;
  return count;
}

function* patternsIn(extents: readonly Extent[], type: "F16" | "BF16"): Generator<Float32Array> {
  const patterns = new Uint16Array(patternChunk);
  const values = new Float32Array(patternChunk);
  for (const extent of extents) {
    let [pattern, shift] = [0, 0];
    for (const part of bytesIn(extent)) {
      let count = 0;
      for (const byte of part) {
        if (shift < 21) pattern |= (byte & 0x7f) << shift;
        shift += 7;
        if (byte >= 0x80) continue;
        patterns[count++] = pattern & 0xffff;
        [pattern, shift] = [0, 0];
      }
      widenPatterns(patterns.subarray(0, count), type, values);
      yield values.subarray(0, count);
    }
  }
}
