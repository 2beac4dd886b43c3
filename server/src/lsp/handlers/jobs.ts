/** lwnet's own requests: its files, its networks, exporting and running them. */
import * as lsp from "vscode-languageserver";
import type { Format } from "../../core/backends/backend.ts";
import { formatIds, formats } from "../../core/backends/formats.ts";
import * as core from "../../core/index.ts";
import type { JobControl } from "../host.ts";
import { exportJob, runJob } from "../jobs.ts";
import type * as protocol from "../protocol.ts";
import type { FileContext } from "./context.ts";

export function std({ uri }: protocol.StdParams): protocol.StdResult {
  const name = uri.startsWith(core.stdScheme) ? uri.slice(core.stdScheme.length + 1) : uri;
  return { text: core.stdText(name) ?? `// lwnet ships no file ${JSON.stringify(name)}.\n` };
}

export function networks(ctx: FileContext): protocol.NetworkItem[] {
  return core.networks(ctx.analysis, ctx.id).map(({ name, range, problem, sizes }) => ({
    name,
    problem,
    sizes,
    line: ctx.lines.position(range.start).line,
  }));
}

export function exportFormats(): protocol.FormatItem[] {
  return formatIds.flatMap((id) => {
    const { title, extension, description, variants = [] }: Format = formats[id];
    return [{ title, description }, ...variants].map((item) => ({ id, extension, ...item }));
  });
}

export function exportModel(
  ctx: FileContext,
  params: protocol.ExportParams,
  control: JobControl,
): Promise<protocol.ExportResult> {
  if (!ctx.host.exportModel) throw unavailable("exporting");
  return ctx.host.exportModel(exportJob(ctx, params), control);
}

export async function exportAndRun(
  ctx: FileContext,
  params: protocol.RunParams,
  control: JobControl,
): Promise<protocol.RunResponse> {
  if (!ctx.host.exportAndRun) throw unavailable("running");
  const texts = core.textsOf(ctx.analysis, ctx.id).map(({ file, text }) => ({ uri: file, text }));
  const result = await ctx.host.exportAndRun(runJob(ctx, params), control);
  ctx.runs.add({ uri: ctx.id, result, texts });
  return { ...result, texts };
}

export function devices(ctx: FileContext): Promise<readonly protocol.DeviceItem[]> {
  if (!ctx.host.devices) throw unavailable("running");
  return ctx.host.devices();
}

function unavailable(what: string): lsp.ResponseError {
  return new lsp.ResponseError(
    lsp.LSPErrorCodes.RequestFailed,
    `${what} a network is not available in this version of the language server`,
  );
}
