/** Opens a file of weights: finds out what it is, reads what is in it, and keeps it open while values are needed. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readOnnx } from "../../core/weights/readOnnx.ts";
import { readSafetensors } from "../../core/weights/readSafetensors.ts";
import { type ByteSource, WeightFileError, type WeightSource } from "../../core/weights/source.ts";

export interface WeightFile extends WeightSource {
  /** After it no values can be read. */
  readonly close: () => void;
}

/** Throws a `WeightFileError` for a file that is missing, damaged or of another format. */
export function openWeights(path: string): WeightFile {
  const open: number[] = [];
  const beside = new Map<string, ByteSource>();
  const close = () => {
    for (const descriptor of open.splice(0)) closeSync(descriptor);
  };
  const source = (at: string): ByteSource => {
    const { descriptor, ...file } = openBytes(at);
    open.push(descriptor);
    return file;
  };
  try {
    const file = source(path);
    const found = formatOf(file);
    const read = (location: string) => {
      const known = beside.get(location) ?? source(join(dirname(path), location));
      beside.set(location, known);
      return known;
    };
    return { ...(found === "onnx" ? readOnnx(file, read) : readSafetensors(file)), close };
  } catch (error) {
    close();
    throw error;
  }
}

function openBytes(path: string): ByteSource & { readonly descriptor: number } {
  const name = basename(path);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new WeightFileError({ name: path }, "is not a file.");
    return { name, size: found.size, read: reader(name, descriptor), descriptor };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    if (error instanceof WeightFileError) throw error;
    throw new WeightFileError({ name: path }, whyNotRead(error));
  }
}

function reader(name: string, descriptor: number): ByteSource["read"] {
  return (offset, target) => {
    for (let done = 0; done < target.length; ) {
      let count = 0;
      try {
        count = readSync(descriptor, target, done, target.length - done, offset + done);
      } catch (error) {
        throw new WeightFileError({ name }, whyNotRead(error));
      }
      if (count === 0) throw new WeightFileError({ name }, "became shorter while it was read.");
      done += count;
    }
  };
}

function whyNotRead(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist.";
  if (code === "EACCES" || code === "EPERM") return "may not be read; check its permissions.";
  return `can't be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** What other formats of weights begin with, and the way from there. */
const others: readonly { readonly magic: readonly number[]; readonly advice: string }[] = [
  { magic: [0x50, 0x4b, 0x03, 0x04], advice: "is a zip archive, as PyTorch saves" },
  { magic: [0x80, 0x02, 0x8a, 0x0a], advice: "is a Python pickle, as old versions of PyTorch save" },
  { magic: [0x89, 0x48, 0x44, 0x46], advice: "is an HDF5 file, as Keras saves" },
  { magic: [0x47, 0x47, 0x55, 0x46], advice: "is a GGUF file" },
];

/** By its name, or else by how it begins. */
function formatOf(file: ByteSource): "onnx" | "safetensors" {
  const start = new Uint8Array(Math.min(9, file.size));
  file.read(0, start);
  const other = others.find(({ magic }) => magic.every((byte, i) => start[i] === byte));
  if (other) {
    const way = "Convert it to safetensors first; README.md has a line for it.";
    throw new WeightFileError(file, `${other.advice}, which can't be read. ${way}`);
  }
  if (/\.onnx$/i.test(file.name)) return "onnx";
  // A header of JSON begins after eight bytes; a model, with its version.
  return /\.safetensors$/i.test(file.name) || start[8] === "{".charCodeAt(0) || start[0] !== 0x08
    ? "safetensors"
    : "onnx";
}
