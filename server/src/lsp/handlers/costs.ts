/** Shapes and costs where they are read. */
import type * as lsp from "vscode-languageserver";
import * as core from "../../core/index.ts";
import * as from from "../fromProtocol.ts";
import type * as protocol from "../protocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext, WorkspaceContext } from "./context.ts";

export function inlayHints(ctx: FileContext, params: lsp.InlayHintParams): lsp.InlayHint[] {
  if (!ctx.settings.hints.enabled) return [];
  const range = from.textRange(ctx.lines, params.range);
  // VS Code has them in the lens above.
  const totals = !(ctx.clientCommands && ctx.settings.lens.enabled);
  const settings = { ...ctx.settings.hints, totals };
  const hints = core.inlayHints(ctx.analysis, ctx.id, settings, range, ctx.choicesOf(ctx.id));
  const supported = ctx.client.textDocument?.inlayHint?.resolveSupport?.properties ?? [];
  const resolves = supported.includes("label.location") && supported.includes("label.tooltip");
  const file = { uri: ctx.id, version: ctx.version, resolves };
  return hints.map((hint) => to.inlayHint(hint, ctx.lines, file));
}

/** One of an earlier text is left as it is: the editor asks anew. */
export function resolveHint(ctx: WorkspaceContext, hint: lsp.InlayHint): lsp.InlayHint {
  const data = from.hintData(hint.data);
  if (!data || ctx.versionOf(data.uri) !== data.version) return hint;
  const details = core.hintDetails(ctx.analysis, data.uri, data.statement, ctx.choicesOf(data.uri));
  return details ? to.resolvedHint(hint, data, details, ctx.linesOf) : hint;
}

export function hover(ctx: FileContext, params: lsp.HoverParams): lsp.Hover | null {
  const at = from.offset(ctx.lines, params.position);
  const found = core.hover(ctx.analysis, ctx.id, at, ctx.choicesOf(ctx.id), shownRuns(ctx));
  return found ? to.hover(found, ctx.lines) : null;
}

function shownRuns(ctx: FileContext): readonly core.Measured[] {
  return ctx.settings.times.enabled ? ctx.runs.all() : [];
}

export function codeLenses(ctx: FileContext): lsp.CodeLens[] {
  if (!ctx.settings.lens.enabled) return [];
  const lenses = core.codeLenses(ctx.analysis, ctx.id, ctx.choicesOf(ctx.id), shownRuns(ctx));
  // In a browser nothing is run or written; other editors know no command of ours.
  const canRun = ctx.clientCommands && ctx.host.exportAndRun !== undefined;
  const canDraw = ctx.clientCommands && ctx.host.layout !== undefined;
  const impossible = new Set<core.LensKind>([
    ...(canRun ? [] : (["run", "export"] as const)),
    ...(canDraw ? [] : (["graph"] as const)),
  ]);
  const possible = lenses.filter(({ kind }) => !impossible.has(kind));
  return possible.map((lens) => to.codeLens(lens, ctx.id, ctx.lines));
}

export function resolveLens(ctx: WorkspaceContext, lens: lsp.CodeLens): lsp.CodeLens {
  const data = from.lensData(lens.data);
  const title =
    data &&
    core.lensTitle(ctx.analysis, data.uri, data, ctx.choicesOf(data.uri), {
      measured: ctx.runs.all(),
      now: Date.now(),
    });
  const command = to.lensCommand(title, data);
  return { ...lens, command: ctx.clientCommands ? command : { title: command.title, command: "" } };
}

export function totals(ctx: FileContext, params: protocol.TotalsParams): protocol.TotalsResult | null {
  if (params.network !== undefined) return core.totalsNamed(ctx.analysis, ctx.id, params.network) ?? null;
  const at = params.position ? from.offset(ctx.lines, params.position) : 0;
  return core.totals(ctx.analysis, ctx.id, at, preference(ctx, params.prefer)) ?? null;
}

export function heat(
  ctx: FileContext,
  { position, metric, prefer }: protocol.HeatParams,
): protocol.HeatResult | null {
  if (metric === "time") return core.timeHeat(ctx.analysis, ctx.id, ctx.runs.all()) ?? null;
  const offset = from.offset(ctx.lines, position);
  return core.heat(ctx.analysis, ctx.id, { metric, offset, ...preference(ctx, prefer) }) ?? null;
}

function preference(ctx: FileContext, prefer: string | undefined) {
  return { choices: ctx.choicesOf(ctx.id), ...(prefer === undefined ? {} : { prefer }) };
}

export function instances(
  ctx: FileContext,
  { block, position }: protocol.InstancesParams,
): protocol.InstancesResult | null {
  const at = block ?? (position ? from.offset(ctx.lines, position) : 0);
  return core.instances(ctx.analysis, ctx.id, at, ctx.choicesOf(ctx.id)) ?? null;
}

export function chooseInstance(ctx: FileContext, params: protocol.ChooseInstanceParams): null {
  ctx.choose(ctx.id, params.block, params.instance);
  return null;
}
