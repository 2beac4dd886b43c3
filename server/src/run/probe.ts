/**
 * Child process: names the GPU that Dawn, ONNX Runtime's own WebGPU, would choose. Runs apart, since it loads a
 * graphics driver. Everything it can't do is an answer, never an error.
 */
import { serveOnce } from "./childSide.ts";
import type { Adapter, ProbeReply } from "./protocol.ts";

serveOnce(async (): Promise<ProbeReply> => {
  try {
    const { create } = await import("webgpu");
    // Node does not exit while Dawn's instance is alive; this process ends by force.
    const gpu = create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return { kind: "none" };
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const software = isFallbackAdapter || looksLikeSoftware(`${architecture} ${description}`);
    return {
      kind: "adapter",
      adapter: {
        name: adapterName(vendor, architecture, software ? description : wordsOf(device) || description),
        ...(vendor === "" ? {} : { vendor }),
        ...(description === "" ? {} : { driver: description }),
        software,
        timestamps: adapter.features.has("timestamp-query"),
      },
    };
  } catch (error) {
    return { kind: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
});

/** Dawn describes the driver, and names the device as in `nvidia-geforce-rtx-4070`. */
function wordsOf(device: string): string {
  return device.replace(/-+$/, "").replaceAll("-", " ");
}

function adapterName(vendor: string, architecture: string, description: string): Adapter["name"] {
  const family = [vendor, architecture].filter((part) => part !== "").join(", ");
  if (description === "") return family || "unnamed adapter";
  return family === "" ? description : `${description} (${family})`;
}

function looksLikeSoftware(text: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b/i.test(text);
}
