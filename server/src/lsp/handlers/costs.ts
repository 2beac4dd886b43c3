/** Shapes and costs where they are read. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

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
