/** What files of weights are read through, and what their readers give. Knows no format. */

/** A file's bytes. Reading throws a `WeightFileError` where the file gives less than it promised. */
export interface ByteSource {
  /** As people know the file, for messages. */
  readonly name: string;
  readonly size: number;
  /** Fills the target with the bytes from the offset on. */
  read(offset: number, target: Uint8Array): void;
}

/** The tensors of a file, by name. Values are read when they are asked for. */
export interface WeightSource {
  /** The file's format, as people call it. */
  readonly format: string;
  readonly tensors: ReadonlyMap<string, SourceTensor>;
}

export interface SourceTensor {
  readonly shape: readonly number[];
  /** As the format calls it: `F16`. */
  readonly type: string;
  /** As float32; a chunk is valid until the next. Absent where the values are no floating-point numbers. */
  readonly chunks?: () => Iterable<Float32Array>;
}

/** The file can't be read as what it claims to be; the message says what is wrong, for the user. */
export class WeightFileError extends Error {
  constructor(file: Pick<ByteSource, "name">, problem: string) {
    super(`${file.name} ${problem}`);
  }
}

/** A stretch of a file. */
export interface Extent {
  readonly file: ByteSource;
  readonly offset: number;
  readonly length: number;
}

/** A tensor's number of values; infinite where it is beyond what can be counted. */
export function countOf(shape: readonly number[]): number {
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
  return Number.isSafeInteger(count) ? count : Number.POSITIVE_INFINITY;
}

/** A name out of a file, safe to print: without control characters, and not endless. */
export function printable(name: string): string {
  const plain = name.replaceAll(/\p{C}/gu, "\u{fffd}");
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}
