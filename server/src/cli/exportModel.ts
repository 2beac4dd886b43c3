/** `lwnet export FILE[#Network] --format onnx -o OUT`, or another format. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { type FormatId, formats } from "../core/backends/formats.ts";
import { formatBytes } from "../core/cost/format.ts";
import { type Graph, networkGraph, nodeLines } from "../core/index.ts";
import type { InitKind } from "../core/weights/weights.ts";
import { exportModel } from "../host/node/jobs.ts";
import { type FormatFlags, readFormatOptions } from "./formatOptions.ts";
import { progressBar } from "./progressBar.ts";
import { analysisOf, chosenNetwork, load, requireClean } from "./targets.ts";
import { CommandError, exitCodes, interruptible, paint, print, printError, printJson } from "./terminal.ts";
import { type WeightFileOptions, withWeights } from "./weights.ts";

export interface ExportOptions extends FormatFlags, WeightFileOptions {
  readonly format: FormatId;
  readonly output?: string;
  readonly seed: number;
  readonly init: InitKind;
  readonly json?: boolean;
}

export async function exportCommand(file: string, options: ExportOptions, command: Command): Promise<number> {
  const ofFormat = readFormatOptions(options.format, options, command);
  const { graph } = await loadGraph(file);
  const output = await outputPath(options, graph.name);
  const { format, seed, init } = options;
  const bar = options.json ? undefined : progressBar(graph.name);
  const { exported, weights } = await withWeights(graph, options, async ({ given, report }) => ({
    exported: await interruptible((signal) =>
      exportModel(
        { graph, format, output, seed, init, ...(given ? { given } : {}), ...ofFormat },
        { signal, onProgress: ({ fraction = 0 }) => bar?.update(fraction) },
      ),
    ),
    weights: report,
  })).finally(() => bar?.end());
  if (options.json)
    printJson({
      network: graph.name,
      format,
      paths: exported.paths,
      bytes: exported.bytes,
      ...(exported.notes.length > 0 ? { notes: exported.notes } : {}),
      ...(weights ? { weights } : {}),
    });
  else print(`${graph.name}: wrote ${written(exported.paths)} (${formatBytes(exported.bytes)})`);
  if (!options.json) for (const note of exported.notes) printError(paint.faint(note));
  return exitCodes.clean;
}

/** The model's file, and the one beside it or the number of those. */
function written([model = "", ...others]: readonly string[]): string {
  return [model, ...(others.length > 1 ? [`${others.length} files of weights`] : others)].join(" and ");
}

/** The graph of the one network that is meant, of a file without errors. */
export async function loadGraph(
  file: string,
): Promise<{ readonly graph: Graph; readonly lineOf: ReturnType<typeof nodeLines> }> {
  const loaded = await load([file]);
  requireClean(loaded);
  const { target, network } = chosenNetwork(loaded);
  const graph = networkGraph(loaded.analysis, target.id, network.name);
  if ("problem" in graph) throw new CommandError(graph.problem, exitCodes.failed);
  const lineOf = nodeLines(analysisOf(loaded, target).source);
  return { graph, lineOf };
}

/** A folder stands for a file named after the network in it, such as the working folder without an output. */
async function outputPath({ output: given, format }: ExportOptions, network: string): Promise<string> {
  const name = `${network}${formats[format].extension}`;
  if (given === undefined) return name;
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => given.endsWith("/"),
  );
  return isFolder ? join(given, name) : given;
}
