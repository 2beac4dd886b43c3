/**
 * One handler per request: from the protocol, one call of the core, to the protocol. They know neither the
 * connection nor each other; features.ts registers and guards them.
 */
import * as lsp from "vscode-languageserver";
import type { FileId } from "../../../grammar/ast.ts";
import type { LineIndex } from "../../../grammar/text.ts";
import * as core from "../core/index.ts";
import * as from from "./fromProtocol.ts";
import type { JobControl, ServerHost } from "./host.ts";
import { exportJob, runJob } from "./jobs.ts";
import type * as protocol from "./protocol.ts";
import type { Settings } from "./settings.ts";
import * as to from "./toProtocol.ts";

/** One file of one analysis, as a handler sees it. */
export interface FileContext {
  readonly id: FileId;
  readonly version: number;
  readonly analysis: core.Analysis;
  readonly lines: LineIndex;
  readonly linesOf: to.LinesOf;
  readonly settings: Settings;
  readonly host: ServerHost;
}

export function inlayHints(ctx: FileContext, params: lsp.InlayHintParams): lsp.InlayHint[] {
  if (!ctx.settings.hints.enabled) return [];
  const range = from.textRange(ctx.lines, params.range);
  const hints = core.inlayHints(ctx.analysis, ctx.id, ctx.settings.hints, range);
  return hints.map((hint) => to.inlayHint(hint, ctx.lines));
}

export function hover(ctx: FileContext, params: lsp.HoverParams): lsp.Hover | null {
  const found = core.hover(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found ? to.hover(found, ctx.lines) : null;
}

export function definition(ctx: FileContext, params: lsp.DefinitionParams): lsp.Location | null {
  const found = core.definition(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  const lines = found && ctx.linesOf(found.file);
  return lines ? { uri: found.file, range: to.range(lines, found.range) } : null;
}

export function std({ uri }: protocol.StdParams): protocol.StdResult {
  const name = uri.startsWith(core.stdScheme) ? uri.slice(core.stdScheme.length + 1) : uri;
  return { text: core.stdText(name) ?? `// lwnet ships no file ${JSON.stringify(name)}.\n` };
}

export function documentSymbols(ctx: FileContext): lsp.DocumentSymbol[] {
  return core.documentSymbols(ctx.analysis, ctx.id).map((symbol) => to.documentSymbol(symbol, ctx.lines));
}

export function codeActions(ctx: FileContext, params: lsp.CodeActionParams): lsp.CodeAction[] {
  const only = params.context.only;
  // Kinds are hierarchical: "" asks for all, "quickfix" for these.
  if (only && !only.some((kind) => kind === "" || kind === lsp.CodeActionKind.QuickFix)) return [];
  const actions = core.codeActions(ctx.analysis, ctx.id, from.textRange(ctx.lines, params.range));
  const document = { uri: ctx.id, version: ctx.version };
  return actions.map((action) => to.codeAction(action, document, ctx.lines, ctx.linesOf));
}

/** The editor's tab size and the like are not asked for: the language has one style. */
export function formatting(ctx: FileContext): lsp.TextEdit[] {
  return core.formatting(ctx.analysis, ctx.id).map((edit) => to.textEdit(edit, ctx.lines));
}

export function rangeFormatting(ctx: FileContext, params: lsp.DocumentRangeFormattingParams): lsp.TextEdit[] {
  const edits = core.rangeFormatting(ctx.analysis, ctx.id, from.textRange(ctx.lines, params.range));
  return edits.map((edit) => to.textEdit(edit, ctx.lines));
}

export function typeFormatting(ctx: FileContext, params: lsp.DocumentOnTypeFormattingParams): lsp.TextEdit[] {
  if (params.ch !== "}" && params.ch !== "\n") return [];
  const at = from.offset(ctx.lines, params.position);
  return core.typeFormatting(ctx.analysis, ctx.id, at, params.ch).map((edit) => to.textEdit(edit, ctx.lines));
}

export function networks(ctx: FileContext): protocol.NetworkItem[] {
  return core.networks(ctx.analysis, ctx.id).map(({ name, range, problem }) => ({
    name,
    problem,
    line: ctx.lines.position(range.start).line,
  }));
}

export function exportModel(
  ctx: FileContext,
  params: protocol.ExportParams,
  control: JobControl,
): Promise<protocol.ExportResult> {
  if (!ctx.host.exportModel) throw unavailable("exporting");
  return ctx.host.exportModel(exportJob(ctx, params), control);
}

export function exportAndRun(
  ctx: FileContext,
  params: protocol.RunParams,
  control: JobControl,
): Promise<protocol.RunResponse> {
  if (!ctx.host.exportAndRun) throw unavailable("running");
  return ctx.host.exportAndRun(runJob(ctx, params), control);
}

function unavailable(what: string): lsp.ResponseError {
  return new lsp.ResponseError(
    lsp.LSPErrorCodes.RequestFailed,
    `${what} a network is not available in this version of the language server`,
  );
}
