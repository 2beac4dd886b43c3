/**
 * Exporting a network, for every host that has files and processes: the language server and the command line. What goes
 * wrong for a reason that the user can mend is a `JobError`.
 */
import { basename, dirname } from "node:path";
import { type FormatId, formats } from "../../core/backends/formats.ts";
import type { OnnxOptions, Ranges } from "../../core/backends/onnx/options.ts";
import { problemSentences } from "../../core/backends/problemText.ts";
import type { PytorchOptions } from "../../core/backends/pytorch/options.ts";
import type { TfjsOptions } from "../../core/backends/tfjs/options.ts";
import type { Graph } from "../../core/index.ts";
import type { WeightOptions } from "../../core/weights/weights.ts";
import { calibrate } from "./calibrate.ts";
import { entries } from "./entries.ts";
import { writeFiles } from "./writeFiles.ts";

/** Set by the build. */
const version = process.env.LWNET_VERSION ?? "0.0.0";

export interface ExportJob {
  readonly graph: Graph;
  readonly format: FormatId;
  /** Path of the model's file. */
  readonly output: string;
  readonly seed: number;
  readonly init?: WeightOptions["init"];
  readonly given?: WeightOptions["given"];
  readonly onnx?: OnnxOptions;
  readonly tfjs?: TfjsOptions;
  readonly pytorch?: PytorchOptions;
  /** For 8 bits: a `.npy` file of inputs or a folder of them; random input without one. */
  readonly calibration?: string;
}

export interface Exported {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** What the user should know of what was written. Full sentences. */
  readonly notes: readonly string[];
}

export interface JobControl {
  readonly signal?: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

export interface JobProgress {
  readonly message: string;
  /** From 0 to 1, where it is known. */
  readonly fraction: number | undefined;
}

/** A failure with a message for the user. */
export class JobError extends Error {}

/** Writes the network; rejects with a `JobError` and leaves nothing half-written. */
export async function exportModel(job: ExportJob, { signal, onProgress }: JobControl): Promise<Exported> {
  const { graph, output, seed, init, given, onnx, tfjs, pytorch, calibration } = job;
  const format = formats[job.format];
  const weights = { seed, ...(init ? { init } : {}), ...(given ? { given } : {}) };
  let ranges: Ranges | undefined;
  if (onnx?.precision === "int8") {
    onProgress({ message: "running the network for its ranges", fraction: undefined });
    const control = { weights, entries, ...(calibration === undefined ? {} : { path: calibration }) };
    const found = await calibrate(graph, { ...control, ...(signal ? { signal } : {}) });
    if ("problem" in found) throw new JobError(`${graph.name} can't be calibrated: ${found.problem}`);
    ranges = found.ranges;
  }
  const artifact = format.write(graph, {
    ...weights,
    fileName: basename(output),
    version,
    ...(onnx ? { onnx: { ...onnx, ...(ranges ? { ranges } : {}) } } : {}),
    ...(tfjs ? { tfjs } : {}),
    ...(pytorch ? { pytorch } : {}),
  });
  if (!artifact.ok)
    throw new JobError(
      [`${graph.name} can't be exported as ${format.title}.`, ...problemSentences(artifact.problems)].join(
        " ",
      ),
    );
  const written = await writeFiles(dirname(output), artifact.files, {
    ...(signal ? { signal } : {}),
    onProgress: (done, total) => onProgress({ message: "writing the model", fraction: done / total }),
  });
  if (!written.ok) throw new JobError(written.message);
  const notes = [
    ...(ranges && calibration === undefined ? [randomRanges] : []),
    ...(artifact.notes?.() ?? []),
  ];
  // The model first: the files beside it, where it has any, are written before it.
  const paths = [...written.paths.slice(-1), ...written.paths.slice(0, -1)];
  return { paths, bytes: written.bytes, notes };
}

const randomRanges =
  "The scales are those of random input: give inputs that the network is going to see with --calibration.";
