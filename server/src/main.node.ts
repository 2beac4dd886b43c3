/**
 * Entry point of the language server as a Node process, spoken to over IPC or stdio as its arguments say. It gives
 * the server what it lacks: files to write models to, and a runner.
 */
import { join } from "node:path";
import { createConnection, LSPErrorCodes, ProposedFeatures, ResponseError } from "vscode-languageserver/node";
import { formatBytes } from "./core/cost/format.ts";
import { givenFiles } from "./host/given.ts";
import { nodeFiles } from "./host/node/files.ts";
import { exportModel, JobError } from "./host/node/jobs.ts";
import { exportAndRun } from "./host/node/runNetwork.ts";
import type { ServerHost } from "./lsp/host.ts";
import { createServer } from "./lsp/server.ts";
import { runResult } from "./report/runResult.ts";
import { formatRun, summarizeRun } from "./report/runText.ts";

// A client may have files open that lie on no disk.
const files = givenFiles(nodeFiles);

const host: ServerHost = {
  files,
  give: files.give,
  version: process.env.LWNET_VERSION,
  exportModel: (job, control) =>
    told(async () => {
      const { bytes, notes } = await exportModel(job, control);
      const summary = `${job.graph.name}: ${formatBytes(bytes)} written to ${job.output}`;
      return { network: job.graph.name, path: job.output, bytes, summary, notes };
    }),
  exportAndRun: (job, control) =>
    told(async () => {
      const { graph, folder, lineOf } = job;
      const output = join(folder, `${graph.name}.onnx`);
      const { report, exported } = await exportAndRun({ ...job, output }, control);
      const result = runResult({ graph, report, modelBytes: exported.bytes, lineOf });
      return { ...result, modelPath: output, summary: summarizeRun(result), text: formatRun(result, output) };
    }),
};

/** A failure that is no fault of ours is told to the user, not logged. */
async function told<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof JobError) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    throw error;
  }
}

const connection = createConnection(ProposedFeatures.all);
createServer(connection, host);
connection.listen();
