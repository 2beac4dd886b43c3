/**
 * What an editor asks for after each keystroke, and what moving the cursor adds. The bench times each of them, since a
 * single slow one is felt.
 */
import type { LineIndex, TextRange } from "../../grammar/text.ts";
import * as core from "../../server/src/core/index.ts";

interface Place {
  readonly analysis: core.Analysis;
  readonly id: string;
  readonly offset: number;
  /** The lines in sight. */
  readonly range: TextRange;
}

const hints = { shapes: true, params: true, work: true, workUnit: "macs" } as const;

/** Lines that a tall editor shows. */
const linesInSight = 60;

/** A request by name. One that the server makes in slices gives the time of the longest, in milliseconds. */
export const requests: Readonly<Record<string, (place: Place) => unknown>> = {
  analysis: ({ analysis, id }) => analysis.of(id),
  "a slice of the lints": ({ analysis, id }) => longestSlice(core.prepareDiagnostics(analysis, id)),
  diagnostics: ({ analysis, id }) => core.diagnostics(analysis, id),
  hints: ({ analysis, id, range }) => {
    const found = core.inlayHints(analysis, id, hints, range);
    hinted.set(analysis, found.at(-1)?.statement);
    return found;
  },
  "a hint's details": ({ analysis, id }) => hintDetails(analysis, id),
  lenses: ({ analysis, id }) => core.codeLenses(analysis, id),
  "titles of lenses": ({ analysis, id, range }) => lensTitles(analysis, id, range),
  symbols: ({ analysis, id }) => core.documentSymbols(analysis, id),
  links: ({ analysis, id }) => core.documentLinks(analysis, id),
  highlights: ({ analysis, id, offset }) => core.highlights(analysis, id, offset),
  hover: ({ analysis, id, offset }) => core.hover(analysis, id, offset),
  totals: ({ analysis, id, offset }) => core.totals(analysis, id, offset),
  completion: ({ analysis, id, offset }) => core.completions(analysis, id, offset),
  "signature help": ({ analysis, id, offset }) => core.signatureHelp(analysis, id, offset),
  "semantic tokens": ({ analysis, id }) => core.semanticTokens(analysis, id),
  folding: ({ analysis, id }) => core.foldingRanges(analysis, id),
  selection: ({ analysis, id, offset }) => core.selectionRanges(analysis, id, [offset]),
  "a slice of code actions": ({ analysis, id, offset }) =>
    longestSlice(core.offeredActions(analysis, id, { start: offset, end: offset })),
  heat: ({ analysis, id, offset }) => core.heat(analysis, id, { metric: "macs", offset }),
};

/** A statement with a hint in sight, of those that were asked for before. */
const hinted = new WeakMap<core.Analysis, number | undefined>();

function hintDetails(analysis: core.Analysis, id: string): unknown {
  const statement = hinted.get(analysis);
  return statement === undefined ? undefined : core.hintDetails(analysis, id, statement);
}

/** The editor asks for those in sight. */
function lensTitles(analysis: core.Analysis, id: string, { start, end }: TextRange): unknown {
  return core
    .codeLenses(analysis, id)
    .filter(({ range }) => range.start >= start && range.start < end)
    .map((lens) => core.lensTitle(analysis, id, lens));
}

export function inSight(lines: LineIndex, offset: number): TextRange {
  const { line } = lines.position(offset);
  const first = Math.max(0, line - linesInSight / 2);
  return { start: lines.line(first).start, end: lines.line(first + linesInSight).end };
}

function longestSlice(steps: core.Steps<unknown>): number {
  let longest = 0;
  for (let done: boolean | undefined = false; !done; ) {
    const start = performance.now();
    done = steps.next().done;
    longest = Math.max(longest, performance.now() - start);
  }
  return longest;
}
