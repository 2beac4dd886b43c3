/** Runs a graph that is in memory: writes it into a temporary folder, runs it there, and removes the folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOnnx, type OnnxOptions } from "../../core/backends/onnx/exportOnnx.ts";
import type { Graph } from "../../core/ir/graph.ts";
import type { Outcome, RunFailure, RunJob } from "../../run/protocol.ts";
import { type RunOptions, run } from "../../run/run.ts";
import type { WriteOptions, WriteResult } from "./writeFiles.ts";
import { writeFiles } from "./writeFiles.ts";

export type GraphJob = Omit<RunJob, "modelPath"> & Pick<OnnxOptions, "version" | "init" | "seed">;

/** Runs the network on random weights and input. Never rejects. */
export async function runGraph(graph: Graph, job: GraphJob, options: RunOptions): Promise<Outcome> {
  const exported = exportOnnx(graph, { ...job, fileName: "network.onnx" });
  if (!exported.ok) {
    const problems = exported.problems.map(({ node, message }) => (node ? `${node} ${message}.` : message));
    return { ok: false, reason: "bad-model", message: problems.join("\n") };
  }
  const folder = await mkdtemp(join(tmpdir(), "lwnet-run-"));
  try {
    const write: WriteOptions = options.signal ? { signal: options.signal } : {};
    const written = await writeFiles(folder, exported.files, write);
    if (!written.ok) return writeFailure(written);
    return await run({ ...job, modelPath: written.paths.at(-1) ?? folder }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function writeFailure(failed: WriteResult & { readonly ok: false }): RunFailure {
  return { ok: false, reason: failed.cancelled ? "cancelled" : "bad-job", message: failed.message };
}
