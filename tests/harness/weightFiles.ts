/** Files of weights in memory, made by hand so that they can be wrong. */
import { type ByteSource, WeightFileError } from "../../server/src/core/weights/source.ts";

export function bytesSource(bytes: Uint8Array, name = "w.safetensors"): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, target) {
      if (offset < 0 || offset + target.length > bytes.length)
        throw new Error(`read beyond the end of ${name}`);
      target.set(bytes.subarray(offset, offset + target.length));
    },
  };
}

/** A safetensors file with this header, as it is, and so many bytes of data. */
export function safetensors(header: unknown, dataBytes = 0): ByteSource {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return bytesSource(Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
}

/** A file that is not there. */
export function nothingBeside(location: string): never {
  throw new WeightFileError({ name: location }, "does not exist.");
}

/** What reading fails with; anything but a `WeightFileError` is passed on. */
export function complaintOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof WeightFileError) return error.message;
    throw error;
  }
}
