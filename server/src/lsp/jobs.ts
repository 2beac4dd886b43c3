/** Requests to export or run a network, as jobs for the host: the graph of the text as it stands now. */
import * as lsp from "vscode-languageserver";
import * as core from "../core/index.ts";
import type { FileContext } from "./handlers/context.ts";
import type { ExportJob, RunJob } from "./host.ts";
import type { ExportParams, RunOptions, RunParams } from "./protocol.ts";

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
    options: { ...ctx.settings.run, ...optionsOf(params) },
    lineOf: source ? core.nodeLines(source) : () => undefined,
  };
}

/** What the request says, which goes before the settings. */
function optionsOf(params: RunParams): RunOptions {
  const {
    uri: _uri,
    network: _network,
    folder: _folder,
    seed: _seed,
    progress: _progress,
    ...options
  } = params;
  return options;
}

function graphOf(ctx: FileContext, network: string): core.Graph {
  const graph = core.networkGraph(ctx.analysis, ctx.id, network);
  if ("problem" in graph) throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, graph.problem);
  return graph;
}
