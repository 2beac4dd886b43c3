/** Runs graphs by our runner, its child programs straight from their sources. */
import { fileURLToPath } from "node:url";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import { type GraphJob, runGraph } from "../../server/src/host/node/runGraph.ts";
import type { Outcome } from "../../server/src/run/protocol.ts";
import type { RunOptions } from "../../server/src/run/run.ts";

export const entries: RunOptions["entries"] = {
  runner: fileURLToPath(new URL("../../server/src/run/runner.ts", import.meta.url)),
  probe: fileURLToPath(new URL("../../server/src/run/probe.ts", import.meta.url)),
};

/** Hides every graphics driver from the children. */
export const withoutGpu = { VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" };

export function runNetwork(
  graph: Graph,
  job: Partial<GraphJob>,
  options: Partial<RunOptions> = {},
): Promise<Outcome> {
  return runGraph(graph, { version: "0", runs: 3, ...job }, { entries, timeoutMs: 60_000, ...options });
}
