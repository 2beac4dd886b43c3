/**
 * The runner on a GPU, which a software driver may stand in for. Skipped where no adapter is found, unless
 * LWNET_REQUIRE_GPU=1 says that there must be one.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { int } from "../server/src/core/backends/onnx/codec.ts";
import {
  AttributeProtoSchema,
  ModelProtoSchema,
} from "../server/src/core/backends/onnx/generated/onnx_pb.ts";
import { ceilings } from "../server/src/host/node/ceilings.ts";
import type { ProbeReply, RunReport } from "../server/src/run/protocol.ts";
import { probe, run } from "../server/src/run/run.ts";
import { network } from "./harness/graph.ts";
import { modelOf, withFiles } from "./harness/onnx.ts";
import { entries, runNetwork } from "./harness/run.ts";
import { runTfjsNetwork } from "./harness/runTfjs.ts";

const required = process.env.LWNET_REQUIRE_GPU === "1";
const found: ProbeReply = await probe({ entries });
const available = found.kind === "adapter";
if (!available && !required) console.warn("no GPU adapter: the GPU tests are skipped");

const tiny = network((b) => {
  const x = b.input("x", [3, 12, 12]);
  const stem = b.layer(
    "relu",
    {},
    b.layer("bn", {}, b.layer("conv", { channels: 8, kernel: [3, 3] }, x, "stem"), "norm"),
    "act",
  );
  const local = b.layer("gelu", {}, b.layer("lrn", {}, stem, "local"), "smooth");
  const even = b.layer(
    "adaptive_avg_pool",
    { size: [5, 5] },
    b.layer("add", {}, [stem, local], "sum"),
    "even",
  );
  const gate = b.layer("hard_sigmoid", {}, b.layer("global_avg_pool", {}, even, "squeeze"), "gate");
  const flat = b.layer("flatten", {}, b.layer("mul", {}, [even, gate], "scale"), "flat");
  b.output(b.layer("softmax", {}, b.layer("linear", { features: 10 }, flat, "head"), "y"));
});

describe.runIf(available || required)("on a GPU", () => {
  let report: RunReport;
  beforeAll(async () => {
    const outcome = await runNetwork(tiny, { device: "gpu", perLayer: true });
    expect(outcome).toMatchObject({ ok: true });
    report = outcome as RunReport;
  }, 120_000);

  test("all layers run there, and the adapter is named", () => {
    expect(found.kind).toBe("adapter");
    const software = found.kind === "adapter" && found.adapter.software;
    expect(report.device.ran).toBe(software ? "gpu-software" : "gpu");
    expect(report.device.cpuLayers).toEqual([]);
    expect(report.device.adapter?.name).not.toBe("");
  });

  test("layers are timed by the GPU itself, or not at all", () => {
    if (report.device.adapter?.timestamps) {
      expect(report.layers?.source).toBe("gpu-timestamp");
      expect(report.layers?.rows.map((row) => row.layer)).toEqual(tiny.nodes.map((node) => node.name));
      expect(report.layers?.rows.find((row) => row.layer === "stem")?.ms).toBeGreaterThan(0);
    } else expect(report.layers).toBeUndefined();
  });

  test("the output is that of the CPU", async () => {
    const cpu = (await runNetwork(tiny, { device: "cpu" })) as RunReport;
    expect(report.outputs[0]?.max).toBeCloseTo(cpu.outputs[0]?.max ?? Number.NaN, 5);
    expect(report.outputs[0]?.min).toBeCloseTo(cpu.outputs[0]?.min ?? Number.NaN, 5);
  });

  test("TensorFlow.js on WebGPU computes the same", async () => {
    const cpu = (await runNetwork(tiny, { device: "cpu" })) as RunReport;
    const outcome = await runTfjsNetwork(tiny, { device: "webgpu", perLayer: true });
    expect(outcome).toMatchObject({ ok: true, device: { provider: "webgpu", ran: report.device.ran } });
    for (const key of ["min", "max", "mean"] as const)
      expect((outcome as RunReport).outputs[0]?.[key]).toBeCloseTo(cpu.outputs[0]?.[key] ?? Number.NaN, 5);
    // Some of its operators only a graph model has.
    expect((outcome as RunReport).notes.join()).toContain("layers of a graph model");
  }, 120_000);

  test("TensorFlow.js has the GPU time the layers of a layers model", async () => {
    const plain = network((b) => {
      const stem = b.layer("conv", { channels: 8, kernel: [3, 3] }, b.input("x", [3, 12, 12]), "stem");
      const act = b.layer("relu", {}, stem, "act");
      b.output(b.layer("flatten", {}, act, "flat"), "y");
    });
    const outcome = await runTfjsNetwork(plain, { device: "webgpu", perLayer: true });
    const { layers } = outcome as RunReport;
    expect(layers?.source).toBe("gpu-timestamp");
    expect(layers?.rows.map(({ layer }) => layer)).toEqual(["stem", "act", "flat"]);
    expect(layers?.rows[0]?.ms).toBeGreaterThan(0);
    // What a view took was not measured: it is no zero.
    expect(layers?.rows[2]?.ms).toBeUndefined();
    const sum = layers?.rows.reduce((all, { ms }) => all + (ms ?? 0), 0) ?? 0;
    expect(sum).toBeLessThanOrEqual(layers?.runMs ?? 0);
  }, 120_000);

  test("layers add up to a run, less what lies between them", () => {
    const { rows = [], runMs = 0 } = report.layers ?? {};
    const sum = rows.reduce((all, { ms }) => all + (ms ?? 0), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(runMs);
    expect(report.device.providers).toEqual([{ provider: "webgpu", layers: tiny.nodes.length }]);
  });

  test("the device can be measured", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lwnet-test-"));
    const measured = await ceilings({
      report,
      engine: "onnxruntime",
      precision: "fp32",
      options: { entries },
      folder,
    });
    expect(measured?.gflops).toBeGreaterThan(0);
    expect(measured?.gbps).toBeGreaterThan(0);
    rmSync(folder, { recursive: true });
  }, 60_000);

  test("layers without a GPU kernel run on the CPU and are listed", async () => {
    const graph = network((b) => {
      const x = b.input("x", [4, 6, 6]);
      const odd = b.layer("relu", {}, b.layer("conv", { channels: 4, kernel: [3, 3] }, x, "stem"), "odd");
      b.output(b.layer("sigmoid", {}, odd, "y"));
    });
    const model = modelOf(graph);
    const node = model.graph?.node.find((n) => n.name === "odd");
    if (!node) throw new Error("no such node");
    node.opType = "LRN";
    node.attribute = [create(AttributeProtoSchema, { name: "size", ...int(3) })];
    const files = new Map([["net.onnx", toBinary(ModelProtoSchema, model)]]);
    const outcome = await withFiles(files, (modelPath) =>
      run({ modelPath, device: "gpu", runs: 1 }, { entries }),
    );
    expect(outcome).toMatchObject({ ok: true, device: { ran: "mixed", cpuLayers: ["odd"] } });
    expect((outcome as RunReport).notes[0]).toContain(
      "no GPU kernel for these layers, which ran on the CPU: odd",
    );
    expect((outcome as RunReport).device.fellBack).toMatchObject([{ layers: ["odd"] }]);
  });

  test("an adapter that can't be named is used, and the doubt is told", async () => {
    const nowhere = { ...entries, probe: "no/such/probe.ts" };
    const outcome = (await runNetwork(tiny, { device: "auto" }, { entries: nowhere })) as RunReport;
    expect(outcome.device.ran).toBe("gpu");
    expect(outcome.device.adapter).toBeUndefined();
    expect(outcome.notes[0]).toContain("could not be asked for its name");
  });

  test("a software driver is used only if asked for", async () => {
    if (report.device.ran !== "gpu-software") return;
    const outcome = (await runNetwork(tiny, { device: "auto" })) as RunReport;
    expect(outcome.device.ran).toBe("cpu");
    expect(outcome.notes[0]).toContain("driver that computes on the CPU");
  });
});
