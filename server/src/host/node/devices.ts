/** What networks can be run on here, for people to choose from: what is not there is left out. */
import { availableParallelism, cpus } from "node:os";
import type { Device, EngineName } from "../../run/protocol.ts";
import { probe } from "../../run/run.ts";
import { entries } from "./entries.ts";

export interface DeviceItem {
  readonly device: Device;
  readonly engine?: EngineName;
  readonly title: string;
  readonly description: string;
}

export async function devices(): Promise<readonly DeviceItem[]> {
  const found = await probe({ entries });
  const cpu = `${cpus()[0]?.model.trim() || "CPU"}, ${availableParallelism()} threads`;
  const gpu =
    found.kind === "adapter"
      ? `${found.adapter.name}${found.adapter.software ? ", emulated by the processor" : ""}`
      : "its name is unknown";
  const items: DeviceItem[] = [
    {
      device: "auto",
      title: "Automatic",
      description: "the GPU where there is one that can run the network, else the CPU",
    },
  ];
  if (found.kind !== "none") items.push({ device: "gpu", title: "GPU", description: gpu });
  items.push({ device: "cpu", title: "CPU", description: cpu });
  const platform = `${process.platform}-${process.arch}`;
  const more = [
    { device: "cuda", title: "CUDA", on: "linux-x64", description: "needs CUDA 12 and cuDNN 9" },
    { device: "dml", title: "DirectML", on: "win32-", description: "GPUs on Windows" },
    { device: "coreml", title: "Core ML", on: "darwin-arm64", description: "GPU and Neural Engine of Apple" },
  ] as const;
  for (const { on, ...item } of more) if (platform.startsWith(on)) items.push(item);
  if (found.kind !== "none")
    items.push({
      device: "gpu",
      engine: "tfjs",
      title: "GPU, by TensorFlow.js",
      description: gpu,
    });
  items.push({
    device: "wasm",
    engine: "tfjs",
    title: "WebAssembly, by TensorFlow.js",
    description: `as a page computes without a GPU; ${cpu}`,
  });
  return items;
}
