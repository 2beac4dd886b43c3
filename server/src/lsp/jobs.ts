/** Requests to export or run a network, as jobs for the host: the graph of the text as it stands now. */
import * as lsp from "vscode-languageserver";
import * as core from "../core/index.ts";
import type { FileContext } from "./handlers/context.ts";
import type { ExportJob, RunJob } from "./host.ts";
import type { ExportParams, RunParams } from "./protocol.ts";

/** Of the weights, unless a request names one: exports of an unchanged network are byte-identical. */
const defaultSeed = 0;

export function exportJob(ctx: FileContext, params: ExportParams): ExportJob {
  return {
    graph: graphOf(ctx, params.network),
    format: params.format,
    ...params.options,
    output: params.output,
    seed: params.seed ?? defaultSeed,
  };
}

export function runJob(ctx: FileContext, params: RunParams): RunJob {
  const source = ctx.analysis.file(ctx.id);
  return {
    graph: graphOf(ctx, params.network),
    folder: params.folder,
    seed: params.seed ?? defaultSeed,
    device: params.device ?? ctx.settings.run.device,
    repeats: params.repeats ?? ctx.settings.run.repeats,
    lineOf: source ? core.nodeLines(source) : () => undefined,
  };
}

function graphOf(ctx: FileContext, network: string): core.Graph {
  const graph = core.networkGraph(ctx.analysis, ctx.id, network);
  if ("problem" in graph) throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, graph.problem);
  return graph;
}
