/** What a run's result says of each layer and of the network, from the graph and what was measured. */
import { describe, expect, test } from "vitest";
import { layerWork, networkWork } from "../server/src/core/cost/work.ts";
import { floorDivide, maximum, minimum, multiply, named, subtract } from "../server/src/core/shape/dim.ts";
import { sizeAt } from "../server/src/core/shape/evaluate.ts";
import { runResult } from "../server/src/report/runResult.ts";
import type { RunReport } from "../server/src/run/protocol.ts";
import { network } from "./harness/graph.ts";

const graph = network((b) => {
  const x = b.input("x", [3, named("H"), 8]);
  const conv = b.layer("conv", { channels: 4, kernel: [3, 3] }, x, "stem");
  b.output(b.layer("flatten", {}, b.layer("relu", {}, conv, "act"), "flat"), "y");
});
const fp32 = { batch: 2, sizes: { H: 6 }, tensorBytes: 4, weightBytes: 4 };

describe("what a layer does in a run", () => {
  const [stem, act, flat] = graph.nodes.map((node) => layerWork(node, fp32));

  test("is that of the whole batch, with sizes for names", () => {
    const cells = 2 * 6 * 8;
    expect(stem).toEqual({
      macs: cells * 4 * 27,
      flops: cells * 4 * (2 * 27 + 1),
      params: 4 * 27 + 4,
      bytes: 4 * (cells * 3 + cells * 4 + 4 * 27 + 4),
      outputShape: [2, 4, 6, 8],
    });
  });

  test("a view moves nothing", () => {
    expect(act?.bytes).toBe(2 * 4 * 2 * 4 * 48);
    expect(flat).toMatchObject({ bytes: 0, outputShape: [2, 4 * 48] });
  });

  test("is unknown where a size is", () => {
    expect(networkWork(graph, { ...fp32, sizes: {} })).toEqual({
      macs: undefined,
      flops: undefined,
      bytes: undefined,
    });
  });
});

test("expressions in names have a value once the names do", () => {
  const [h, w] = [named("H"), named("W")];
  const area = multiply(floorDivide(subtract(h, 1), 2), maximum(w, 3));
  expect(sizeAt(area, { H: 8, W: 5 })).toBe(15);
  expect(sizeAt(minimum(area, 4), { H: 8, W: 5 })).toBe(4);
  expect(sizeAt(area, { H: 8 })).toBeUndefined();
});

describe("a result", () => {
  const report: RunReport = {
    ok: true,
    device: {
      requested: "gpu",
      ran: "gpu",
      adapter: {
        name: "A GPU (nvidia, ada)",
        vendor: "nvidia",
        driver: "A GPU",
        software: false,
        timestamps: true,
      },
      cpu: { model: "A CPU", threads: 4 },
      cpuLayers: [],
      engine: "engine 1",
      provider: "webgpu",
      providers: [{ provider: "webgpu", layers: 3 }],
      fellBack: [],
    },
    timing: { loadMs: 5, firstMs: 40, runsMs: [2, 4, 3], medianMs: 3, p95Ms: 4, batch: 2 },
    outputs: [],
    input: { kind: "random" },
    layers: {
      source: "gpu-timestamp",
      runs: 3,
      runMs: 3.5,
      rows: [
        { layer: "stem", ops: ["Conv"], on: "gpu", ms: 2 },
        { layer: "act", ops: ["Relu"], on: "gpu", ms: 1 },
        { layer: "put_in", ops: ["Transpose"], on: "gpu" },
      ],
    },
    notes: [],
  };
  const result = runResult({ graph, report, modelBytes: 1, lineOf: () => 7, sizes: { H: 6 } });

  test("has every run, and what the device achieved at the median", () => {
    expect(result.latencyMs).toEqual({
      first: 40,
      median: 3,
      p95: 4,
      min: 2,
      max: 4,
      repeats: 3,
      samples: [2, 4, 3],
    });
    const { flops = 0, bytes = 0 } = networkWork(graph, fp32);
    expect(result.achieved).toEqual({ gflops: flops / 3 / 1e6, gbps: bytes / 3 / 1e6 });
  });

  test("says what remains of a run when all layers are added up", () => {
    expect(result).toMatchObject({ layersSumMs: 3, overheadMs: 0.5 });
  });

  test("knows what each layer costs, but not what the engine put in", () => {
    expect(result.layers[0]).toMatchObject({ name: "stem", line: 7, share: 2 / 3, params: 112 });
    expect(result.layers[2]).toEqual({ name: "put_in", op: "Transpose", share: 0, device: "gpu" });
  });

  test("names the device", () => {
    expect(result.device).toMatchObject({ name: "A GPU (nvidia, ada)", vendor: "nvidia", software: false });
  });
});
