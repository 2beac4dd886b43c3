/** The graph of a network, with its places. */
import * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import type { JobControl } from "../host.ts";
import type * as protocol from "../protocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

export async function graph(
  ctx: FileContext,
  params: protocol.GraphParams,
  { signal }: JobControl,
): Promise<protocol.GraphResult> {
  if (!ctx.host.layout)
    throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, "This server can't draw graphs.");
  const { network, position, prefer, states, theme, color, direction, open, everyLayer, figure } = params;
  const options: core.GraphOptions = {
    at: network ?? (position ? from.offset(ctx.lines, position) : 0),
    choices: ctx.choicesOf(ctx.id),
    theme,
    signal,
    ...(prefer === undefined ? {} : { prefer }),
    ...(states ? { states: new Map(Object.entries(states)) } : {}),
    ...(color ? { color } : {}),
    ...(direction ? { direction } : {}),
    ...(open === undefined ? {} : { open }),
    ...(everyLayer === undefined ? {} : { everyLayer }),
    ...(figure === undefined ? {} : { figure }),
  };
  const { analysis, linesOf } = ctx;
  const view = await core.graphView(analysis, ctx.id, options, ctx.host.layout);
  return "problem" in view ? view : to.graph(view, linesOf);
}
