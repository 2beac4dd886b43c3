/** Runs graphs by TensorFlow.js in our runner's process of its own. */
import { join } from "node:path";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import { signatureOf } from "../../server/src/host/node/signature.ts";
import type { Outcome, RunJob } from "../../server/src/run/protocol.ts";
import { type RunOptions, run } from "../../server/src/run/run.ts";
import { withFiles } from "./onnx.ts";
import { entries } from "./run.ts";
import { tfjsFiles } from "./tfjs.ts";

export function runTfjsNetwork(
  graph: Graph,
  job: Partial<RunJob>,
  options: Partial<RunOptions> = {},
): Promise<Outcome> {
  const model = { engine: "tfjs", signature: signatureOf(graph), runs: 3 } as const;
  return withFiles(tfjsFiles(graph), (_path, folder) =>
    run(
      { modelPath: join(folder, "net.json"), ...model, ...job },
      { entries, timeoutMs: 60_000, ...options },
    ),
  );
}
