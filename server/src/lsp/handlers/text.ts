/** The text itself: its format and what is typed. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import { encodeTokens } from "../semanticTokens.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

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

export function foldingRanges(ctx: FileContext): lsp.FoldingRange[] {
  return to.foldingRanges(core.foldingRanges(ctx.analysis, ctx.id), ctx.lines);
}

export function selectionRanges(ctx: FileContext, params: lsp.SelectionRangeParams): lsp.SelectionRange[] {
  const offsets = params.positions.map((position) => from.offset(ctx.lines, position));
  const found = core.selectionRanges(ctx.analysis, ctx.id, offsets);
  return found.map((ranges) => to.selectionRange(ranges, ctx.lines));
}

export function semanticTokens(ctx: FileContext): lsp.SemanticTokens {
  return ctx.sentTokens.full(ctx.id, encodeTokens(core.semanticTokens(ctx.analysis, ctx.id), ctx.lines));
}

export function semanticTokensDelta(
  ctx: FileContext,
  { previousResultId }: lsp.SemanticTokensDeltaParams,
): lsp.SemanticTokens | lsp.SemanticTokensDelta {
  const data = encodeTokens(core.semanticTokens(ctx.analysis, ctx.id), ctx.lines);
  return ctx.sentTokens.delta(ctx.id, previousResultId, data);
}

export function semanticTokensRange(
  ctx: FileContext,
  params: lsp.SemanticTokensRangeParams,
): lsp.SemanticTokens {
  const range = from.textRange(ctx.lines, params.range);
  return { data: encodeTokens(core.semanticTokens(ctx.analysis, ctx.id), ctx.lines, range) };
}
