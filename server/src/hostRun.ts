/** Runs a network for the language server: weights of a file, the run itself, and its result as data and text. */
import { basename, join } from "node:path";
import { matchWeights } from "./core/weights/match.ts";
import { JobError } from "./host/node/jobs.ts";
import { runInput } from "./host/node/runInput.ts";
import { exportAndRun } from "./host/node/runNetwork.ts";
import { openWeights } from "./host/node/weightFile.ts";
import type { JobControl, RunJob } from "./lsp/host.ts";
import type { RunResponse } from "./lsp/protocol.ts";
import { runResult } from "./report/runResult.ts";
import { formatRun, summarizeRun } from "./report/runText.ts";
import { weightReport, weightReportText } from "./report/weightReport.ts";

export async function hostRun(job: RunJob, control: JobControl): Promise<Omit<RunResponse, "texts">> {
  const { graph, folder, lineOf, options } = job;
  const { weights, input, sizes, ...rest } = options;
  const output = join(folder, `${graph.name}.onnx`);
  const file = weights === undefined ? undefined : weightsOf(job, weights);
  try {
    const { report, exported } = await exportAndRun(
      {
        graph,
        output,
        seed: job.seed,
        ...rest,
        ...(sizes ? { sizes } : {}),
        ...(input === undefined ? {} : { input: runInput(input) }),
        ...(file ? { given: file.given } : {}),
      },
      control,
    );
    const { precision } = options;
    const result = runResult({
      graph,
      report,
      modelBytes: exported.bytes,
      lineOf,
      ...(precision ? { precision } : {}),
      ...(sizes ? { sizes } : {}),
    });
    const modelPath = exported.paths[0] ?? output;
    return { ...result, modelPath, summary: summarizeRun(result), text: formatRun(result, modelPath) };
  } finally {
    file?.close();
  }
}

function weightsOf({ graph }: RunJob, path: string) {
  const source = openWeights(path);
  const match = matchWeights(graph, source);
  const report = weightReport(graph, match, { file: basename(path), format: source.format });
  if (report.fits) return { given: match.given, close: source.close };
  source.close();
  throw new JobError(`${basename(path)} does not fit ${graph.name}. ${weightReportText(report)}`);
}
