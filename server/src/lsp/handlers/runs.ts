/** Measured times on the lines of the text, and the way from a layer of a report to its line. */
import * as core from "../../core/index.ts";
import { exportRun } from "../../report/runExport.ts";
import type * as protocol from "../protocol.ts";
import * as to from "../toProtocol.ts";
import type { FileContext } from "./context.ts";

export function times(ctx: FileContext): protocol.TimesResult {
  if (!ctx.settings.times.enabled) return { lines: [] };
  return { lines: core.timeLines(ctx.analysis, ctx.id, ctx.runs.all(), ctx.choicesOf(ctx.id)) };
}

export function layerPlace(
  ctx: FileContext,
  { network, layer }: protocol.LayerPlaceParams,
): protocol.LayerPlace | null {
  const measured = ctx.runs.of(ctx.id, network);
  const place = measured && core.layerPlace(ctx.analysis, measured, layer);
  const lines = place && ctx.linesOf(place.file);
  return lines ? { uri: place.file, range: to.range(lines, place.range) } : null;
}

export function runText({ result, format }: protocol.RunTextParams): string {
  return exportRun(result, format);
}
