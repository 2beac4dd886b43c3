/** The measured time of each line: of what begins on it, in all its uses, or in those of the instance that is shown. */
import type { FileId } from "../../../../../grammar/ast.ts";
import type { Analysis } from "../../workspace.ts";
import { type Choices, chosenInstance, isInstantiated, noChoices } from "../instances.ts";
import { shareText } from "../text.ts";
import { type FileTimes, fileTimes, type LineStatements, linesOf } from "./current.ts";
import type { Measured } from "./measured.ts";
import { formatMs, timeText } from "./text.ts";
import { addAll, type Use } from "./walk.ts";

export interface TimeLine {
  /** Zero-based. */
  readonly line: number;
  /** Of the time of all layers, from 0 to 1. */
  readonly share: number;
  /** `0.42 ms · 11%`, `1.92 ms · 31% (16 × 0.04–0.12 ms)`. */
  readonly text: string;
  /** The network was changed since. */
  readonly stale: boolean;
  /** Whose time it is, in a sentence. */
  readonly description: string;
}

/** From the top. Where several runs have times for a line, the first of them counts. */
export function timeLines(
  analysis: Analysis,
  id: FileId,
  all: readonly Measured[],
  choices: Choices = noChoices,
): TimeLine[] {
  const lines = new Map<number, TimeLine>();
  for (const file of fileTimes(analysis, id, all)) {
    for (const each of linesOf(file)) {
      const line = file.lineNow(each.line);
      if (line === undefined || lines.has(line)) continue;
      const found = timeLine(file, each, choices);
      if (found) lines.set(line, { ...found, line });
    }
  }
  return [...lines.values()].sort((a, b) => a.line - b.line);
}

function timeLine(
  file: FileTimes,
  { item, statements }: LineStatements,
  choices: Choices,
): Omit<TimeLine, "line"> | undefined {
  const { measured, stale, times } = file;
  const shown = usesShown(file, item, choices);
  const known = statements.flatMap((statement) => {
    const uses = times.uses.get(statement)?.filter(shown) ?? [];
    return uses.length === 0 ? [] : [uses];
  });
  const uses = merge(known);
  const { ms } = addAll(uses);
  if (ms === undefined) return undefined;
  const { network, device } = measured.run;
  const share = measured.totalMs > 0 ? ms / measured.totalMs : 0;
  const whole = `${shareText(share)} of the ${formatMs(measured.totalMs)} that all layers of ${network} took one by one on ${device}`;
  return {
    share,
    text: timeText(measured, uses),
    stale,
    description: stale ? `Before the edit: ${whole}. Run it again for new times.` : `${whole}.`,
  };
}

/** Which uses are shown in an item: all, or those of the chosen instance. */
export function usesShown(
  { analysis }: Pick<FileTimes, "analysis">,
  item: LineStatements["item"],
  choices: Choices,
): (use: Use) => boolean {
  const chosen = analysis && isInstantiated(item) ? chosenInstance(analysis, item, choices) : undefined;
  // What is chosen of a network's parameters is the network itself.
  return chosen ? ({ inside }) => inside.includes(chosen.instance) : () => true;
}

/** The statements of one line are executed together: use by use where they are used equally often. */
function merge(known: readonly (readonly Use[])[]): readonly Use[] {
  const [first] = known;
  if (!first || known.length === 1) return first ?? [];
  if (known.some((uses) => uses.length !== first.length)) return [{ ...addAll(known.flat()), inside: [] }];
  return first.map(({ inside }, i) => ({ ...addAll(known.flatMap((uses) => uses[i] ?? [])), inside }));
}
