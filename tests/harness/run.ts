/** Runs graphs by our runner, its child programs straight from their sources. */
import { fileURLToPath } from "node:url";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { Outcome, RunJob } from "../../server/src/run/protocol.ts";
import { type RunOptions, run } from "../../server/src/run/run.ts";
import { filesOf, withFiles } from "./onnx.ts";

export const entries: RunOptions["entries"] = {
  runner: fileURLToPath(new URL("../../server/src/run/runner.ts", import.meta.url)),
  tfjs: fileURLToPath(new URL("../../server/src/run/tfjsRunner.ts", import.meta.url)),
  probe: fileURLToPath(new URL("../../server/src/run/probe.ts", import.meta.url)),
};

/** Hides every graphics driver from the children. */
export const withoutGpu = { VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" };

/** The seed is that of the input; the weights have their own. */
export function runNetwork(
  graph: Graph,
  job: Partial<RunJob>,
  options: Partial<RunOptions> = {},
): Promise<Outcome> {
  return withFiles(filesOf(graph), (modelPath) =>
    run({ modelPath, runs: 3, ...job }, { entries, timeoutMs: 60_000, ...options }),
  );
}
