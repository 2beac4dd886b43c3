/** Runs a model on recorded inputs, one at a time, and tells the range of each output over all of them. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { InferenceSession, TypedTensor } from "onnxruntime-node";
import { readNpy } from "./npy.ts";
import { outputReport } from "./outputs.ts";
import type { OutputReport } from "./protocol.ts";

type Ort = typeof import("onnxruntime-node");

/** The merged reports, or what is wrong with a file. */
export async function runSamples(
  ort: Ort,
  session: InferenceSession,
  paths: readonly string[],
  onDone: (done: number) => Promise<void>,
): Promise<readonly OutputReport[] | { readonly problem: string }> {
  const [input, ...others] = session.inputMetadata;
  if (!input?.isTensor || others.length > 0)
    return { problem: "Calibration files are for networks with one input." };
  const merged = new Map<string, OutputReport>();
  const wanted = input.shape.slice(1);
  for (const [i, path] of paths.entries()) {
    const array = readNpy(await readFile(path));
    if ("problem" in array) return { problem: `${basename(path)} ${array.problem}.` };
    const single = array.shape.length === wanted.length;
    const dims = single ? array.shape : array.shape.slice(1);
    if (dims.length !== wanted.length || dims.some((size, axis) => wantedNumber(wanted[axis], size) !== size))
      return {
        problem: `${basename(path)} holds ${array.shape.join("×")}, but the input ${input.name} is ${wanted.join("×")}.`,
      };
    const size = dims.reduce((a, b) => a * b, 1);
    for (let at = 0; at + size <= array.values.length; at += size) {
      const data = array.values.slice(at, at + size);
      const results = await session.run({ [input.name]: new ort.Tensor("float32", data, [1, ...dims]) });
      for (const [name, tensor] of Object.entries(results)) {
        const { dims, data } = tensor as TypedTensor<"float32">;
        const report = outputReport(name, dims, data);
        const before = merged.get(name) ?? report;
        merged.set(name, {
          ...report,
          min: Math.min(before.min, report.min),
          max: Math.max(before.max, report.max),
        });
      }
    }
    await onDone(i + 1);
  }
  return [...merged.values()];
}

/** A size that is known by name only takes any. */
function wantedNumber(wanted: number | string | undefined, given: number): number {
  return typeof wanted === "number" && wanted > 0 ? wanted : given;
}
