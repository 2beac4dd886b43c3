/**
 * Entry point of the language server as a Node process, spoken to over IPC or stdio as its arguments say. It gives
 * the server what it lacks: files to write models to, and a runner.
 */
import { createConnection, LSPErrorCodes, ProposedFeatures, ResponseError } from "vscode-languageserver/node";
import { formatBytes } from "./core/cost/format.ts";
import { WeightFileError } from "./core/weights/source.ts";
import { givenFiles } from "./host/given.ts";
import { createLayoutEngine } from "./host/layout.ts";
import { devices } from "./host/node/devices.ts";
import { nodeFiles } from "./host/node/files.ts";
import { exportModel, JobError } from "./host/node/jobs.ts";
import { hostRun } from "./hostRun.ts";
import type { ServerHost } from "./lsp/host.ts";
import { createServer } from "./lsp/server.ts";

// A client may have files open that lie on no disk.
const files = givenFiles(nodeFiles);

const host: ServerHost = {
  files,
  give: files.give,
  version: process.env.LWNET_VERSION,
  layout: createLayoutEngine(),
  exportModel: (job, control) =>
    told(async () => {
      const { bytes, notes } = await exportModel(job, control);
      const summary = `${job.graph.name}: ${formatBytes(bytes)} written to ${job.output}`;
      return { network: job.graph.name, path: job.output, bytes, summary, notes };
    }),
  exportAndRun: (job, control) => told(() => hostRun(job, control)),
  devices,
};

/** A failure that is no fault of ours is told to the user, not logged. */
async function told<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof JobError || error instanceof WeightFileError)
      throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    throw error;
  }
}

const connection = createConnection(ProposedFeatures.all);
createServer(connection, host);
connection.listen();
