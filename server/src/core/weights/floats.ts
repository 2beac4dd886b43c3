/** Floating-point numbers of files as float32, in chunks: half, brain, single and double precision. */
import type { Extent } from "./source.ts";

export type FloatType = "F16" | "BF16" | "F32" | "F64";

export const bytesOfFloat: Readonly<Record<FloatType, number>> = { F16: 2, BF16: 2, F32: 4, F64: 8 };

const chunkElements = 1 << 18;

/** The values of extents, one after another; their lengths are whole numbers of values. Little-endian, as we are. */
export function* floatsIn(extents: readonly Extent[], type: FloatType): Generator<Float32Array> {
  const bytes = bytesOfFloat[type];
  const most = Math.min(chunkElements, Math.max(0, ...extents.map(({ length }) => length / bytes)));
  const values = new Float32Array(most);
  const raw = type === "F32" ? values.buffer : new ArrayBuffer(most * bytes);
  const widen = wideners[type];
  for (const { file, offset, length } of extents) {
    for (let done = 0; done < length; ) {
      const part = Math.min(length - done, most * bytes);
      file.read(offset + done, new Uint8Array(raw, 0, part));
      const count = part / bytes;
      widen(raw, values, count);
      yield values.subarray(0, count);
      done += part;
    }
  }
}

/** Widens 16-bit patterns in place of a reader, for formats that keep them in wider integers. */
export function widenPatterns(patterns: Uint16Array, type: "F16" | "BF16", into: Float32Array): void {
  wideners[type](patterns.buffer, into, patterns.length);
}

type Widen = (raw: ArrayBufferLike, values: Float32Array, count: number) => void;

const wideners: Readonly<Record<FloatType, Widen>> = {
  F32: () => {},
  F64: (raw, values, count) => values.set(new Float64Array(raw, 0, count)),
  BF16(raw, values, count) {
    const from = new Uint16Array(raw, 0, count);
    const to = new Uint32Array(values.buffer, values.byteOffset, count);
    for (let i = 0; i < count; i++) to[i] = (from[i] ?? 0) << 16;
  },
  F16(raw, values, count) {
    const from = new Uint16Array(raw, 0, count);
    const table = halves();
    for (let i = 0; i < count; i++) values[i] = table[from[i] ?? 0] ?? 0;
  },
};

let halfTable: Float32Array | undefined;

/** Every half-precision number by its bit pattern. */
function halves(): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, pattern) => {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern >> 10) & 0x1f;
    const fraction = pattern & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return halfTable;
}
