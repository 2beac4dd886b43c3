/** A network that is larger than the memory that exporting it may take: the command line in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "lwnet-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 268 MB of weights. */
writeFileSync(
  join(folder, "large.lwnet"),
  "network Large { input x: [8192] -> linear(8192, bias: false) }\n",
);

function lwnet(...args: string[]) {
  const hook = new URL("bench/peakMemory.ts", import.meta.url).href;
  return spawn(process.execPath, ["--import", hook, resolve("dist/cli.js"), ...args], { cwd: folder });
}

async function peakOf(...args: string[]): Promise<number> {
  const child = lwnet(...args);
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  await once(child, "close");
  return Number(/^peak (\d+)$/m.exec(said)?.[1]);
}

/** A loose bound: what Node takes by itself differs. */
const bound = 200e6;

test("weights are never held: made, read from safetensors, read from ONNX", async () => {
  const target = "large.lwnet#Large";
  expect(await peakOf("export", target, "-o", "a.onnx")).toBeLessThan(bound);
  expect(statSync(join(folder, "a.onnx")).size).toBeGreaterThan(4 * 8192 ** 2);
  const again = ["export", target, "--format", "safetensors", "--weights", "a.onnx", "-o", "b.safetensors"];
  expect(await peakOf(...again)).toBeLessThan(bound);
  expect(await peakOf("export", target, "--weights", "b.safetensors", "-o", "a.onnx")).toBeLessThan(bound);
  // Whose matrices are turned on the way, in many files.
  const turned = ["export", target, "--format", "tfjs", "-o", "c.json"];
  expect(await peakOf(...turned)).toBeLessThan(bound);
  expect(await peakOf(...turned, "--weights", "b.safetensors")).toBeLessThan(bound);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends an export, and nothing of it is left", async (signal) => {
  const before = readdirSync(folder);
  const child = lwnet("export", "large.lwnet", "--format", "safetensors", "-o", "stopped.safetensors");
  while (readdirSync(folder).length === before.length) await new Promise((done) => setTimeout(done, 5));
  child.kill(signal);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(readdirSync(folder)).toEqual(before);
});
