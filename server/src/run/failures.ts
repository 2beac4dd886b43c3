/** Every way in which a run fails or falls back, in words: what happened, and what the user can do. */
import {
  type Device,
  type EngineName,
  onGpu,
  type Provider,
  type RunFailure,
  type RunJob,
  type RunnerFailed,
  type RunnerReply,
} from "./protocol.ts";
import type { Ending } from "./supervise.ts";

/** Why something is not as it was wanted, and the way to get it. Full sentences. */
export interface Cause {
  readonly why: string;
  readonly fix: string;
}

export const engineTitles = {
  onnxruntime: "ONNX Runtime",
  tfjs: "TensorFlow.js",
} satisfies Record<EngineName, string>;

export const providerTitles = {
  webgpu: "WebGPU",
  cuda: "CUDA",
  dml: "DirectML",
  coreml: "Core ML",
  cpu: "the CPU",
  wasm: "WebAssembly",
} satisfies Record<Provider, string>;

export const driverAdvice = "Install or update the graphics driver, or run on the device auto or cpu.";

export function noGpu(engine: EngineName): Cause {
  return {
    why: `No GPU was found that ${engineTitles[engine]} can use: no graphics driver here offers Vulkan, Direct3D 12 or Metal.`,
    fix: driverAdvice,
  };
}

export function softwareGpu(name: string): Cause {
  return {
    why: `The only GPU is ${name}: a driver that computes on the CPU, and slowly.`,
    fix: "Install the driver of the GPU, if there is one; to use the emulated one all the same, run on the device gpu.",
  };
}

export const namelessGpu =
  "The GPU could not be asked for its name: it may be a driver that computes on the CPU.";

/** A device that the engine does not know at all. */
export function wrongDevice(engine: EngineName, device: Device): RunFailure | undefined {
  const others = { onnxruntime: ["wasm"], tfjs: ["cuda", "dml", "coreml"] } satisfies Record<
    EngineName,
    Device[]
  >;
  if (!(others[engine] as Device[]).includes(device)) return undefined;
  const other = engine === "tfjs" ? "onnxruntime" : "tfjs";
  return failure(
    "bad-job",
    `${engineTitles[engine]} does not run on ${device}: choose the engine ${other}, or another device.`,
  );
}

/** What came of an attempt that gave no report. */
export function failureOf(
  ended: Ending<RunnerReply>,
  provider: Provider,
  job: RunJob,
  timeoutMs: number,
): RunFailure {
  const where = onGpu(provider) ? "on the GPU" : "on the CPU";
  switch (ended.kind) {
    case "cancelled":
      return failure("cancelled", "The run was cancelled.");
    case "timeout": {
      const hint = onGpu(provider)
        ? ": the GPU is too slow for this network, or its driver hangs. The device cpu may do, or a longer time limit"
        : "";
      return failure(
        "timeout",
        `The run ${where} did not end within ${timeoutMs / 1000} s and was stopped${hint}.`,
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
      return ended.reply.ok
        ? failure("crashed", "The run gave no result.")
        : replied(ended.reply, provider, job.engine ?? "onnxruntime", where);
  }
}

export function failure(reason: RunFailure["reason"], message: string): RunFailure {
  return { ok: false, reason, message };
}

function replied(
  { reason, message }: RunnerFailed,
  provider: Provider,
  engine: EngineName,
  where: string,
): RunFailure {
  const title = engineTitles[engine];
  const platform = `${process.platform}-${process.arch}`;
  switch (reason) {
    case "no-adapter":
      return failure("no-gpu", noGpu(engine).why);
    case "no-provider":
      return failure("no-gpu", noProvider(title, provider, platform, firstLine(message)));
    case "no-runtime":
      return failure(
        "no-runtime",
        `${title} could not be loaded on ${platform}: its native library is missing or does not fit this system (${firstLine(message)}). Reinstall lwnet for this platform; exporting works without it.`,
      );
    case "bad-model":
      return failure("bad-model", `${title} could not run the network ${where}: ${withoutStop(message)}.`);
    case "bad-job":
      return failure("bad-job", message);
  }
}

/** What each provider of ONNX Runtime takes to be there. */
const needs = {
  webgpu: "WebGPU is in its builds for Windows, for Linux on x64 and for macOS on arm64",
  cuda: "CUDA takes Linux on x64, a GPU of NVIDIA with CUDA 12 and cuDNN 9, and the libraries libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so beside ONNX Runtime's own, which do not come with lwnet; the device webgpu needs only the driver",
  dml: "DirectML is in its builds for Windows; elsewhere take the device webgpu",
  coreml: "Core ML is in its build for macOS on arm64; elsewhere take the device webgpu",
  cpu: "reinstall lwnet for this platform",
  wasm: "take the engine tfjs",
} satisfies Record<Provider, string>;

function noProvider(engine: string, provider: Provider, platform: string, message: string): string {
  return `${engine} has no ${providerTitles[provider]} here, on ${platform} (${withoutStop(message)}): ${needs[provider]}.`;
}

function withoutStop(message: string): string {
  return message.replace(/[.\s]+$/, "");
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? "";
}
