/**
 * Child process: runs one ONNX model on one provider of ONNX Runtime and measures it. Everything native happens here, so
 * that a driver that crashes or hangs takes nothing with it. Never falls back by itself: what it is not able to do it
 * reports.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession, Tensor, TypedTensor } from "onnxruntime-node";
import { serveOnce } from "./childSide.ts";
import { inputValues, type ModelInput } from "./inputs.ts";
import { misbehave } from "./misbehave.ts";
import { outputReport } from "./outputs.ts";
import { predictions } from "./predictions.ts";
import { layersByProvider, layersOnCpu, layerTimes, type ProfileEvent } from "./profile.ts";
import {
  onGpu,
  type Prediction,
  type RunnerDone,
  type RunnerFailed,
  type RunnerReply,
  type RunnerRequest,
} from "./protocol.ts";
import { failed, noTimeForLayers, noTimestamps, profiledRuns, progress, repeat, timed } from "./repeat.ts";
import { runSamples } from "./samples.ts";
import { median } from "./statistics.ts";

type Ort = typeof import("onnxruntime-node");
type Feeds = Parameters<InferenceSession["run"]>[0];

serveOnce(async (request: RunnerRequest): Promise<RunnerReply> => {
  let ort: Ort;
  try {
    await misbehave(request.provider);
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

/** A session wholly on the provider; on a GPU, if that is refused, one that shares the work with the CPU. */
async function open(ort: Ort, request: RunnerRequest): Promise<Opened | RunnerFailed> {
  await progress(request, "load");
  const start = performance.now();
  try {
    const session = await create(ort, request, { strict: true });
    return { session, mixed: false, loadMs: performance.now() - start };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/WebGPU adapter/i.test(message)) return failed("no-adapter", error);
    if (/backend not found|AppendExecutionProvider|Failed to load shared library/i.test(message))
      return failed("no-provider", error);
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

function create(ort: Ort, { job, provider }: RunnerRequest, kind: SessionKind): Promise<InferenceSession> {
  return ort.InferenceSession.create(job.modelPath, {
    // The other layout would rename the nodes and add transposes between them.
    executionProviders: [
      provider === "webgpu" ? { name: "webgpu", preferredLayout: "NCHW" } : { name: provider },
    ],
    graphOptimizationLevel: kind.unfused ? "disabled" : "all",
    logSeverityLevel: 3,
    ...(kind.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: kind.profile }),
    ...(onGpu(provider) && kind.strict ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
  });
}

async function measure(ort: Ort, request: RunnerRequest, opened: Opened): Promise<RunnerReply> {
  const { session, mixed, loadMs } = opened;
  const { job } = request;
  if (job.samples) return measureSamples(ort, request, opened, job.samples);
  const wanted = modelInputs(session);
  if ("problem" in wanted) return failed("bad-job", wanted.problem);
  const input = await inputValues(wanted.inputs, job);
  if ("problem" in input) return failed("bad-job", input.problem);
  const feeds = Object.fromEntries(
    input.values.map(({ name, dims, data }) => [name, new ort.Tensor("float32", data, [...dims])]),
  );
  await progress(request, "first-run");
  const first = await timed(() => session.run(feeds));
  const runsMs = await repeat(request, first.ms, () => timed(() => session.run(feeds)));
  await session.release();
  const { notes, ...profiled } = await profileLayers(
    ort,
    request,
    feeds,
    loadMs + first.ms,
    Math.min(...runsMs),
  );
  const cpuLayers = mixed ? layersOnCpu((await profile(ort, request, {}, feeds, 1)).events) : [];
  return {
    ok: true,
    provider: request.provider,
    mixed,
    cpuLayers,
    providers: [],
    engine: engineOf(ort),
    timing: { loadMs, firstMs: first.ms, runsMs, batch: input.batch },
    outputs: Object.entries(first.value).map(([name, tensor]) => {
      const { dims, data } = tensor as TypedTensor<"float32">;
      return outputReport(name, dims, data);
    }),
    ...profiled,
    ...predicted(job.classify, first.value),
    notes: [...input.notes, ...notes],
  };
}

function engineOf({ env }: Ort): string {
  return `onnxruntime-node ${env.versions.node ?? env.versions.common}`;
}

function modelInputs(session: InferenceSession): { inputs: ModelInput[] } | { problem: string } {
  const inputs: ModelInput[] = [];
  for (const input of session.inputMetadata) {
    if (!input.isTensor) return { problem: `The input ${input.name} is no tensor.` };
    inputs.push({ name: input.name, shape: input.shape.slice(1) });
  }
  return { inputs };
}

function predicted(
  classify: RunnerRequest["job"]["classify"],
  outputs: Readonly<Record<string, Tensor>>,
): { readonly predictions?: readonly Prediction[] } {
  const output = classify && outputs[classify.output];
  if (!output) return {};
  const { data, dims } = output as TypedTensor<"float32">;
  return { predictions: predictions(data.slice(0, data.length / (dims[0] ?? 1)), classify) };
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
  const { provider } = request;
  const engine = engineOf(ort);
  return { ok: true, provider, mixed, cpuLayers: [], providers: [], engine, timing, outputs, notes: [] };
}

type Profiled = Pick<RunnerDone, "layers" | "notes"> & Partial<Pick<RunnerDone, "providers">>;

/** Times per layer, in a second session, which fuses no layers; a note says why where there are none. */
async function profileLayers(
  ort: Ort,
  request: RunnerRequest,
  feeds: Feeds,
  startMs: number,
  typicalMs: number,
): Promise<Profiled> {
  if (!request.job.perLayer) return { notes: [] };
  const planned = profiledRuns(request, startMs, typicalMs);
  if (!planned) return { notes: [noTimeForLayers] };
  await progress(request, "layers");
  const { runs, warmups } = planned;
  const { events, runsMs } = await profile(ort, request, { unfused: true }, feeds, runs + warmups);
  const providers = layersByProvider(events);
  const layers = layerTimes(events, request.provider, runs, warmups);
  if (!layers) return { providers, notes: [noTimestamps] };
  return { providers, layers: { ...layers, runMs: median(runsMs.slice(warmups)) }, notes: [] };
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
