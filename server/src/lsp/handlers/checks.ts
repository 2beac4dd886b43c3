/** What networks are checked for: the Test Explorer's tree. */
import * as core from "../../core/index.ts";
import type * as protocol from "../protocol.ts";
import * as to from "../toProtocol.ts";
import type { WorkspaceContext } from "./context.ts";

export function checkedFiles({ analysis }: WorkspaceContext): readonly string[] {
  return core.filesWithNetworks(analysis);
}

export function checks(ctx: WorkspaceContext, { uri }: protocol.ChecksParams): protocol.CheckedNetwork[] {
  return core.checks(ctx.analysis, uri).map((network) => to.checkedNetwork(network, uri, ctx.linesOf));
}
