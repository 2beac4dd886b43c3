/** Heat by measured time: the share of each line's layers and calls in the time of all layers. */
import type { FileId } from "../../../../../grammar/ast.ts";
import type { Analysis } from "../../workspace.ts";
import type { Heat, HeatLine } from "../heat.ts";
import { shareText } from "../text.ts";
import { type FileTimes, fileTimes } from "./current.ts";
import type { Measured } from "./measured.ts";

/** By the first run that has times in the file. */
export function timeHeat(analysis: Analysis, id: FileId, all: readonly Measured[]): Heat | undefined {
  const [file] = fileTimes(analysis, id, all);
  if (!file) return undefined;
  const { network } = file.measured.run;
  return { network, metric: "time", lines: sharesByLine(file).map((each) => heatLine(file, each)) };
}

type LineShare = readonly [line: number, share: number];

function sharesByLine({ measured, times, source, lineNow }: FileTimes): LineShare[] {
  const offsets = new Map(source.sections.map(({ section, offset }) => [section, offset]));
  const shares = new Map<number, number>();
  for (const [statement, { section, ms }] of times.own) {
    const offset = offsets.get(section);
    if (offset === undefined || ms === 0 || measured.totalMs === 0) continue;
    const line = lineNow(source.lines.position(statement.head.start + offset).line);
    if (line !== undefined) shares.set(line, (shares.get(line) ?? 0) + ms / measured.totalMs);
  }
  return [...shares].sort(([a], [b]) => a - b);
}

function heatLine({ measured, stale }: FileTimes, [line, share]: LineShare): HeatLine {
  const text = shareText(share);
  const { network, device } = measured.run;
  const whole = `${text} of the time of ${network} on ${device}`;
  return { line, share, text, description: stale ? `${whole}, before the edit` : whole };
}
