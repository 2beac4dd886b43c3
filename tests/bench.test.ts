/** What `lwnet bench` makes of its runs: tables for people, Markdown, spreadsheets, and a picture. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accuracyOf } from "../server/src/report/accuracies.ts";
import { type BenchRow, benchCsv, benchMarkdown, benchText } from "../server/src/report/bench.ts";
import { benchPlot } from "../server/src/report/benchPlot.ts";
import { openFile } from "./harness/open.ts";

const shared = { file: "a.lwnet", weightBytes: 4000, peakBytes: 800, batch: 8 } as const;
const run = {
  ran: "gpu-software",
  name: "SwiftShader, driver 5",
  engine: "engine 1",
  firstMs: 9,
  medianMs: 4,
  p95Ms: 5,
  throughput: 2000,
  notes: [],
} as const;
const rows: readonly BenchRow[] = [
  {
    ...shared,
    network: "ResNet18",
    params: 11_689_512,
    macs: 1_814_073_344,
    accuracy: { top1: 69.76, top5: 89.08, source: "a paper" },
    device: "gpu",
    run,
  },
  {
    ...shared,
    network: "Mine",
    params: 1000,
    macs: 5000,
    peakBytes: null,
    device: "cuda",
    problem: "No CUDA.",
  },
];

test("the table names what ran, and what did not", () => {
  const text = benchText(rows);
  expect(text).toMatch(/ResNet18 +11\.7M +1\.81G .* 69\.8 % +gpu \(emulated\) +8 +4\.00 ms +5\.00 ms +2000/);
  expect(text).toMatch(/Mine .* – +cuda +8 +– +– +–/);
  expect(text).toContain("gpu (emulated): SwiftShader, driver 5, engine 1.");
  expect(text).toContain("Mine on cuda, batch 8: No CUDA.");
  expect(text).toContain("Top 1 on ImageNet of ResNet18: a paper.");
});

test("Markdown has the same table", () => {
  expect(benchMarkdown(rows)).toMatch(/^\| network +\| +params \|.*\n\| :-+ \| -+: \|/);
});

test("comma-separated values have numbers in full, and quotes where they are needed", () => {
  const [head = "", first = "", second = ""] = benchCsv(rows).split("\n");
  expect(first).toContain(
    'ResNet18,a.lwnet,11689512,1814073344,4000,800,69.76,89.08,gpu,8,gpu-software,"SwiftShader, driver 5"',
  );
  expect(second.split(",")).toHaveLength(head.split(",").length);
});

test("the picture names each network that ran, and takes the colours of the page", () => {
  const svg = benchPlot(rows);
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain("ResNet18");
  expect(svg).toContain("gpu (emulated), batch 8");
  expect(svg).not.toContain("Mine");
  expect(svg).toContain("prefers-color-scheme:dark");
  expect(svg).not.toMatch(/#01020[34]/);
  expect(benchPlot([])).toMatch(/^<svg/);
});

describe("published accuracies", () => {
  const source = readFileSync("server/src/report/accuracies.ts", "utf8");
  const listed = [...source.matchAll(/^ {2}\["(\w+)", ([\d_]+)/gm)].map(
    ([, name = "", count = ""]) => [name, Number(count.replaceAll("_", ""))] as const,
  );
  const files = [
    "alexnet",
    "squeezenet",
    "densenet",
    "resnet",
    "vgg",
    "mobilenet",
    "mobilenet_v1",
    "googlenet",
  ];

  test("belong to networks of the examples, as they are", () => {
    const networks = files.flatMap((name) => openFile(`examples/${name}.lwnet`).file.networks);
    const found = networks.flatMap(({ name, instance }) => {
      const params = instance?.cost.params;
      return typeof params === "number" && accuracyOf(name, params) ? [name] : [];
    });
    expect(found.length).toBeGreaterThan(20);
    const here = new Set(networks.map(({ name }) => name));
    expect(
      listed
        .filter(([name]) => here.has(name))
        .map(([name]) => name)
        .sort(),
    ).toEqual(found.sort());
  });

  test("are not those of a network that was changed", () => {
    expect(accuracyOf("ResNet18", 11_689_512)).toMatchObject({ top1: 69.76 });
    expect(accuracyOf("ResNet18", 11_689_513)).toBeUndefined();
  });
});
