/** A run as files, and what its report works out. */
import { expect, test } from "vitest";
import { blocksOf, filterRows, histogram, rowsOf, sortRows } from "../client/src/report/model.ts";
import { exportRun } from "../server/src/report/runExport.ts";
import type { LayerTime, RunResult } from "../server/src/report/runResult.ts";

function layer(name: string, ms: number | undefined, more: Partial<LayerTime> = {}): LayerTime {
  return { name, op: "conv", line: 3, ms, share: (ms ?? 0) / 4, device: "cpu", ...more };
}

const work = { macs: 1_000_000, flops: 2_000_000, params: 500, bytes: 100_000, outputShape: [1, 8, 4, 4] };

const run: RunResult = {
  network: "Net",
  ranAt: "2026-11-25T12:00:00.000Z",
  batch: 1,
  precision: "fp32",
  input: { kind: "random" },
  device: {
    requested: "auto",
    ran: "cpu",
    name: "Some CPU",
    software: false,
    engine: "onnxruntime-node 1.30.0",
    provider: "cpu",
    providers: [{ provider: "cpu", layers: 3 }],
    fellBack: [{ layers: [], why: "There is no GPU.", fix: "Install its driver." }],
    notes: ["A note."],
  },
  latencyMs: { first: 9, median: 4.5, p95: 5, min: 4, max: 5, repeats: 3, samples: [4, 4.5, 5] },
  achieved: { gflops: 12, gbps: 3 },
  ceilings: { gflops: 20, gbps: 10 },
  outputs: [],
  layers: [
    layer("stage.0.conv", 3, work),
    layer("stage.10.conv", 0.9, { bytes: 4_000_000, flops: 1000 }),
    layer("stage.2,x", 0.1, { op: "relu" }),
    layer("flatten", undefined, { line: undefined }),
  ],
  layerTiming: "timed one by one",
  modelBytes: 1_234_567,
};

test("as CSV: plain numbers, empty cells for what is not known, quotes where a comma is", () => {
  expect(exportRun(run, "csv").split("\r\n")).toEqual([
    "layer,operator,line,ms,share,device,macs,flops,params,bytes,output_shape",
    "stage.0.conv,conv,3,3,0.75,cpu,1000000,2000000,500,100000,1x8x4x4",
    "stage.10.conv,conv,3,0.9,0.225,cpu,,1000,,4000000,",
    '"stage.2,x",relu,3,0.1,0.025,cpu,,,,,',
    "flatten,conv,,,,cpu,,,,,",
    "",
  ]);
});

test("as JSON: the result itself", () => {
  expect(JSON.parse(exportRun(run, "json"))).toEqual(JSON.parse(JSON.stringify(run)));
});

test("as Markdown: what it ran on, what fell back and why, and a table of the layers", () => {
  const text = exportRun(run, "markdown");
  expect(text).toMatch(/^# Net\n/);
  expect(text).toContain("Some CPU, onnxruntime-node 1.30.0 (cpu)");
  expect(text).toContain("- All layers fell back: There is no GPU. Install its driver.");
  expect(
    text
      .split("\n")
      .find((line) => line.includes("stage.0.conv"))
      ?.replaceAll(/ +/g, " "),
  ).toBe("| `stage.0.conv` | conv | 3 | 3.000 | 75.0 % | 1.00M | 500 | 100 KB |");
});

test("a layer is bound by what takes longer on the device, and measured against that", () => {
  const [first, second, third] = rowsOf(run);
  expect(first).toMatchObject({ bound: "compute", predictedMs: 0.1, intensity: 20 });
  expect(first?.ratio).toBeCloseTo(30);
  expect(second).toMatchObject({ bound: "memory", predictedMs: 0.4 });
  expect(third).toMatchObject({ bound: undefined, predictedMs: undefined, ratio: undefined });
});

test("two runs: the difference of each layer that both have", () => {
  const before = { ...run, layers: [layer("stage.0.conv", 2), layer("gone", 1)] };
  expect(rowsOf(run, before).map(({ deltaMs }) => deltaMs)).toEqual([1, undefined, undefined, undefined]);
});

test("rows sort by numbers in names, and those without a value come last both ways", () => {
  const rows = rowsOf(run);
  const names = (key: "name" | "ms", descending: boolean) =>
    sortRows(rows, { key, descending }).map(({ name }) => name);
  expect(names("name", false)).toEqual(["flatten", "stage.0.conv", "stage.2,x", "stage.10.conv"]);
  expect(names("ms", true)).toEqual(["stage.0.conv", "stage.10.conv", "stage.2,x", "flatten"]);
  expect(names("ms", false)).toEqual(["stage.2,x", "stage.10.conv", "stage.0.conv", "flatten"]);
  expect(filterRows(rows, "CONV stage").map(({ name }) => name)).toEqual(["stage.0.conv", "stage.10.conv"]);
});

test("blocks have the sums of what is inside, each before those within it", () => {
  const blocks = blocksOf(rowsOf(run));
  expect(blocks.map(({ name, layers, depth, leaf }) => [name, layers, depth, leaf])).toEqual([
    ["stage", 3, 0, false],
    ["stage.0", 1, 1, true],
    ["stage.10", 1, 1, true],
  ]);
  expect(blocks[0]?.ms).toBeCloseTo(4);
});

test("a histogram has every sample once, also where all are equal or there are none", () => {
  const samples = Array.from({ length: 100 }, (_, i) => i / 10);
  const bins = histogram(samples);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  expect([bins[0]?.from, bins.at(-1)?.to]).toEqual([0, 9.9]);
  expect(histogram([2, 2])).toEqual([{ from: 2, to: 2, count: 2 }]);
  expect(histogram([])).toEqual([]);
});
