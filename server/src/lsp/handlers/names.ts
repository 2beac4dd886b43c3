/** What names mean and where they are used. */
import * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

export function definition(ctx: FileContext, params: lsp.DefinitionParams): lsp.Location[] {
  const found = core.definition(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return to.locations(found, ctx.linesOf);
}

export function references(ctx: FileContext, params: lsp.ReferenceParams): lsp.Location[] {
  const offset = from.offset(ctx.lines, params.position);
  const options = { declaration: params.context.includeDeclaration };
  return to.locations(core.references(ctx.analysis, ctx.id, offset, options), ctx.linesOf);
}

export function highlights(ctx: FileContext, params: lsp.DocumentHighlightParams): lsp.DocumentHighlight[] {
  const found = core.highlights(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found.map((each) => to.highlight(each, ctx.lines));
}

export function linkedRanges(
  ctx: FileContext,
  params: lsp.LinkedEditingRangeParams,
): lsp.LinkedEditingRanges | null {
  const found = core.linkedRanges(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found.length > 0 ? { ranges: found.map((range) => to.range(ctx.lines, range)) } : null;
}

export function prepareRename(ctx: FileContext, params: lsp.PrepareRenameParams): lsp.PrepareRenameResult {
  const found = core.prepareRename(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  if ("refusal" in found) throw refused(found);
  return { range: to.range(ctx.lines, found.range), placeholder: found.name };
}

export function rename(ctx: FileContext, params: lsp.RenameParams): lsp.WorkspaceEdit {
  const offset = from.offset(ctx.lines, params.position);
  const found = core.rename(ctx.analysis, ctx.id, offset, params.newName);
  if ("refusal" in found) throw refused(found);
  return to.workspaceEdit(found, ctx);
}

/** Editors show the message of a refused rename to the user. */
function refused({ refusal }: core.Refusal): lsp.ResponseError {
  return new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, refusal);
}

export function documentSymbols(ctx: FileContext): lsp.DocumentSymbol[] {
  return core.documentSymbols(ctx.analysis, ctx.id).map((symbol) => to.documentSymbol(symbol, ctx.lines));
}
