/**
 * Exporting a network and running it, for every host that has files and processes: the language server and the
 * command line. What goes wrong for a reason that the user can mend is a `JobError`.
 */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type FormatId, formats } from "../../core/backends/formats.ts";
import type { OnnxOptions, Ranges } from "../../core/backends/onnx/options.ts";
import { problemSentences } from "../../core/backends/problemText.ts";
import type { TfjsOptions } from "../../core/backends/tfjs/options.ts";
import type { Graph } from "../../core/index.ts";
import type { WeightOptions } from "../../core/weights/weights.ts";
import type { Device, Progress, RunReport } from "../../run/protocol.ts";
import { run } from "../../run/run.ts";
import { calibrate } from "./calibrate.ts";
import { writeFiles } from "./writeFiles.ts";

/** Set by the build. */
const version = process.env.LWNET_VERSION ?? "0.0.0";

/** The child programs lie beside the bundle that runs. */
const entries = {
  runner: join(import.meta.dirname, "runner.cjs"),
  probe: join(import.meta.dirname, "probe.cjs"),
};

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
  /** For 8 bits: a `.npy` file of inputs or a folder of them; random input without one. */
  readonly calibration?: string;
}

export interface Exported {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** What the user should know of what was written. Full sentences. */
  readonly notes: readonly string[];
}

export interface RunJob extends Omit<ExportJob, "format"> {
  readonly device: Device;
  readonly repeats: number;
  /** Sizes of dimensions that the network knows by name. */
  readonly sizes?: Readonly<Record<string, number>>;
}

export interface Ran {
  readonly exported: Exported;
  readonly report: RunReport;
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
  const { graph, output, seed, init, given, onnx, tfjs, calibration } = job;
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

/** How much of the progress the export takes. */
const exportShare = 0.3;

/** Exports the network and runs it; rejects with a `JobError`. */
export async function exportAndRun(job: RunJob, control: JobControl): Promise<Ran> {
  const { signal, onProgress } = control;
  await mkdir(dirname(job.output), { recursive: true });
  const exported = await exportModel(
    { ...job, format: "onnx" },
    {
      ...control,
      onProgress: ({ message, fraction }) =>
        onProgress({ message, fraction: fraction && fraction * exportShare }),
    },
  );
  const report = await run(
    {
      modelPath: job.output,
      device: job.device,
      runs: job.repeats,
      perLayer: true,
      seed: job.seed,
      ...(job.sizes ? { sizes: job.sizes } : {}),
    },
    {
      entries,
      ...(signal ? { signal } : {}),
      onProgress: (progress) => onProgress({ message: phaseMessage(progress), fraction: undefined }),
    },
  );
  if (!report.ok) throw new JobError(report.message);
  return { exported, report };
}

/** What a runner is doing, in words. */
function phaseMessage({ phase, on, done, total }: Progress): string {
  const device = on === undefined ? "" : ` on the ${on.toUpperCase()}`;
  const phases = {
    probe: "looking for a GPU",
    load: `loading the model${device}`,
    "first-run": `first run${device}`,
    runs: `running${device}`,
    layers: `timing each layer${device}`,
  } satisfies Record<Progress["phase"], string>;
  const steps = done !== undefined && total !== undefined ? `, ${done} of ${total}` : "";
  return phases[phase] + steps;
}
