/** Split a chain `a -> b -> c` into lines, and join lines into a chain. Both mean the same. */
import type { Statement } from "../../../../grammar/ast.ts";
import type { TextEdit } from "../../../../grammar/text.ts";
import { rewriting } from "./changes.ts";
import { isCheck } from "./freeNames.ts";
import type { Draft } from "./refactoring.ts";
import { isChained, isEmpty, type Run, runOf, type Site, selectedRun, textOf } from "./site.ts";

export function splitOrJoin(site: Site): Draft[] {
  const run = selectedRun(site);
  if (!run) return [];
  const chain = isEmpty(site) ? chainAround(site, run) : run;
  const drafts: Draft[] = [];
  const arrows = gaps(chain).filter(([before, after]) => isChained(site.section, before, after));
  if (arrows.length > 0) drafts.push(rewriting(site, "Split the chain into lines", between(arrows, "\n")));
  const lines = gaps(chain).filter(([before, after]) => isLineBreak(site, before, after));
  const canJoin = !chain.statements.some((s) => isCheck(s) || textOf(site.section, s.range).includes("\n"));
  if (lines.length > 0 && arrows.length + lines.length === chain.statements.length - 1 && canJoin) {
    drafts.push(rewriting(site, "Join the lines into a chain", between(lines, " -> ")));
  }
  return drafts;
}

type Gap = readonly [Statement, Statement];

function gaps({ statements }: Run): Gap[] {
  return statements.slice(1).map((after, i): Gap => [statements[i] as Statement, after]);
}

function isLineBreak(site: Site, before: Statement, after: Statement): boolean {
  return /^[ \t]*\r?\n[ \t]*$/.test(site.section.text.slice(before.range.end, after.range.start));
}

function between(places: readonly Gap[], newText: string): TextEdit[] {
  return places.map(([before, after]) => ({
    range: { start: before.range.end, end: after.range.start },
    newText,
  }));
}

/** All statements that arrows join with the one at the cursor. */
function chainAround(site: Site, { owner, body, first, ...run }: Run): Run {
  const { statements } = body;
  let start = first;
  let end = first;
  while (isChained(site.section, statements[start - 1], statements[start])) start--;
  while (isChained(site.section, statements[end], statements[end + 1])) end++;
  return runOf(owner, body, start, end - start + 1) ?? { owner, body, first, ...run };
}
