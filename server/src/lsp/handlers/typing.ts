/** What helps while typing. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import { completionList, signatureHelp as toSignatureHelp } from "../toCompletion.ts";
import * as to from "../toProtocol.ts";
import type { FileContext, WorkspaceContext } from "./context.ts";

export function completion(ctx: FileContext, params: lsp.CompletionParams): lsp.CompletionList | null {
  const found = core.completions(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found ? completionList(found, ctx.lines, ctx.client) : null;
}

export function resolveCompletion(ctx: WorkspaceContext, item: lsp.CompletionItem): lsp.CompletionItem {
  const key = from.documentationKey(item.data);
  const documentation = key && core.completionDocumentation(ctx.analysis, key);
  return documentation === undefined ? item : { ...item, documentation: to.markdown(documentation) };
}

export function signatureHelp(ctx: FileContext, params: lsp.SignatureHelpParams): lsp.SignatureHelp | null {
  const found = core.signatureHelp(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  return found ? toSignatureHelp(found, ctx.client) : null;
}
