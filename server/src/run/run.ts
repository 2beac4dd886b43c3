/**
 * Runs a model and says on what it really ran. Each attempt is a child process on one provider of one engine; this file
 * decides which to try, and in which order. Loads nothing native itself.
 */
import { access } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import {
  type Cause,
  driverAdvice,
  engineTitles,
  failure,
  failureOf,
  namelessGpu,
  noGpu,
  providerTitles,
  softwareGpu,
  wrongDevice,
} from "./failures.ts";
import {
  type Adapter,
  type DeviceReport,
  type FellBack,
  type Outcome,
  onGpu,
  type ProbeReply,
  type Progress,
  type Provider,
  type RunFailure,
  type RunJob,
  type RunnerDone,
  type RunnerReply,
  type RunReport,
  type Timing,
} from "./protocol.ts";
import { median } from "./statistics.ts";
import { type Ending, supervise } from "./supervise.ts";

export interface RunOptions {
  /** Paths of the child programs, which lie elsewhere once bundled. */
  readonly entries: RunnerEntries;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** For each attempt; default two minutes. */
  readonly timeoutMs?: number;
  /** The Node.js that runs the children; the one that runs us by default. */
  readonly nodePath?: string;
  /** Added to the children's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunnerEntries {
  readonly runner: string;
  /** For TensorFlow.js. */
  readonly tfjs: string;
  readonly probe: string;
}

const defaultTimeoutMs = 120_000;
const probeTimeoutMs = 15_000;

/** Runs the job to an outcome. Never rejects. */
export async function run(job: RunJob, options: RunOptions): Promise<Outcome> {
  const { device = "auto", engine = "onnxruntime" } = job;
  if (!(await isReadable(job.modelPath))) return failure("bad-job", `There is no model ${job.modelPath}.`);
  const wrong = wrongDevice(engine, device);
  if (wrong) return wrong;
  if (device === "cpu") return onCpu(job, options, []);
  if (device === "wasm") return named(job, "wasm", options);

  const found = await probe(options);
  if (options.signal?.aborted) return failureOf({ kind: "cancelled" }, "webgpu", job, 0);
  const adapter = found.kind === "adapter" ? found.adapter : undefined;
  if (device !== "auto" && device !== "gpu" && device !== "webgpu")
    return named(job, device, options, adapter?.software ? undefined : adapter);
  if (found.kind === "none") {
    const cause = noGpu(engine);
    return device === "auto" ? onCpu(job, options, [cause]) : failure("no-gpu", `${cause.why} ${cause.fix}`);
  }
  if (device === "auto" && adapter?.software) return onCpu(job, options, [softwareGpu(adapter.name)]);

  const outcome = await named(job, "webgpu", options, adapter);
  if (outcome.ok || !isOfGpu(outcome)) return outcome;
  if (device === "auto") return onCpu(job, options, [{ why: outcome.message, fix: driverAdvice }]);
  return { ...outcome, message: `${outcome.message} ${driverAdvice}` };
}

function isOfGpu({ reason }: RunFailure): boolean {
  return ["no-gpu", "crashed", "bad-model"].includes(reason);
}

/** Asks for the name of the GPU: about a fifth of a second. */
export async function probe(options: RunOptions): Promise<ProbeReply> {
  options.onProgress?.({ phase: "probe" });
  const child = { ...options, timeoutMs: probeTimeoutMs };
  const ended = await supervise<ProbeReply>(options.entries.probe, {}, child);
  return ended.kind === "reply" ? ended.reply : { kind: "unknown", why: `the probe ended by ${ended.kind}` };
}

/** Runs on this provider or fails. */
async function named(
  job: RunJob,
  provider: Provider,
  options: RunOptions,
  adapter?: Adapter,
): Promise<Outcome> {
  const ended = await attempt(job, provider, options);
  if (ended.kind !== "reply" || !ended.reply.ok)
    return failureOf(ended, provider, job, options.timeoutMs ?? defaultTimeoutMs);
  const notes = provider === "webgpu" && !adapter ? [namelessGpu] : [];
  return report(ended.reply, job, adapter, [], notes);
}

/** Runs on the CPU. `against` says why the GPU was not used, where it was wanted. */
async function onCpu(job: RunJob, options: RunOptions, against: readonly Cause[]): Promise<Outcome> {
  const providers = job.engine === "tfjs" ? (["wasm", "cpu"] as const) : (["cpu"] as const);
  const causes = [...against];
  for (const [i, provider] of providers.entries()) {
    const ended = await attempt(job, provider, options);
    if (ended.kind === "reply" && ended.reply.ok) return report(ended.reply, job, undefined, causes, []);
    const trouble = failureOf(ended, provider, job, options.timeoutMs ?? defaultTimeoutMs);
    if (trouble.reason !== "bad-model" || i === providers.length - 1) return trouble;
    causes.push({ why: trouble.message, fix: "Take the engine onnxruntime." });
  }
  return failure("crashed", "The run gave no result.");
}

function attempt(job: RunJob, provider: Provider, options: RunOptions): Promise<Ending<RunnerReply>> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const entry = job.engine === "tfjs" ? options.entries.tfjs : options.entries.runner;
  return supervise<RunnerReply>(entry, { job, provider, timeoutMs }, { ...options, timeoutMs });
}

function report(
  done: RunnerDone,
  job: RunJob,
  adapter: Adapter | undefined,
  causes: readonly Cause[],
  notes: readonly string[],
): RunReport {
  const { provider, cpuLayers, engine, outputs, layers } = done;
  const { device: requested = "auto", input = { kind: "random" } } = job;
  const device: DeviceReport = {
    requested,
    ran: ranOn(done, adapter),
    ...(onGpu(provider) && adapter ? { adapter } : {}),
    cpu: { model: cpus()[0]?.model.trim() || "unknown", threads: availableParallelism() },
    cpuLayers,
    engine,
    provider,
    providers: done.providers,
    fellBack: [
      ...causes.map((cause) => ({ layers: [], ...cause })),
      ...withoutKernel(cpuLayers, provider, job),
    ],
  };
  return {
    ok: true,
    device,
    timing: { ...done.timing, ...summary(done.timing.runsMs) },
    outputs,
    input: { kind: input.kind, ...("path" in input ? { name: input.path } : {}) },
    ...(layers ? { layers } : {}),
    ...(done.predictions ? { predictions: done.predictions } : {}),
    notes: [
      ...notes,
      ...causes.map(({ why }) => `${why} ${elsewhere(done, job)}`),
      ...device.fellBack.filter(({ layers: { length } }) => length > 0).map(layersNote),
      ...overflowNote(outputs),
      ...done.notes,
    ],
  };
}

function ranOn({ provider, mixed }: RunnerDone, adapter: Adapter | undefined): DeviceReport["ran"] {
  if (!onGpu(provider)) return "cpu";
  if (mixed) return "mixed";
  return adapter?.software ? "gpu-software" : "gpu";
}

function elsewhere({ provider }: RunnerDone, { engine, device }: RunJob): string {
  if (engine !== "tfjs" || device === "auto" || provider === "wasm") return "The network ran on the CPU.";
  return "The network ran in plain JavaScript, which is slow.";
}

function withoutKernel(layers: readonly string[], provider: Provider, { engine }: RunJob): FellBack[] {
  if (layers.length === 0) return [];
  return [
    {
      layers,
      why: `${engineTitles[engine ?? "onnxruntime"]} has no kernel for them on ${providerTitles[provider]}.`,
      fix: "Write them with other operators, or run all of the network on the device cpu.",
    },
  ];
}

function layersNote({ layers }: FellBack): string {
  return `There is no GPU kernel for these layers, which ran on the CPU: ${layers.join(", ")}.`;
}

function overflowNote(outputs: RunReport["outputs"]): string[] {
  const names = outputs.filter((output) => output.nonFinite > 0).map((output) => output.name);
  if (names.length === 0) return [];
  return [
    `Values of ${names.join(", ")} are infinite or not a number: on random weights the activations of a deep network grow layer by layer. The times are not affected.`,
  ];
}

function summary(runsMs: readonly number[]): Pick<Timing, "medianMs" | "p95Ms"> {
  const sorted = runsMs.toSorted((a, b) => a - b);
  return {
    medianMs: median(runsMs),
    p95Ms: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN,
  };
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
