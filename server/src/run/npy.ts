/** NumPy's files: the numbers of one array, and its shape. */

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The array of a `.npy` file in single, double or byte precision, or why it can't be read. */
export function readNpy(bytes: Uint8Array): NpyArray | { readonly problem: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length >= 12 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
  if (!isNpy || bytes[0] !== 0x93) return { problem: "is no .npy file" };
  const long = (bytes[6] ?? 1) >= 2;
  const start = long ? 12 : 10;
  const end = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) return { problem: "ends within its header" };
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, end));
  const type = /'descr': *'([^']*)'/.exec(header)?.[1] ?? "";
  const sizes = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (sizes === undefined) return { problem: "tells no shape" };
  if (/'fortran_order': *True/.test(header))
    return { problem: "is in Fortran order; save it with numpy.ascontiguousarray" };
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const reader = readers[type];
  if (!reader) return { problem: `holds numbers of type ${type || "?"}; save it as float32` };
  if (end + count * reader.size > bytes.length) return { problem: "is shorter than its shape says" };
  return {
    shape,
    values: Float32Array.from({ length: count }, (_, i) => reader.at(view, end + i * reader.size)),
  };
}

interface Reader {
  readonly size: number;
  readonly at: (view: DataView, offset: number) => number;
}

const readers: Readonly<Record<string, Reader>> = {
  "<f4": { size: 4, at: (view, offset) => view.getFloat32(offset, true) },
  "<f8": { size: 8, at: (view, offset) => view.getFloat64(offset, true) },
  "|u1": { size: 1, at: (view, offset) => view.getUint8(offset) },
};
