/**
 * Child process: runs one model on one provider and measures it. Everything native happens here, so that a driver
 * that crashes or hangs takes nothing with it. Never falls back by itself: what it is not able to do it reports.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { sendProgress, serveOnce } from "./childSide.ts";
import { outputReport, randomFeeds } from "./outputs.ts";
import { layersByProvider, layersOnCpu, layerTimes, median, type ProfileEvent } from "./profile.ts";
import type { Phase, RunnerDone, RunnerFailed, RunnerReply, RunnerRequest } from "./protocol.ts";
import { runSamples } from "./samples.ts";

type Ort = typeof import("onnxruntime-node");
type Feeds = Parameters<InferenceSession["run"]>[0];

const defaultRuns = 20;
const defaultBudgetMs = 10_000;
/** A profile needs no more: its times are means. */
const mostProfiledRuns = 5;

serveOnce(async (request: RunnerRequest): Promise<RunnerReply> => {
  await misbehave(request.provider);
  let ort: Ort;
  try {
    ort = await import("onnxruntime-node");
  } catch (error) {
    return failed("no-runtime", error);
  }
  const opened = await open(ort, request);
  if ("ok" in opened) return opened;
  try {
    return await measure(ort, request, opened);
  } catch (error) {
    return failed("bad-model", error);
  }
});

interface Opened {
  readonly session: InferenceSession;
  readonly mixed: boolean;
  readonly loadMs: number;
}

/** A session wholly on the provider; on the GPU, if that is refused, one that shares the work with the CPU. */
async function open(ort: Ort, request: RunnerRequest): Promise<Opened | RunnerFailed> {
  await progress(request, "load");
  const start = performance.now();
  try {
    const session = await create(ort, request, { strict: true });
    return { session, mixed: false, loadMs: performance.now() - start };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/WebGPU adapter/i.test(message)) return failed("no-adapter", error);
    if (/backend not found/i.test(message)) return failed("no-gpu-build", error);
    if (!message.includes("fallback to CPU EP has been explicitly disabled"))
      return failed("bad-model", error);
  }
  try {
    const session = await create(ort, request, {});
    return { session, mixed: true, loadMs: performance.now() - start };
  } catch (error) {
    return failed("bad-model", error);
  }
}

interface SessionKind {
  /** Refuses to give any layer to the CPU. */
  readonly strict?: boolean;
  /** Keeps one node per layer: nothing is fused. */
  readonly unfused?: boolean;
  /** Where to write a profile. */
  readonly profile?: string;
}

function create(ort: Ort, request: RunnerRequest, kind: SessionKind): Promise<InferenceSession> {
  const gpu = request.provider === "webgpu";
  return ort.InferenceSession.create(request.job.modelPath, {
    // The other layout would rename the nodes and add transposes between them.
    executionProviders: gpu ? [{ name: "webgpu", preferredLayout: "NCHW" }] : ["cpu"],
    graphOptimizationLevel: kind.unfused ? "disabled" : "all",
    logSeverityLevel: 3,
    ...(kind.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: kind.profile }),
    ...(gpu && kind.strict ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
  });
}

async function measure(ort: Ort, request: RunnerRequest, opened: Opened): Promise<RunnerReply> {
  const { session, mixed, loadMs } = opened;
  const { job } = request;
  if (job.samples) return measureSamples(ort, request, opened, job.samples);
  const input = randomFeeds(ort, session, job);
  if ("missing" in input) {
    return failed(
      "bad-job",
      `The run needs ${input.missing}: give it as a number in the network, or to the run as in --size H=224.`,
    );
  }
  await progress(request, "first-run");
  const first = await timed(() => session.run(input.feeds));
  const runsMs = await repeat(request, first.ms, () => timed(() => session.run(input.feeds)));
  await session.release();
  const profiled = await profileLayers(ort, request, input.feeds, loadMs + first.ms, Math.min(...runsMs));
  const cpuLayers = mixed ? layersOnCpu((await profile(ort, request, {}, input.feeds, 1)).events) : [];
  return {
    ok: true,
    provider: request.provider,
    mixed,
    cpuLayers,
    providers: [],
    engine: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`,
    timing: { loadMs, firstMs: first.ms, runsMs, batch: job.batch ?? 1 },
    outputs: Object.entries(first.value).map(([name, tensor]) => outputReport(name, tensor)),
    ...profiled,
  };
}

/** What comes of recorded inputs; the times are of no interest. */
async function measureSamples(
  ort: Ort,
  request: RunnerRequest,
  { session, mixed, loadMs }: Opened,
  paths: readonly string[],
): Promise<RunnerReply> {
  const onDone = (done: number) => progress(request, "runs", done, paths.length);
  const outputs = await runSamples(ort, session, paths, onDone);
  await session.release();
  if ("problem" in outputs) return failed("bad-job", outputs.problem);
  const timing = { loadMs, firstMs: 0, runsMs: [0], batch: 1 };
  const engine = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`;
  return {
    ok: true,
    provider: request.provider,
    mixed,
    cpuLayers: [],
    providers: [],
    engine,
    timing,
    outputs,
    notes: [],
  };
}

/** Times per layer, in a second session, which fuses no layers; a note says why where there are none. */
async function profileLayers(
  ort: Ort,
  request: RunnerRequest,
  feeds: Feeds,
  startMs: number,
  typicalMs: number,
): Promise<Pick<RunnerDone, "layers" | "notes"> & Partial<Pick<RunnerDone, "providers">>> {
  if (!request.job.perLayer) return { notes: [] };
  // What is known by now is worth more than to be ended on the way to more.
  if (performance.now() + startMs + typicalMs > request.timeoutMs) {
    return { notes: ["There are no times per layer: another run would have exceeded the time limit."] };
  }
  await progress(request, "layers");
  const budget = request.job.budgetMs ?? defaultBudgetMs;
  const warmups = 2 * typicalMs > budget ? 0 : 1;
  const runs = Math.max(1, Math.min(mostProfiledRuns, Math.floor(budget / typicalMs) - warmups));
  const { events, runsMs } = await profile(ort, request, { unfused: true }, feeds, runs + warmups);
  const providers = layersByProvider(events);
  const layers = layerTimes(events, request.provider, runs, warmups);
  if (!layers)
    return { providers, notes: ["This GPU does not time its own work, so there are no times per layer."] };
  return { providers, layers: { ...layers, runMs: median(runsMs.slice(warmups)) }, notes: [] };
}

/** Times of further runs: as many as are wanted and the budget allows. */
async function repeat(
  request: RunnerRequest,
  firstMs: number,
  run: () => Promise<{ readonly ms: number }>,
): Promise<number[]> {
  const { runs = defaultRuns, budgetMs = defaultBudgetMs } = request.job;
  const end = performance.now() + budgetMs;
  // One more to warm up, unless the network is too slow to spare it.
  if (firstMs < budgetMs / 10) await run();
  const times: number[] = [];
  do {
    await progress(request, "runs", times.length, runs);
    times.push((await run()).ms);
  } while (times.length < runs && performance.now() < end);
  return times;
}

/** Runs in a session of its own that writes a profile. */
async function profile(
  ort: Ort,
  request: RunnerRequest,
  kind: SessionKind,
  feeds: Feeds,
  runs: number,
): Promise<{ readonly events: readonly ProfileEvent[]; readonly runsMs: readonly number[] }> {
  const folder = await mkdtemp(join(tmpdir(), "lwnet-profile-"));
  try {
    const session = await create(ort, request, { ...kind, profile: join(folder, "p") });
    const runsMs: number[] = [];
    for (let i = 0; i < runs; i++) runsMs.push((await timed(() => session.run(feeds))).ms);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    const events = file === undefined ? [] : JSON.parse(await readFile(join(folder, file), "utf8"));
    return { events, runsMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await run();
  return { ms: performance.now() - start, value };
}

function progress(request: RunnerRequest, phase: Phase, done?: number, total?: number): Promise<void> {
  const on = request.provider === "webgpu" ? "gpu" : "cpu";
  return sendProgress({
    phase,
    on,
    ...(done === undefined || total === undefined ? {} : { done, total }),
  });
}

function failed(reason: RunnerFailed["reason"], error: unknown): RunnerFailed {
  return { ok: false, reason, message: error instanceof Error ? error.message : String(error) };
}

/** Does what a broken driver does, for the tests of the parent. */
async function misbehave(provider: RunnerRequest["provider"]): Promise<void> {
  const [fault, on = provider] = (process.env.LWNET_TEST_FAULT ?? "").split("@");
  if (on !== provider) return;
  if (fault === "crash") {
    process.stderr.write("the driver is broken\n", () => process.kill(process.pid, "SIGSEGV"));
    await new Promise(() => {});
  }
  if (fault === "hang") for (;;);
}
