/**
 * Runs a model and says on what it really ran. Each attempt is a child process on one provider; this file decides
 * which to try, in which order, and puts every fallback and failure into words. Loads nothing native itself.
 */
import { access } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import type {
  Adapter,
  Device,
  DeviceReport,
  FellBack,
  Outcome,
  ProbeReply,
  Progress,
  Provider,
  RunFailure,
  RunJob,
  RunnerDone,
  RunnerFailed,
  RunnerReply,
  RunReport,
  Timing,
} from "./protocol.ts";
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
  readonly probe: string;
}

const defaultTimeoutMs = 120_000;
const probeTimeoutMs = 15_000;

const noGpu =
  "No GPU was found that ONNX Runtime can use: no graphics driver here offers Vulkan, Direct3D 12 or Metal.";
const namelessGpu = "The GPU could not be asked for its name: it may be a driver that computes on the CPU.";
const gpuAdvice = "Install or update the graphics driver, or run on the device auto or cpu.";

/** Runs the job to an outcome. Never rejects. */
export async function run(job: RunJob, options: RunOptions): Promise<Outcome> {
  const requested = job.device ?? "auto";
  if (!(await isReadable(job.modelPath))) return failure("bad-job", `There is no model ${job.modelPath}.`);
  if (requested === "cpu") return onCpu(job, options, []);

  const found = await probe(options);
  if (options.signal?.aborted) return failureOf({ kind: "cancelled" }, "webgpu", options);
  if (found.kind === "none") {
    return requested === "gpu" ? failure("no-gpu", `${noGpu} ${gpuAdvice}`) : onCpu(job, options, [noGpu]);
  }
  const adapter = found.kind === "adapter" ? found.adapter : undefined;
  if (requested === "auto" && adapter?.software) {
    const why = `The only GPU is ${adapter.name}: a driver that computes on the CPU, and slowly. To use it all the same, run on the device gpu.`;
    return onCpu(job, options, [why]);
  }

  const ended = await attempt(job, "webgpu", options);
  if (ended.kind === "reply" && ended.reply.ok) {
    return report(ended.reply, requested, adapter, adapter ? [] : [namelessGpu]);
  }
  const trouble = failureOf(ended, "webgpu", options);
  const gpuIsToBlame = ["no-gpu", "crashed", "bad-model"].includes(trouble.reason);
  if (requested === "auto" && gpuIsToBlame) return onCpu(job, options, [trouble.message]);
  return gpuIsToBlame ? { ...trouble, message: `${trouble.message} ${gpuAdvice}` } : trouble;
}

/** Asks for the name of the GPU: about a fifth of a second. */
export async function probe(options: RunOptions): Promise<ProbeReply> {
  options.onProgress?.({ phase: "probe" });
  const child = { ...options, timeoutMs: probeTimeoutMs };
  const ended = await supervise<ProbeReply>(options.entries.probe, {}, child);
  return ended.kind === "reply" ? ended.reply : { kind: "unknown", why: `the probe ended by ${ended.kind}` };
}

/** Runs on the CPU. `against` says why the GPU was not used, where it was wanted. */
async function onCpu(job: RunJob, options: RunOptions, against: readonly string[]): Promise<Outcome> {
  const ended = await attempt(job, "cpu", options);
  if (ended.kind !== "reply" || !ended.reply.ok) return failureOf(ended, "cpu", options);
  const notes = against.map((why) => `${why} The network ran on the CPU.`);
  return report(ended.reply, job.device ?? "auto", undefined, notes);
}

function attempt(job: RunJob, provider: Provider, options: RunOptions): Promise<Ending<RunnerReply>> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  return supervise<RunnerReply>(
    options.entries.runner,
    { job, provider, timeoutMs },
    { ...options, timeoutMs },
  );
}

function report(
  done: RunnerDone,
  requested: Device,
  adapter: Adapter | undefined,
  notes: readonly string[],
): RunReport {
  const { provider, mixed, cpuLayers, engine, outputs, layers } = done;
  const gpu = adapter?.software ? "gpu-software" : "gpu";
  const device: DeviceReport = {
    requested,
    ran: provider === "cpu" ? "cpu" : mixed ? "mixed" : gpu,
    ...(provider === "webgpu" && adapter ? { adapter } : {}),
    cpu: { model: cpus()[0]?.model.trim() || "unknown", threads: availableParallelism() },
    cpuLayers,
    engine,
    provider,
    providers: done.providers,
    fellBack: fellBack(cpuLayers),
  };
  return {
    ok: true,
    device,
    timing: { ...done.timing, ...summary(done.timing.runsMs) },
    outputs,
    input: { kind: "random" },
    ...(layers ? { layers } : {}),
    notes: [...notes, ...mixedNote(cpuLayers), ...overflowNote(outputs), ...done.notes],
  };
}

function fellBack(cpuLayers: readonly string[]): FellBack[] {
  if (cpuLayers.length === 0) return [];
  const why = "ONNX Runtime has no GPU kernel for them";
  return [{ layers: cpuLayers, why, fix: "Write them with other operators, or run on the device cpu." }];
}

function mixedNote(cpuLayers: readonly string[]): string[] {
  if (cpuLayers.length === 0) return [];
  return [`ONNX Runtime has no GPU kernel for these layers, which ran on the CPU: ${cpuLayers.join(", ")}.`];
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
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    medianMs: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    p95Ms: at(Math.ceil(sorted.length * 0.95) - 1),
  };
}

function failureOf(ended: Ending<RunnerReply>, provider: Provider, options: RunOptions): RunFailure {
  const where = provider === "cpu" ? "on the CPU" : "on the GPU";
  switch (ended.kind) {
    case "cancelled":
      return failure("cancelled", "The run was cancelled.");
    case "timeout": {
      const seconds = (options.timeoutMs ?? defaultTimeoutMs) / 1000;
      return failure(
        "timeout",
        `The run ${where} did not end within ${seconds} s and was stopped${provider === "webgpu" ? ": the GPU is too slow for this network, or its driver hangs. The device cpu may do" : ""}.`,
      );
    }
    case "crashed": {
      const last = ended.stderr.split("\n").slice(-5).join("\n");
      return failure(
        "crashed",
        `The process that ran the network ${where} died (${ended.how})${last ? `: ${withoutStop(last)}` : ""}.`,
      );
    }
    case "reply":
      return ended.reply.ok ? failure("crashed", "The run gave no result.") : replied(ended.reply, where);
  }
}

function replied({ reason, message }: RunnerFailed, where: string): RunFailure {
  const platform = `${process.platform}-${process.arch}`;
  switch (reason) {
    case "no-adapter":
      return failure("no-gpu", noGpu);
    case "no-gpu-build":
      return failure("no-gpu", `ONNX Runtime for Node.js has no GPU support on ${platform}.`);
    case "no-runtime":
      return failure(
        "no-runtime",
        `ONNX Runtime could not be loaded on ${platform}: its native library is missing or does not fit this system (${firstLine(message)}). Reinstall lwnet for this platform; exporting works without it.`,
      );
    case "bad-model":
      return failure(
        "bad-model",
        `ONNX Runtime could not run the network ${where}: ${withoutStop(message)}.`,
      );
    case "bad-job":
      return failure("bad-job", message);
  }
}

function failure(reason: RunFailure["reason"], message: string): RunFailure {
  return { ok: false, reason, message };
}

function withoutStop(message: string): string {
  return message.replace(/[.\s]+$/, "");
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? "";
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
