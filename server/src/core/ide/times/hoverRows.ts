/** What a hover tells of a statement's measured time: speed, the roofline, and how near to it the device came. */
import type { Statement } from "../../../../../grammar/ast.ts";
import { inert, type Row } from "../hover/markdown.ts";
import type { Place } from "../hover/place.ts";
import { fileTimes } from "./current.ts";
import { timeLines, usesShown } from "./lines.ts";
import type { Ceilings } from "./measured.ts";
import { formatMs, rateText, timeText } from "./text.ts";
import { addAll, type Work } from "./walk.ts";

export function timeRows(place: Place, statement: Statement): Row[] {
  const { analysis, file, item, choices, measured } = place;
  const all = fileTimes(analysis, file.source.id, measured);
  for (const found of all) {
    // The statements of an earlier text are others.
    if (found.stale) continue;
    const uses = found.times.uses.get(statement)?.filter(usesShown(found, item, choices)) ?? [];
    const work = addAll(uses);
    if (work.ms === undefined) continue;
    const { network, device, ceilings } = found.measured.run;
    return [
      ["measured", `${plain(timeText(found.measured, uses))}, ${inert(`${network} on ${device}`)}`],
      ["speed", speedText(work, work.ms, ceilings)],
      ["roofline", rooflineText(work, work.ms)],
    ];
  }
  return all.some(({ stale }) => stale) ? staleRows(place, statement) : [];
}

function staleRows({ analysis, file, choices, measured, offset, at }: Place, { head }: Statement): Row[] {
  const { line } = file.source.lines.position(head.start + offset - at);
  const found = timeLines(analysis, file.source.id, measured, choices).find((each) => each.line === line);
  return found?.stale ? [["measured", `before the edit: ${plain(found.text)}`]] : [];
}

/** Figures may be less than something, which Markdown would take for HTML. */
const plain = (figures: string) => figures.replaceAll("<", "\\<");

function speedText(
  { macs, flops, bytes }: Work,
  ms: number,
  ceilings: Ceilings | undefined,
): string | undefined {
  if (ms <= 0) return undefined;
  const rate = (count: number, unit: string, most?: number) => {
    if (count <= 0) return [];
    const reached =
      most === undefined ? "" : ` (${Math.round((count / ms / 1e6 / most) * 100)}% of the peak)`;
    return [`${rateText(count, ms, unit)}${reached}`];
  };
  const parts = [
    ...rate(macs, "MAC"),
    ...rate(flops, "FLOP", ceilings?.gflops),
    ...rate(bytes, "B", ceilings?.gbps),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** `memory-bound: at best 0.30 ms, took 1.4 times that`. */
function rooflineText({ predictedMs, memoryMs }: Work, ms: number): string | undefined {
  if (predictedMs === undefined || predictedMs <= 0) return undefined;
  const memory = memoryMs / predictedMs;
  const kind = memory > 0.5 ? "memory-bound" : "compute-bound";
  const mostly = memory > 0 && memory < 1 ? "mostly " : "";
  const ratio = ms / predictedMs;
  const times = ratio < 9.95 ? ratio.toFixed(1) : String(Math.round(ratio));
  return `${mostly}${kind}: ${formatMs(predictedMs)} at best, took ${times} times that`;
}
