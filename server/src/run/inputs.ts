/** The numbers that a network is run on: random, zeros, a picture or an array of a file. Knows no engine. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { uniformStream } from "../core/weights/random.ts";
import { readNpy } from "./npy.ts";
import type { RunInput, RunJob } from "./protocol.ts";

/** An input of a model, channels first. */
export interface ModelInput {
  readonly name: string;
  /** Without the batch. A string, or a number below 1, is a size that the model leaves open. */
  readonly shape: readonly (number | string)[];
}

export interface InputValues {
  readonly name: string;
  /** With the batch. */
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface Inputs {
  readonly values: readonly InputValues[];
  readonly batch: number;
  /** What was done to a file to make it fit. Full sentences. */
  readonly notes: readonly string[];
}

type Problem = { readonly problem: string };

/** Values for every input, or what is missing or doesn't fit. */
export async function inputValues(inputs: readonly ModelInput[], job: RunJob): Promise<Inputs | Problem> {
  const input = job.input ?? { kind: "random" };
  if (input.kind === "random" || input.kind === "zeros") return generated(inputs, job, input.kind);
  const [only, ...others] = inputs;
  const what = input.kind === "image" ? "A picture" : "A file of values";
  if (!only || others.length > 0)
    return { problem: `${what} is input for networks with one input; this one has ${inputs.length}.` };
  const bytes = await readFile(input.path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error)
    return {
      problem: `The input ${input.path} can't be read: ${bytes.code === "ENOENT" ? "it is not there" : (bytes.code ?? bytes.message)}.`,
    };
  return input.kind === "image"
    ? fromPicture(only, job, input, bytes)
    : fromArray(only, job, basename(input.path), bytes);
}

function generated(inputs: readonly ModelInput[], job: RunJob, kind: "random" | "zeros"): Inputs | Problem {
  const { batch = 1, sizes = {}, seed = 0 } = job;
  const values: InputValues[] = [];
  for (const { name, shape } of inputs) {
    const known = shape.map((dim) => sizeOf(dim, sizes));
    const open = known.indexOf(undefined);
    if (open >= 0) return { problem: missingSize(String(shape[open] || `of axis ${open + 1}`), name) };
    const dims = [batch, ...(known as number[])];
    const data = new Float32Array(count(dims));
    if (kind === "random") uniformStream(seed, name)(data, 1);
    values.push({ name, dims, data });
  }
  return { values, batch, notes: [] };
}

async function fromPicture(
  { name, shape }: ModelInput,
  job: RunJob,
  input: Extract<RunInput, { kind: "image" }>,
  bytes: Uint8Array,
): Promise<Inputs | Problem> {
  const file = basename(input.path);
  // Loaded when it is needed only: decoders are large.
  const { decodePicture, imageValues, normalizationFor } = await import("./image.ts");
  const picture = decodePicture(bytes);
  if ("problem" in picture) return { problem: `${file} ${picture.problem}.` };
  const { image } = picture;
  const [channels, height, width, ...more] = shape;
  if (width === undefined || more.length > 0 || (channels !== 1 && channels !== 3 && channels !== 4))
    return {
      problem: `A picture is input of the shape channels×height×width with 1, 3 or 4 channels, but ${name} is ${shape.join("×")}.`,
    };
  const sizes = { ...job.sizes };
  const size = {
    channels,
    height: sizeOf(height ?? 0, sizes) ?? image.height,
    width: sizeOf(width, sizes) ?? image.width,
  };
  const usual = normalizationFor(channels);
  const normalization = { mean: input.mean ?? usual.mean, std: input.std ?? usual.std };
  for (const [option, { length }] of [
    ["mean", normalization.mean],
    ["deviation", normalization.std],
  ] as const)
    if (length !== 1 && length !== channels)
      return {
        problem: `${length} values are given for the ${option}, but ${name} has ${channels} channels.`,
      };
  const single = await imageValues(image, size, normalization);
  const batch = job.batch ?? 1;
  const target = `${size.width}×${size.height}`;
  const was = `${image.width}×${image.height}`;
  const fit = was === target ? "taken as it is" : `scaled and cropped to ${target}`;
  const kind = input.mean || input.std ? "" : channels === 3 ? ", those of ImageNet" : "";
  const numbers = `mean ${normalization.mean.join(", ")} and deviation ${normalization.std.join(", ")}${kind}`;
  return {
    values: [{ name, dims: [batch, channels, size.height, size.width], data: repeated(single, batch) }],
    batch,
    notes: [`${file} (${was}) was ${fit}, and normalised by ${numbers}.`],
  };
}

function fromArray(
  { name, shape }: ModelInput,
  job: RunJob,
  file: string,
  bytes: Uint8Array,
): Inputs | Problem {
  const array = readNpy(bytes);
  if ("problem" in array) return { problem: `${file} ${array.problem}.` };
  const hasBatch = array.shape.length === shape.length + 1;
  const dims = hasBatch ? array.shape.slice(1) : array.shape;
  const fits =
    dims.length === shape.length &&
    dims.every((size, axis) => (sizeOf(shape[axis] ?? 0, job.sizes ?? {}) ?? size) === size);
  if (!fits)
    return {
      problem: `${file} holds ${array.shape.join("×")}, but the input ${name} is ${shape.join("×")}.`,
    };
  const held = hasBatch ? (array.shape[0] ?? 1) : 1;
  const batch = job.batch ?? held;
  if (held !== 1 && held !== batch)
    return { problem: `${file} holds ${held} inputs, but the batch is ${batch}.` };
  const data = held === batch ? array.values : repeated(array.values, batch);
  return { values: [{ name, dims: [batch, ...dims], data }], batch, notes: [] };
}

function missingSize(size: string, input: string): string {
  return `The run needs the size ${size} of the input ${input}: give it as a number in the network, or to the run as in --size H=224.`;
}

function sizeOf(dim: number | string, sizes: Readonly<Record<string, number>>): number | undefined {
  if (typeof dim === "number") return dim > 0 ? dim : undefined;
  return sizes[dim];
}

function repeated(values: Float32Array, times: number): Float32Array {
  if (times === 1) return values;
  const all = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}

function count(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}
