/**
 * Running a network on this machine, for every host that has files and processes: it is exported for the engine, run, and
 * held against what the device can do. What goes wrong for a reason that the user can mend is a `JobError`.
 */
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type {
  Device,
  EngineName,
  Outcome,
  Progress,
  RunInput,
  RunPrecision,
  RunReport,
} from "../../run/protocol.ts";
import { type RunOptions, run } from "../../run/run.ts";
import { ceilings } from "./ceilings.ts";
import { classification } from "./classes.ts";
import { entries } from "./entries.ts";
import { type Exported, type ExportJob, exportModel, type JobControl, JobError } from "./jobs.ts";
import { signatureOf } from "./signature.ts";

export interface RunJob extends Omit<ExportJob, "format" | "onnx"> {
  readonly device: Device;
  readonly repeats: number;
  /** ONNX Runtime, unless the device is one of TensorFlow.js, or nothing else is there. */
  readonly engine?: EngineName;
  readonly batch?: number;
  readonly precision?: RunPrecision;
  readonly warmup?: number;
  /** Milliseconds for all timed runs. */
  readonly budgetMs?: number;
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs?: number;
  readonly input?: RunInput;
  /** A file with the names of the classes. */
  readonly labels?: string;
  /** Sizes of dimensions that the network knows by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Whether to time each layer; default true. */
  readonly perLayer?: boolean;
  /** Whether to measure what the device can do, where that is not known; default true. */
  readonly ceilings?: boolean;
  /** A Node.js to run it with, instead of the one that runs us. */
  readonly nodePath?: string;
}

export interface Ran {
  readonly exported: Exported;
  readonly report: RunReport;
}

/** How much of the progress the export takes. */
const exportShare = 0.3;

/** Exports the network and runs it; rejects with a `JobError`. */
export async function exportAndRun(job: RunJob, control: JobControl): Promise<Ran> {
  const engine = job.engine ?? (job.device === "wasm" ? "tfjs" : "onnxruntime");
  const classify = await classification(job);
  await mkdir(dirname(job.output), { recursive: true });
  const first = await attempt(job, engine, classify, control);
  const last = lastResort(job, engine, first.outcome) ? await attempt(job, "tfjs", classify, control) : first;
  const { exported, outcome } = last;
  const ranWith = first === last ? engine : "tfjs";
  if (!outcome.ok) throw new JobError(outcome.message);
  const instead = first !== last && !first.outcome.ok ? [`${first.outcome.message} ${ranByTfjs}`] : [];
  const ofFile = ranWith === "tfjs" ? [] : exported.notes;
  const notes = [...instead, ...ofFile, ...outcome.notes, ...classify.notes];
  const report = { ...outcome, notes };
  if (job.ceilings === false) return { exported, report };
  control.onProgress({ message: "measuring what the device can do", fraction: undefined });
  const options = runOptions(job, control.signal);
  const most = await ceilings({ report, engine: ranWith, precision: job.precision ?? "fp32", options });
  if (control.signal?.aborted) throw new JobError("The run was cancelled.");
  return { exported, report: most ? { ...report, ceilings: most } : report };
}

const ranByTfjs = "The network was run by TensorFlow.js instead.";

/** Where there is no native engine at all, TensorFlow.js still computes; but nobody gets it who asked for another. */
function lastResort({ engine, device }: RunJob, tried: EngineName, outcome: Outcome): boolean {
  const open = device === "auto" || device === "cpu" || device === "gpu";
  return !outcome.ok && outcome.reason === "no-runtime" && tried !== "tfjs" && engine === undefined && open;
}

async function attempt(
  job: RunJob,
  engine: EngineName,
  { classify }: Awaited<ReturnType<typeof classification>>,
  control: JobControl,
): Promise<{ readonly exported: Exported; readonly outcome: Outcome }> {
  const { signal, onProgress } = control;
  const { device, input, precision = "fp32", sizes, batch, warmup, budgetMs } = job;
  if (engine === "tfjs" && precision !== "fp32")
    throw new JobError(
      `TensorFlow.js computes in fp32 only: for ${precision} take the engine onnxruntime, or leave the precision out.`,
    );
  const output = engine === "tfjs" ? job.output.replace(/(\.onnx)?$/, ".json") : job.output;
  const exported = await exportModel(
    {
      ...job,
      output,
      ...(engine === "tfjs" ? { format: "tfjs" } : { format: "onnx", onnx: { precision } }),
    },
    {
      ...control,
      onProgress: ({ message, fraction }) =>
        onProgress({ message, fraction: fraction && fraction * exportShare }),
    },
  );
  const outcome = await run(
    {
      modelPath: output,
      engine,
      device,
      runs: job.repeats,
      perLayer: job.perLayer ?? true,
      seed: job.seed,
      ...(batch === undefined ? {} : { batch }),
      ...(warmup === undefined ? {} : { warmup }),
      ...(budgetMs === undefined ? {} : { budgetMs }),
      ...(input ? { input } : {}),
      ...(sizes ? { sizes } : {}),
      ...(classify ? { classify } : {}),
      ...(engine === "tfjs" ? { signature: signatureOf(job.graph) } : {}),
    },
    {
      ...runOptions(job, signal),
      onProgress: (progress) => onProgress({ message: phaseMessage(progress), fraction: undefined }),
    },
  );
  if (!outcome.ok || outcome.input.name === undefined) return { exported, outcome };
  const named = { ...outcome.input, name: basename(outcome.input.name) };
  return { exported, outcome: { ...outcome, input: named } };
}

function runOptions(
  { timeoutMs, nodePath }: Pick<RunJob, "timeoutMs" | "nodePath">,
  signal: AbortSignal | undefined,
): RunOptions {
  return {
    entries,
    ...(signal ? { signal } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(nodePath === undefined ? {} : { nodePath }),
  };
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
