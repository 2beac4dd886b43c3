/**
 * Child process: runs one TensorFlow.js model on one of its backends and measures it: WebGPU over Dawn, WebAssembly or
 * plain JavaScript. Never falls back by itself, nor lets TensorFlow.js do so.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { serveOnce } from "./childSide.ts";
import { type InputValues, inputValues } from "./inputs.ts";
import { misbehave } from "./misbehave.ts";
import { outputReport } from "./outputs.ts";
import { predictions } from "./predictions.ts";
import type {
  ModelSignature,
  Provider,
  RunnerDone,
  RunnerFailed,
  RunnerReply,
  RunnerRequest,
} from "./protocol.ts";
import { failed, noTimeForLayers, noTimestamps, profiledRuns, progress, repeat, timed } from "./repeat.ts";
import { median } from "./statistics.ts";
import { kernelTimes } from "./tfjsLayers.ts";
import { modelHandler, turned, wasmFolder } from "./tfjsModel.ts";

type Model = LayersModel | Awaited<ReturnType<typeof loadGraphModel>>;

serveOnce(async (request: RunnerRequest): Promise<RunnerReply> => {
  await misbehave(request.provider);
  const { job, provider } = request;
  if (!job.signature) return failed("bad-job", "A TensorFlow.js model is run with its signature.");
  await progress(request, "load");
  const start = performance.now();
  try {
    const trouble = await useBackend(provider);
    if (trouble) return trouble;
  } catch (error) {
    return failed("no-runtime", error);
  }
  try {
    const { handler, format } = await modelHandler(job.modelPath);
    const model = format === "graph-model" ? await loadGraphModel(handler) : await loadLayersModel(handler);
    return await measure(request, job.signature, model, performance.now() - start);
  } catch (error) {
    return failed("bad-model", error);
  }
});

async function useBackend(provider: Provider): Promise<RunnerFailed | undefined> {
  // What is tried of a tensor's values while it is profiled would be timed with it.
  tf.env().set("CHECK_COMPUTATION_FOR_ERRORS", false);
  if (provider === "webgpu") {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    const gpu = create([]);
    if (!(await gpu.requestAdapter({ powerPreference: "high-performance" })))
      return failed("no-adapter", "There is no adapter.");
    // From Node 21 on there is a navigator, which can't be replaced.
    if (typeof navigator === "undefined")
      Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    await import("@tensorflow/tfjs-backend-webgpu");
    // It would compute on the CPU what is small.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
  }
  if (provider === "wasm") setWasmPaths(wasmFolder());
  const chosen = await tf.setBackend(provider);
  await tf.ready();
  if (chosen && tf.getBackend() === provider) return undefined;
  return failed("no-provider", `the backend ${provider} could not be set up`);
}

async function measure(
  request: RunnerRequest,
  signature: ModelSignature,
  model: Model,
  loadMs: number,
): Promise<RunnerReply> {
  const { job, provider } = request;
  const input = await inputValues(signature.inputs, job);
  if ("problem" in input) return failed("bad-job", input.problem);
  const inputs = input.values.map(tensorOf);
  const run = () => timed(() => outputsOf(model, inputs, input.batch, signature));
  await progress(request, "first-run");
  const first = await run();
  const runsMs = await repeat(request, first.ms, run);
  const profiled = await profileLayers(request, model, run, Math.min(...runsMs));
  const outputs = first.value.map(({ name, dims, data }) => outputReport(name, dims, data));
  const classes = first.value.find(({ name }) => name === job.classify?.output);
  const ofOne = classes?.data.slice(0, classes.data.length / input.batch);
  return {
    ok: true,
    provider,
    mixed: false,
    cpuLayers: [],
    engine: `tfjs ${tf.version_core} (${provider})`,
    timing: { loadMs, firstMs: first.ms, runsMs, batch: input.batch },
    outputs,
    ...(job.classify && ofOne ? { predictions: predictions(ofOne, job.classify) } : {}),
    ...profiled,
    notes: [...input.notes, ...profiled.notes],
  };
}

function tensorOf({ data, dims }: InputValues): tf.Tensor {
  return dims.length > 3 ? turned(data, dims, "last") : tf.tensor(data, [...dims]);
}

/** Waits for the numbers: a GPU is not done before. Images come back with their channels first. */
async function outputsOf(
  model: Model,
  inputs: tf.Tensor[],
  batch: number,
  { outputs }: ModelSignature,
): Promise<InputValues[]> {
  const made = model.predict(inputs, { batchSize: batch });
  const results =
    made instanceof tf.Tensor ? [made] : Array.isArray(made) ? made : outputs.map((name) => made[name]);
  const values = await Promise.all(
    outputs.map(async (name, i) => {
      const result = results[i];
      if (!result) throw new Error(`the model gives no output ${name}`);
      const back = result.rank > 3 ? turned(await result.data(), result.shape, "first") : undefined;
      const data = Float32Array.from(await (back ?? result).data());
      const dims = [...(back ?? result).shape];
      back?.dispose();
      return { name, dims, data };
    }),
  );
  for (const result of new Set(results)) result?.dispose();
  return values;
}

/** Times per layer, by the backend's own timer; a note says why where there are none. */
async function profileLayers(
  request: RunnerRequest,
  model: Model,
  run: () => Promise<{ readonly ms: number }>,
  typicalMs: number,
): Promise<Pick<RunnerDone, "layers" | "notes" | "providers">> {
  const providers: RunnerDone["providers"] = [];
  if (!request.job.perLayer) return { providers, notes: [] };
  if (!("layers" in model))
    return {
      providers,
      notes: ["TensorFlow.js does not tell the layers of a graph model apart in its times."],
    };
  const gpu = request.provider === "webgpu";
  if (gpu && !tf.backend().timerAvailable()) return { providers, notes: [noTimestamps] };
  const planned = profiledRuns(request, 0, typicalMs);
  if (!planned) return { providers, notes: [noTimeForLayers] };
  await progress(request, "layers");
  const { rows, runsMs } = await kernelTimes(model, run, planned, gpu ? "gpu" : "cpu");
  return {
    providers: [{ provider: request.provider, layers: rows.length }],
    layers: {
      source: gpu ? "gpu-timestamp" : "host",
      runs: planned.runs,
      runMs: median(runsMs),
      rows,
    },
    notes: [],
  };
}
