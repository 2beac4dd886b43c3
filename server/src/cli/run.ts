/** `lwnet run FILE[#Network]`: exports the network, runs it here and reports what it took, layer by layer. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportAndRun } from "../host/node/runNetwork.ts";
import { exportRun } from "../report/runExport.ts";
import { runResult } from "../report/runResult.ts";
import { formatRun } from "../report/runText.ts";
import { loadGraph } from "./exportModel.ts";
import { type RunFlags, runSettings } from "./runOptions.ts";
import { exitCodes, interruptible, paint, print, printError, printJson } from "./terminal.ts";
import { type WeightFileOptions, withWeights } from "./weights.ts";

export interface RunCommandOptions extends WeightFileOptions, RunFlags {
  /** Keeps the exported model under this path. */
  readonly output?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly csv?: boolean;
}

export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const settings = runSettings(options);
  const { graph, lineOf } = await loadGraph(file);
  const temporary = options.output === undefined ? await mkdtemp(join(tmpdir(), "lwnet-")) : undefined;
  const output = options.output ?? join(temporary ?? "", `${graph.name}.onnx`);
  let shown = "";
  try {
    const ran = await withWeights(graph, options, ({ given }) =>
      interruptible((signal) =>
        exportAndRun(
          { ...settings, graph, output, ...(given ? { given } : {}) },
          {
            signal,
            onProgress({ message }) {
              if (!options.json && process.stderr.isTTY && message !== shown)
                printError(paint.faint(`${message} …`));
              shown = message;
            },
          },
        ),
      ),
    );
    const { precision, sizes } = settings;
    const result = runResult({
      graph,
      report: ran.report,
      modelBytes: ran.exported.bytes,
      lineOf,
      ...(precision ? { precision } : {}),
      ...(sizes ? { sizes } : {}),
    });
    const modelPath = temporary === undefined ? ran.exported.paths[0] : undefined;
    if (options.json) printJson({ ...result, ...(modelPath === undefined ? {} : { modelPath }) });
    else if (options.markdown) print(exportRun(result, "markdown").trimEnd());
    else if (options.csv) print(exportRun(result, "csv").trimEnd());
    else print(formatRun(result, modelPath, { strong: paint.strong }));
    return exitCodes.clean;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}
