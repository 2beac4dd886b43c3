/** What changes the text on request: fixes. */
import * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

export function codeActions(ctx: FileContext, params: lsp.CodeActionParams): lsp.CodeAction[] {
  const only = params.context.only;
  // Kinds are hierarchical: "" asks for all, "quickfix" for these.
  if (only && !only.some((kind) => kind === "" || kind === lsp.CodeActionKind.QuickFix)) return [];
  const actions = core.codeActions(ctx.analysis, ctx.id, from.textRange(ctx.lines, params.range));
  const document = { uri: ctx.id, version: ctx.version };
  return actions.map((action) => to.codeAction(action, document, ctx.lines, ctx.linesOf));
}
