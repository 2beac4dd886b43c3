/** What changes the text on request: fixes and refactorings. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext, WorkspaceContext } from "./context.ts";

export function* codeActions(ctx: FileContext, params: lsp.CodeActionParams): core.Steps<lsp.CodeAction[]> {
  const { only } = params.context;
  const range = from.textRange(ctx.lines, params.range);
  const { lint } = ctx.settings;
  const request = { lint, ...(only ? { only } : {}) };
  const actions = yield* core.offeredActions(ctx.analysis, ctx.id, range, request);
  return actions.map((action) => to.codeAction(action, range, ctx));
}

export function resolveAction(ctx: WorkspaceContext, action: lsp.CodeAction): lsp.CodeAction {
  const asked = from.actionData(action.data);
  const lines = asked && ctx.linesOf(asked.file);
  // Of another version the places are no longer known.
  if (!lines || ctx.versionOf(asked.file) !== asked.version) return action;
  const resolved = core.resolveAction(ctx.analysis, asked.file, asked.range, action.title);
  if (!resolved) return action;
  const edit = to.actionEdit(resolved, { ...ctx, id: asked.file, lines });
  const text = ctx.analysis.file(asked.file)?.text;
  const command =
    ctx.clientCommands && text !== undefined ? to.renameCommand(resolved, asked.file, text) : undefined;
  return { ...action, edit, ...(command ? { command } : {}) };
}
