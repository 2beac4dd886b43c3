/** Does what a broken driver does, for the tests of the parent: `LWNET_TEST_FAULT=crash@webgpu`. */
import type { Provider } from "./protocol.ts";

export async function misbehave(provider: Provider): Promise<void> {
  const [fault, on = provider] = (process.env.LWNET_TEST_FAULT ?? "").split("@");
  if (on !== provider) return;
  if (fault === "missing") throw new Error("Cannot find module 'onnxruntime-node'");
  if (fault === "crash") {
    process.stderr.write("the driver is broken\n", () => process.kill(process.pid, "SIGSEGV"));
    await new Promise(() => {});
  }
  if (fault === "hang") for (;;);
}
