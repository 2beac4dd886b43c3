/**
 * Reads a safetensors file: a header of JSON, which is checked to the letter before anything is believed, and values,
 * which are read when they are asked for.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { bytesOfFloat, type FloatType, floatsIn } from "./floats.ts";
import {
  type ByteSource,
  countOf,
  printable,
  type SourceTensor,
  WeightFileError,
  type WeightSource,
} from "./source.ts";

/** The format's own bound on a header. */
const maxHeader = 100_000_000;
const lengthBytes = 8;
const metadataKey = "__metadata__";

/** Bits of a value, by the format's names. */
const bits: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
};

/** Throws a `WeightFileError` for a file that is none, and nothing else. */
export function readSafetensors(file: ByteSource): WeightSource {
  const { header, dataStart } = readHeader(file);
  const entries = Object.entries(header).filter(([name]) => name !== metadataKey);
  const tensors = entries.map(([name, entry]) => ({ name, ...readEntry(file, name, entry) }));
  checkLayout(file, tensors, file.size - dataStart);
  return {
    format: "safetensors",
    tensors: new Map(
      tensors.map(({ name, type, shape, begin, end }): [string, SourceTensor] => {
        if (!isFloatType(type)) return [name, { shape, type }];
        const extent = { file, offset: dataStart + begin, length: end - begin };
        return [name, { shape, type, chunks: () => floatsIn([extent], type) }];
      }),
    ),
  };
}

function readHeader(file: ByteSource): {
  readonly header: Readonly<Record<string, unknown>>;
  readonly dataStart: number;
} {
  const fail = (problem: string) => new WeightFileError(file, `is no safetensors file: ${problem}.`);
  if (file.size < lengthBytes) throw fail(`it has ${file.size} bytes, fewer than its header's length takes`);
  const prefix = new Uint8Array(lengthBytes);
  file.read(0, prefix);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  const left = file.size - lengthBytes;
  if (length > left) throw fail(`its header would take ${length} bytes, but only ${left} follow`);
  if (length > maxHeader)
    throw fail(`its header would take ${length} bytes, and ${maxHeader} are the most allowed`);
  const bytes = new Uint8Array(Number(length));
  file.read(lengthBytes, bytes);
  let header: unknown;
  try {
    header = JSON.parse(getTextEncoding().decodeUtf8(bytes, true));
  } catch {
    throw fail("its header is not JSON");
  }
  if (!isRecord(header)) throw fail("its header is not a JSON object");
  return { header, dataStart: lengthBytes + bytes.length };
}

interface Entry {
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(file: ByteSource, name: string, entry: unknown): Entry {
  const fail = (problem: string) => new WeightFileError(file, `is damaged: ${printable(name)} ${problem}.`);
  if (!isRecord(entry)) throw fail("is not described by a JSON object");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(bits, dtype))
    throw fail(`has the unknown type ${printable(String(JSON.stringify(dtype)))}`);
  if (!isSizes(shape)) throw fail("has a shape that is not a list of whole numbers");
  if (!isSizes(offsets) || offsets.length !== 2) throw fail("has no pair of offsets");
  const [begin = 0, end = 0] = offsets;
  const count = countOf(shape);
  const wanted = (count * (bits[dtype] ?? 0)) / 8;
  if (end < begin || end - begin !== wanted) {
    const size = shape.length === 0 ? "one value" : shape.join("×");
    throw fail(`needs ${wanted} bytes for ${size} as ${dtype}, but its offsets are ${begin} and ${end}`);
  }
  return { type: dtype, shape, begin, end };
}

/** The tensors must cover the data, each byte once. */
function checkLayout(
  file: ByteSource,
  tensors: readonly (Entry & { readonly name: string })[],
  size: number,
): void {
  const fail = (problem: string) => new WeightFileError(file, `is damaged: ${problem}.`);
  const ordered = tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  let before = "";
  for (const tensor of ordered) {
    const name = printable(tensor.name);
    if (tensor.end > size) throw fail(`${name} ends at byte ${tensor.end} of ${size}; the file is cut off`);
    if (tensor.begin < end) throw fail(`${name} overlaps ${before}`);
    if (tensor.begin > end) throw fail(`${tensor.begin - end} bytes before ${name} belong to no tensor`);
    end = tensor.end;
    before = name;
  }
  if (end !== size) throw fail(`its last ${size - end} bytes belong to no tensor`);
}

function isFloatType(type: string): type is FloatType {
  return Object.hasOwn(bytesOfFloat, type);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
