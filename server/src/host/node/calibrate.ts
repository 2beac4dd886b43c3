/** What range each tensor of a network takes: its float model is run on recorded or random inputs. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOnnx } from "../../core/backends/onnx/exportOnnx.ts";
import type { Ranges } from "../../core/backends/onnx/options.ts";
import type { Graph, GraphValue } from "../../core/ir/graph.ts";
import { foldBatchNorm } from "../../core/ir/passes/foldBatchNorm.ts";
import type { WeightOptions } from "../../core/weights/weights.ts";
import { type RunOptions, run } from "../../run/run.ts";
import { writeFiles } from "./writeFiles.ts";

export interface Calibration {
  /** A `.npy` file, or a folder of them; random input without one. */
  readonly path?: string;
  readonly weights: WeightOptions;
  readonly entries: RunOptions["entries"];
  readonly signal?: AbortSignal;
}

/** Milliseconds for all recorded inputs together. */
const patience = 3_600_000;

/** So many random inputs where there are no recorded ones. */
const randomInputs = 2;

export async function calibrate(
  given: Graph,
  { path, weights, entries, signal }: Calibration,
): Promise<{ readonly ranges: Ranges } | { readonly problem: string }> {
  const samples = path === undefined ? undefined : await npyFiles(path);
  if (samples?.length === 0) return { problem: `there is no .npy file at ${path}` };
  // Every tensor becomes an output, with its number for a name.
  const graph = foldBatchNorm(given);
  const values: readonly GraphValue[] = [...graph.inputs, ...graph.nodes.map((node) => node.output)];
  const outputs = values.map((value, i) => ({ name: `calibrated ${i}`, value }));
  const folder = await mkdtemp(join(tmpdir(), "lwnet-calibrate-"));
  try {
    const exported = exportOnnx({ ...graph, outputs }, { ...weights, fileName: "float.onnx", version: "0" });
    if (!exported.ok) return { problem: exported.problems.map(({ message }) => message).join(" ") };
    const written = await writeFiles(folder, exported.files, signal ? { signal } : {});
    if (!written.ok) return { problem: written.message };
    const job = {
      modelPath: join(folder, "float.onnx"),
      device: "cpu",
      runs: 1,
      batch: randomInputs,
    } as const;
    const control = { entries, timeoutMs: patience, ...(signal ? { signal } : {}) };
    const report = await run({ ...job, ...(samples ? { samples } : {}) }, control);
    if (!report.ok) return { problem: report.message };
    const found = new Map(report.outputs.map(({ name, min, max }) => [name, [min, max] as const]));
    return {
      ranges: new Map(values.map((value, i) => [value.name, found.get(`calibrated ${i}`) ?? [0, 0]])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function npyFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".npy"));
  return names.sort().map((name) => join(path, name));
}
