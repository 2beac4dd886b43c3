/**
 * Entry point of the language server as a Node process, spoken to over IPC or stdio as its arguments say. It gives
 * the server what it lacks: files to write models to, and a runner.
 */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createConnection, LSPErrorCodes, ProposedFeatures, ResponseError } from "vscode-languageserver/node";
import { exportOnnx } from "./core/backends/onnx/exportOnnx.ts";
import { writeFiles } from "./host/node/writeFiles.ts";
import type { ExportJob, JobControl, RunJob, ServerHost } from "./lsp/host.ts";
import type { ExportResult, RunResult } from "./lsp/protocol.ts";
import { phaseMessage, runResult } from "./lsp/runReport.ts";
import { createServer } from "./lsp/server.ts";
import { run } from "./run/run.ts";

const host: ServerHost = { exportModel, exportAndRun };

const entries = {
  runner: join(import.meta.dirname, "runner.cjs"),
  probe: join(import.meta.dirname, "probe.cjs"),
};

async function exportModel(job: ExportJob, { signal, onProgress }: JobControl): Promise<ExportResult> {
  const { graph, output, seed } = job;
  const artifact = exportOnnx(graph, { fileName: basename(output), version, seed });
  if (!artifact.ok) {
    const problems = artifact.problems.map(({ node, message }) =>
      node === undefined ? message : `${node}: ${message}`,
    );
    throw failed(`${graph.name} can't be exported as ONNX. ${problems.join(" ")}`);
  }
  const written = await writeFiles(dirname(output), artifact.files, {
    signal,
    onProgress: (done, total) => onProgress({ message: "writing the model", fraction: done / total }),
  });
  if (!written.ok) throw failed(written.message);
  return { network: graph.name, path: output, bytes: written.bytes, params: parameterCount(graph) };
}

async function exportAndRun(job: RunJob, control: JobControl): Promise<RunResult> {
  const { graph, folder, seed, device, repeats, placeOf } = job;
  await mkdir(folder, { recursive: true });
  const output = join(folder, `${graph.name}.onnx`);
  const exported = await exportModel({ graph, output, seed }, scaled(control, exportShare));
  const report = await run(
    { modelPath: output, device, runs: repeats, perLayer: true, seed },
    {
      entries,
      signal: control.signal,
      onProgress: (progress) => control.onProgress({ message: phaseMessage(progress), fraction: undefined }),
    },
  );
  if (!report.ok) throw failed(report.message);
  return runResult({ graph, report, modelPath: output, modelBytes: exported.bytes, placeOf });
}

/** A failure that is no fault of ours: told to the user, not logged. */
function failed(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

/** How much of the bar the export takes. */
const exportShare = 0.3;

function scaled({ signal, onProgress }: JobControl, share: number): JobControl {
  return {
    signal,
    onProgress: ({ message, fraction }) => onProgress({ message, fraction: fraction && fraction * share }),
  };
}

function parameterCount(graph: ExportJob["graph"]): number {
  return graph.nodes
    .flatMap(({ weights }) => weights)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** Set by the build. */
const version = process.env.LWNET_VERSION ?? "0.0.0";

const connection = createConnection(ProposedFeatures.all);
createServer(connection, host);
connection.listen();
