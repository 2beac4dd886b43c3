/** What names mean and where they are used. */
import * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext, WorkspaceContext } from "./context.ts";

/** Places, or links for an editor that shows what they lead to. */
type Targets = lsp.Location[] | lsp.LocationLink[];

export function definition(ctx: FileContext, params: lsp.DefinitionParams): Targets {
  const found = core.definition(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  const linkSupport = ctx.client.textDocument?.definition?.linkSupport ?? false;
  return linkSupport ? to.locationLinks(found, ctx) : to.locations(found, ctx.linesOf);
}

export function typeDefinition(ctx: FileContext, params: lsp.TypeDefinitionParams): Targets {
  const found = core.typeDefinition(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  const linkSupport = ctx.client.textDocument?.typeDefinition?.linkSupport ?? false;
  return linkSupport ? to.locationLinks(found, ctx) : to.locations(found, ctx.linesOf);
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

export function callItems(ctx: FileContext, params: lsp.CallHierarchyPrepareParams): lsp.CallHierarchyItem[] {
  const found = core.callItems(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found.flatMap((item) => to.callItem(item, ctx.linesOf) ?? []);
}

export function incomingCalls(
  ctx: WorkspaceContext,
  { item }: lsp.CallHierarchyIncomingCallsParams,
): lsp.CallHierarchyIncomingCall[] {
  return core.incomingCalls(ctx.analysis, item.uri, item.name).flatMap((call) => {
    const [caller, lines] = [to.callItem(call.item, ctx.linesOf), ctx.linesOf(call.item.file)];
    return caller && lines
      ? [{ from: caller, fromRanges: call.ranges.map((range) => to.range(lines, range)) }]
      : [];
  });
}

export function outgoingCalls(
  ctx: WorkspaceContext,
  { item }: lsp.CallHierarchyOutgoingCallsParams,
): lsp.CallHierarchyOutgoingCall[] {
  return core.outgoingCalls(ctx.analysis, item.uri, item.name).flatMap((call) => {
    const [called, lines] = [to.callItem(call.item, ctx.linesOf), ctx.linesOf(item.uri)];
    return called && lines
      ? [{ to: called, fromRanges: call.ranges.map((range) => to.range(lines, range)) }]
      : [];
  });
}

export function documentLinks(ctx: FileContext): lsp.DocumentLink[] {
  return core.documentLinks(ctx.analysis, ctx.id).map(({ range, target, tooltip }) => ({
    range: to.range(ctx.lines, range),
    target,
    tooltip,
  }));
}

export function workspaceSymbols(
  ctx: WorkspaceContext,
  { query }: lsp.WorkspaceSymbolParams,
): lsp.SymbolInformation[] {
  return core
    .workspaceSymbols(ctx.analysis, query)
    .flatMap((symbol) => to.workspaceSymbol(symbol, ctx.linesOf) ?? []);
}

export function willRenameFiles(
  ctx: WorkspaceContext,
  { files }: lsp.RenameFilesParams,
): lsp.WorkspaceEdit | null {
  const edits = core.moveFiles(
    ctx.analysis,
    files.map(({ oldUri, newUri }) => ({ from: oldUri, to: newUri })),
  );
  return edits.length > 0 ? to.workspaceEdit(edits, ctx) : null;
}

export function documentSymbols(ctx: FileContext): lsp.DocumentSymbol[] {
  return core.documentSymbols(ctx.analysis, ctx.id).map((symbol) => to.documentSymbol(symbol, ctx.lines));
}
