/** The runner on a machine without a GPU: what it measures, what it says, and how it ends when things go wrong. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test, vi } from "vitest";
import { named } from "../server/src/core/shape/dim.ts";
import { ceilings } from "../server/src/host/node/ceilings.ts";
import { fnv1a } from "../server/src/run/outputs.ts";
import { layersOnCpu, layerTimes, type ProfileEvent } from "../server/src/run/profile.ts";
import type { Progress, RunReport } from "../server/src/run/protocol.ts";
import { run } from "../server/src/run/run.ts";
import { network } from "./harness/graph.ts";
import { filesOf, withFiles } from "./harness/onnx.ts";
import { entries, runNetwork, withoutGpu } from "./harness/run.ts";
import { runTfjsNetwork } from "./harness/runTfjs.ts";

const tiny = network((b) => {
  const x = b.input("x", [3, 16, 16]);
  const norm = b.layer("lrn", {}, b.layer("conv", { channels: 8, kernel: [3, 3] }, x, "stem"), "norm");
  const pooled = b.layer("flatten", {}, b.layer("global_avg_pool", {}, norm, "pool"), "flat");
  b.output(b.layer("linear", { features: 10 }, pooled, "head"), "logits");
});

describe("on the CPU", () => {
  test("it times whole runs and layers, and summarises the output", async () => {
    const phases: Progress[] = [];
    const job = { device: "cpu", perLayer: true, batch: 2 } as const;
    const result = await runNetwork(tiny, job, { onProgress: (p) => phases.push(p) });
    const report = expectReport(result);
    expect(report.device).toMatchObject({ requested: "cpu", ran: "cpu", cpuLayers: [] });
    expect(report.device.adapter).toBeUndefined();
    expect(report.timing.runsMs).toHaveLength(3);
    expect(report.timing.medianMs).toBeLessThanOrEqual(report.timing.p95Ms);
    expect(report.outputs).toMatchObject([{ name: "logits", shape: [2, 10], nonFinite: 0 }]);
    expect(report.layers?.source).toBe("host");
    expect(report.layers?.rows.map((row) => row.layer)).toEqual(tiny.nodes.map((node) => node.name));
    expect(report.layers?.rows.every((row) => row.on === "cpu" && row.ms !== undefined)).toBe(true);
    expect(report.layers?.rows[1]?.ops).toContain("AveragePool");
    expect(phases.map((p) => p.phase)).toEqual(["load", "first-run", "runs", "runs", "runs", "layers"]);
  });

  test("the same seed gives the same output, another one another", async () => {
    const checksum = async (seed: number) =>
      expectReport(await runNetwork(tiny, { device: "cpu", seed })).outputs[0]?.checksum;
    const first = await checksum(1);
    expect(await checksum(1)).toBe(first);
    expect(await checksum(2)).not.toBe(first);
  });

  test("sizes that the network knows by name are given by the job", async () => {
    const graph = network((b) => {
      const x = b.input("x", [3, named("H"), named("W")]);
      b.output(b.layer("conv", { channels: 2, kernel: [3, 3] }, x), "y");
    });
    const good = await runNetwork(graph, { device: "cpu", sizes: { H: 5, W: 6 } });
    expect(expectReport(good).outputs[0]?.shape).toEqual([1, 2, 5, 6]);
    const bad = await runNetwork(graph, { device: "cpu", sizes: { H: 5 } });
    expect(bad).toMatchObject({ ok: false, reason: "bad-job", message: expect.stringContaining("size W") });
  });
});

describe("without a GPU", () => {
  test("auto runs on the CPU and says so", async () => {
    const report = expectReport(await runNetwork(tiny, { device: "auto" }, { env: withoutGpu }));
    expect(report.device).toMatchObject({ requested: "auto", ran: "cpu" });
    expect(report.notes[0]).toMatch(/^No GPU was found.* ran on the CPU\.$/);
  });

  test("gpu fails and says what to do", async () => {
    const result = await runNetwork(tiny, { device: "gpu" }, { env: withoutGpu });
    expect(result).toMatchObject({ ok: false, reason: "no-gpu", message: expect.stringContaining("driver") });
  });
});

describe("by TensorFlow.js", () => {
  const plain = network((b) => {
    const x = b.input("x", [3, named("H"), 16]);
    const stem = b.layer("conv", { channels: 8, kernel: [3, 3], stride: [2, 2] }, x, "stem");
    const pooled = b.layer("global_avg_pool", {}, b.layer("relu", {}, stem, "act"), "pool");
    b.output(b.layer("linear", { features: 10 }, b.layer("flatten", {}, pooled, "flat"), "head"), "y");
  });
  const job = { sizes: { H: 12 }, batch: 2, perLayer: true } as const;

  test.each([
    ["wasm", "wasm"],
    ["cpu", "wasm"],
  ] as const)("on %s the output is that of ONNX Runtime, and layers have times", async (device, provider) => {
    const ours = expectReport(await runTfjsNetwork(plain, { ...job, device }));
    const theirs = expectReport(await runNetwork(plain, { ...job, device: "cpu" }));
    expect(ours.device).toMatchObject({ ran: "cpu", provider, providers: [{ provider, layers: 5 }] });
    expect(ours.outputs[0]?.shape).toEqual([2, 10]);
    for (const key of ["min", "max", "mean"] as const)
      expect(ours.outputs[0]?.[key]).toBeCloseTo(theirs.outputs[0]?.[key] ?? Number.NaN, 5);
    expect(ours.layers?.rows.map(({ layer }) => layer)).toEqual(plain.nodes.map(({ name }) => name));
  });

  test("without a GPU auto falls back in words, and gpu fails", async () => {
    const auto = expectReport(await runTfjsNetwork(plain, { ...job, device: "auto" }, { env: withoutGpu }));
    expect(auto.device.fellBack).toMatchObject([
      { layers: [], why: expect.stringMatching(/^No GPU was found that TensorFlow/) },
    ]);
    const gpu = await runTfjsNetwork(plain, { ...job, device: "gpu" }, { env: withoutGpu });
    expect(gpu).toMatchObject({ ok: false, reason: "no-gpu" });
  });

  test("a provider of the other engine is refused", async () => {
    const outcome = await runTfjsNetwork(plain, { device: "cuda" });
    expect(outcome).toMatchObject({
      message: "TensorFlow.js does not run on cuda: choose the engine onnxruntime, or another device.",
    });
  });
});

describe("a provider by its name", () => {
  test.each(["cuda", "dml", "coreml"] as const)(
    "%s runs, or fails and says what it takes",
    async (device) => {
      const outcome = await runNetwork(tiny, { device });
      if (outcome.ok) expect(outcome.device.provider).toBe(device);
      else {
        expect(outcome.reason).toBe("no-gpu");
        expect(outcome.message).toMatch(/^ONNX Runtime has no .* here, on .*: .*\bwebgpu\b/);
      }
    },
  );
});

test("what a device can do is measured once a day", async () => {
  const report = expectReport(await runNetwork(tiny, { device: "cpu", perLayer: true }));
  await withFiles(new Map(), async (_path, folder) => {
    const job = { report, engine: "onnxruntime", precision: "fp32", options: { entries }, folder } as const;
    const first = await ceilings({ ...job, now: 0 });
    expect(first?.gflops).toBeGreaterThan(0);
    expect(await ceilings({ ...job, now: 86_000_000, options: nowhere })).toEqual(first);
    expect(await ceilings({ ...job, now: 87_000_000, options: nowhere })).toBeUndefined();
  });
});

/** Where nothing can be run. */
const nowhere = { entries: { runner: "no/runner", tfjs: "no/runner", probe: "no/probe" } };

test("a child ends with its parent, even one that is killed while the child hangs", async () => {
  await withFiles(filesOf(tiny), async (modelPath) => {
    const module = new URL("../server/src/run/supervise.ts", import.meta.url).href;
    const request = JSON.stringify({ job: { modelPath }, provider: "cpu", timeoutMs: 60_000 });
    const script = `import { supervise } from ${JSON.stringify(module)};
      void supervise(${JSON.stringify(entries.runner)}, ${request}, { timeoutMs: 60000, env: { LWNET_TEST_FAULT: "hang" } });
      setTimeout(() => console.log(process._getActiveHandles().find((h) => h.pid)?.pid), 1500);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 100 });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("when things go wrong", () => {
  test("a crash is told with its signal and last words", async () => {
    const result = await runNetwork(tiny, { device: "cpu" }, { env: { LWNET_TEST_FAULT: "crash" } });
    expect(result).toMatchObject({
      ok: false,
      reason: "crashed",
      message: expect.stringMatching(/SIGSEGV.*the driver is broken/),
    });
  });

  test("a crash of the GPU's driver is answered by the CPU, in words", async () => {
    const env = { LWNET_TEST_FAULT: "crash@webgpu" };
    const report = await withFiles(filesOf(tiny), async (modelPath, folder) => {
      const probe = join(folder, "probe.mjs");
      const adapter = '{ name: "A GPU", software: false, timestamps: true }';
      const message = `{ kind: "reply", reply: { kind: "adapter", adapter: ${adapter} } }`;
      writeFileSync(probe, `process.once("message", () => process.send(${message}));`);
      return expectReport(await run({ modelPath, runs: 1 }, { entries: { ...entries, probe }, env }));
    });
    expect(report.device).toMatchObject({ requested: "auto", ran: "cpu" });
    expect(report.notes[0]).toMatch(/on the GPU died \(SIGSEGV\).* The network ran on the CPU\.$/);
  });

  test("a hang ends at the timeout", async () => {
    const env = { LWNET_TEST_FAULT: "hang" };
    const result = await runNetwork(tiny, { device: "cpu" }, { env, timeoutMs: 500 });
    expect(result).toMatchObject({ ok: false, reason: "timeout", message: expect.stringContaining("0.5 s") });
  });

  test("a run can be cancelled while it hangs", async () => {
    const env = { LWNET_TEST_FAULT: "hang" };
    const signal = AbortSignal.timeout(300);
    const result = await runNetwork(tiny, { device: "cpu" }, { env, signal });
    expect(result).toMatchObject({ ok: false, reason: "cancelled" });
  });

  test("a model that ONNX Runtime refuses is told in its words", async () => {
    const result = await withFiles(new Map([["net.onnx", Buffer.from("no model")]]), (modelPath) =>
      run({ modelPath, device: "cpu" }, { entries }),
    );
    expect(result).toMatchObject({ ok: false, reason: "bad-model" });
  });

  test("a model that is not there", async () => {
    const result = await run({ modelPath: "nowhere/net.onnx" }, { entries });
    expect(result).toMatchObject({
      ok: false,
      reason: "bad-job",
      message: expect.stringContaining("nowhere"),
    });
  });

  test("a runtime that can't be loaded", async () => {
    const result = await withFiles(filesOf(tiny), async (modelPath, folder) => {
      // Bundled to a place from which no package is found.
      const runner = join(folder, "runner.cjs");
      await build({
        entryPoints: [entries.runner],
        outfile: runner,
        bundle: true,
        platform: "node",
        format: "cjs",
        external: ["onnxruntime-node"],
      });
      return run({ modelPath, device: "cpu" }, { entries: { ...entries, runner } });
    });
    const message = expect.stringMatching(/Cannot find (package|module).*Reinstall/);
    expect(result).toMatchObject({ ok: false, reason: "no-runtime", message });
  });
});

describe("layer times", () => {
  const node = (name: string, dur: number, provider = "WebGpuExecutionProvider"): ProfileEvent => ({
    cat: "Node",
    name: `${name}_kernel_time`,
    dur,
    args: { provider, op_name: "Conv" },
  });
  const kernel = (name: string, dur: number): ProfileEvent => ({
    cat: "Api",
    name: `${name}&Conv&Conv`,
    dur,
  });

  test("leave warm-ups out and add up a layer's parts and kernels", () => {
    const events = [9000, 1000, 3000].flatMap((us) => [
      node("a", 50),
      kernel("a", us),
      kernel("a", us),
      node("a/part", 50),
      kernel("a/part", us),
      node("flat", 5),
    ]);
    expect(layerTimes(events, "webgpu", 2, 1)).toEqual({
      source: "gpu-timestamp",
      runs: 2,
      rows: [
        { layer: "a", ops: ["Conv"], on: "gpu", ms: 6 },
        { layer: "flat", ops: ["Conv"], on: "gpu" },
      ],
    });
  });

  test("are never the host's for a GPU that does not time itself", () => {
    expect(layerTimes([node("a", 50)], "webgpu", 1, 0)).toBeUndefined();
  });

  test("tell layers that ran on the CPU", () => {
    const events = [node("a", 50), kernel("a", 7000), node("b/part", 2000, "CPUExecutionProvider")];
    expect(layersOnCpu(events)).toEqual(["b"]);
    expect(layerTimes(events, "webgpu", 1, 0)?.rows).toMatchObject([
      { layer: "a", on: "gpu", ms: 7 },
      { layer: "b", on: "cpu", ms: 2 },
    ]);
  });
});

test("the checksum is FNV-1a", () => {
  expect(fnv1a(Buffer.from("foobar"))).toBe("bf9cf968");
});

function expectReport(outcome: { readonly ok: boolean }): RunReport {
  expect(outcome).toMatchObject({ ok: true });
  return outcome as RunReport;
}
