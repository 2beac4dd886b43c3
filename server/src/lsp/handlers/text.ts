/** The text itself: its format and what is typed. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
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
