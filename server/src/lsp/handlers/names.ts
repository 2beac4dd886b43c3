/** What names mean and where they are used. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

export function definition(ctx: FileContext, params: lsp.DefinitionParams): lsp.Location | null {
  const found = core.definition(ctx.analysis, ctx.id, from.offset(ctx.lines, params.position));
  const lines = found && ctx.linesOf(found.file);
  return lines ? { uri: found.file, range: to.range(lines, found.range) } : null;
}

export function documentSymbols(ctx: FileContext): lsp.DocumentSymbol[] {
  return core.documentSymbols(ctx.analysis, ctx.id).map((symbol) => to.documentSymbol(symbol, ctx.lines));
}
