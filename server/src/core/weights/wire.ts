/**
 * Walks over the fields of a protobuf message in a file, level by level, without reading what it steps over: a model
 * of a gigabyte is indexed through a window of a few kilobytes.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type ByteSource, WeightFileError } from "./source.ts";

export interface Field {
  readonly number: number;
  readonly wireType: WireType;
  /** Where its contents begin and end in the file. */
  readonly start: number;
  readonly end: number;
  /** Of a varint. */
  readonly value: bigint | undefined;
}

export interface WireFile {
  readonly file: ByteSource;
  /** The fields of the message between two offsets. Throws a `WeightFileError` where there is none. */
  fields(start: number, end: number): Generator<Field>;
  /** The contents of a field; of at most so many bytes. */
  bytes(field: Field, limit: number): Uint8Array;
  /** The varints that a packed field consists of. */
  varints(field: Field, limit: number): bigint[];
}

const windowBytes = 16_384;
/** A tag and a length, or a tag and a varint. */
const longestHead = 20;

export function wireFile(file: ByteSource): WireFile {
  const window = new Uint8Array(Math.min(windowBytes, file.size));
  let windowStart = 0;
  let windowEnd = 0;
  const near = (offset: number, length: number): Uint8Array => {
    if (offset < windowStart || offset + length > windowEnd) {
      const size = Math.min(window.length, file.size - offset);
      file.read(offset, window.subarray(0, size));
      windowStart = offset;
      windowEnd = offset + size;
    }
    return window.subarray(offset - windowStart, offset - windowStart + length);
  };
  const broken = (offset: number) =>
    new WeightFileError(file, `is no ONNX model: byte ${offset} makes no sense.`);

  function headAt(offset: number, end: number): Field {
    const reader = new BinaryReader(near(offset, Math.min(longestHead, end - offset)));
    try {
      const [number, wireType] = reader.tag();
      const value = wireType === WireType.Varint ? BigInt(reader.uint64()) : undefined;
      const length = wireType === WireType.LengthDelimited ? reader.uint32() : fixedLengths[wireType];
      if (length !== undefined) {
        const start = offset + reader.pos;
        if (start + length <= end) return { number, wireType, start, end: start + length, value };
      }
    } catch {
      // Told below.
    }
    throw broken(offset);
  }

  const bytes = (field: Field, limit: number) => {
    const length = field.end - field.start;
    if (length > limit) throw broken(field.start);
    const target = new Uint8Array(length);
    file.read(field.start, target);
    return target;
  };
  return {
    file,
    *fields(start, end) {
      for (let offset = start; offset < end; ) {
        const field = headAt(offset, end);
        yield field;
        offset = field.end;
      }
    },
    bytes,
    varints(field, limit) {
      const reader = new BinaryReader(bytes(field, limit));
      const values: bigint[] = [];
      try {
        while (reader.pos < reader.len) values.push(BigInt(reader.int64()));
      } catch {
        throw broken(field.start);
      }
      return values;
    },
  };
}

/** Groups have no length; the format has none of them. */
const fixedLengths: Readonly<Partial<Record<WireType, number>>> = {
  [WireType.Varint]: 0,
  [WireType.Bit32]: 4,
  [WireType.Bit64]: 8,
};
