/** `lwnet bench FILE…`: runs several networks on several devices, with several batches, side by side. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Graph, networkGraph } from "../core/index.ts";
import { JobError } from "../host/node/jobs.ts";
import { exportAndRun } from "../host/node/runNetwork.ts";
import { accuracyOf } from "../report/accuracies.ts";
import { type BenchRow, benchCsv, benchMarkdown, benchText } from "../report/bench.ts";
import { runResult } from "../report/runResult.ts";
import { type Device, devices, type EngineName, type RunPrecision } from "../run/protocol.ts";
import {
  budgetOption,
  engineOption,
  positive,
  precisionOption,
  repeatsOption,
  sizeOption,
  timeoutOption,
  warmupOption,
} from "./runOptions.ts";
import { load, requireClean, standaloneNetworks, summaryOf } from "./targets.ts";
import { CommandError, exitCodes, interruptible, paint, print, printError, printJson } from "./terminal.ts";

export interface BenchOptions {
  readonly devices: readonly Device[];
  readonly batch: readonly number[];
  readonly engine?: EngineName;
  readonly precision?: RunPrecision;
  readonly repeats: number;
  readonly warmup?: number;
  readonly budget?: number;
  readonly timeout?: number;
  readonly size?: Readonly<Record<string, number>>;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly csv?: boolean;
  /** A file for a picture. */
  readonly plot?: string;
}

export function addBenchOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--devices <names>", "devices, as in cpu,gpu")
        .argParser(deviceList)
        .default(["auto"], "auto"),
    )
    .addOption(new Option("--batch <numbers>", "batches, as in 1,8").argParser(batchList).default([1], "1"))
    .addOption(engineOption())
    .addOption(precisionOption())
    .addOption(warmupOption())
    .addOption(repeatsOption())
    .addOption(budgetOption())
    .addOption(timeoutOption())
    .addOption(sizeOption())
    .addOption(new Option("--markdown", "print a table in Markdown").conflicts(["json", "csv"]))
    .addOption(new Option("--csv", "print comma-separated values").conflicts(["json"]))
    .addOption(new Option("--plot <file>", "write a picture as SVG: latency over MACs"));
}

export async function benchCommand(files: readonly string[], options: BenchOptions): Promise<number> {
  const networks = await networksOf(files);
  const rows: BenchRow[] = [];
  const cases = networks.flatMap((network) =>
    options.devices.flatMap((device) => options.batch.map((batch) => ({ network, device, batch }))),
  );
  const folder = await mkdtemp(join(tmpdir(), "lwnet-bench-"));
  try {
    await interruptible(async (signal) => {
      for (const [i, { network, device, batch }] of cases.entries()) {
        if (process.stderr.isTTY)
          printError(
            paint.faint(`${i + 1} of ${cases.length}: ${network.graph.name} on ${device}, batch ${batch} …`),
          );
        rows.push(await measured(network, device, batch, folder, options, signal));
        if (signal.aborted) throw new CommandError("the benchmark was cancelled", exitCodes.failed);
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (options.plot !== undefined) await writePlot(options.plot, rows);
  if (options.json) printJson(rows);
  else if (options.markdown) print(benchMarkdown(rows));
  else if (options.csv) print(benchCsv(rows));
  else print(benchText(rows, { strong: paint.strong }));
  return rows.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.clean;
}

interface BenchNetwork {
  readonly graph: Graph;
  readonly row: Omit<BenchRow, "device" | "batch">;
}

async function networksOf(files: readonly string[]): Promise<BenchNetwork[]> {
  const loaded = await load(files);
  requireClean(loaded);
  return standaloneNetworks(loaded).map(({ target, network }): BenchNetwork => {
    const { params, macs, weightBytes, peakBytes } = summaryOf(loaded, target, network);
    const graph = networkGraph(loaded.analysis, target.id, network.name);
    if ("problem" in graph) throw new CommandError(graph.problem, exitCodes.failed);
    const accuracy = accuracyOf(network.name, Number(params));
    const row = {
      network: network.name,
      file: target.name,
      params: Number(params),
      macs: Number(macs),
      weightBytes: Number(weightBytes),
      peakBytes,
      ...(accuracy ? { accuracy } : {}),
    };
    return { graph, row };
  });
}

/** What goes wrong with one is told in its row: the others are worth having. */
async function measured(
  { graph, row }: BenchNetwork,
  device: Device,
  batch: number,
  folder: string,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<BenchRow> {
  const { engine, precision, repeats, warmup, budget, timeout, size } = options;
  try {
    const { report, exported } = await exportAndRun(
      {
        graph,
        output: join(folder, "model.onnx"),
        seed: 0,
        device,
        batch,
        repeats,
        perLayer: false,
        ceilings: false,
        ...(engine ? { engine } : {}),
        ...(precision ? { precision } : {}),
        ...(warmup === undefined ? {} : { warmup }),
        ...(budget === undefined ? {} : { budgetMs: budget * 1000 }),
        ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
        ...(size ? { sizes: size } : {}),
      },
      { signal, onProgress: () => {} },
    );
    const result = runResult({ graph, report, modelBytes: exported.bytes, lineOf: () => undefined });
    const { ran, name, engine: ranBy, notes } = result.device;
    const { first, median, p95 } = result.latencyMs;
    const throughput = (batch * 1000) / median;
    return {
      ...row,
      device,
      batch,
      run: { ran, name, engine: ranBy, firstMs: first, medianMs: median, p95Ms: p95, throughput, notes },
    };
  } catch (error) {
    if (error instanceof JobError) return { ...row, device, batch, problem: error.message };
    throw error;
  }
}

async function writePlot(path: string, rows: readonly BenchRow[]): Promise<void> {
  // Loaded when it is needed only: it is large.
  const { benchPlot } = await import("../report/benchPlot.ts");
  try {
    await writeFile(path, benchPlot(rows));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the plot can't be written: ${why}`, exitCodes.failed);
  }
}

function deviceList(text: string): readonly Device[] {
  return text.split(",").map((part) => {
    const device = devices.find((each) => each === part.trim());
    if (!device) throw new InvalidArgumentError(`Devices are ${devices.join(", ")}.`);
    return device;
  });
}

function batchList(text: string): readonly number[] {
  return text.split(",").map(positive);
}
