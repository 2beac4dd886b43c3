/** Split a chain `a -> b -> c` into lines, and join lines into a chain. Both mean the same. */
import type { Statement } from "../../../../grammar/ast.ts";
import { shift, type TextEdit } from "../../../../grammar/text.ts";
import { keeping } from "./changes.ts";
import { isCheck } from "./freeNames.ts";
import type { Draft, Selection } from "./refactoring.ts";
import { isChained, isEmpty, type Run, runOf, type Site, selectedRun, siteAt, textOf } from "./site.ts";

export function splitOrJoin(selection: Selection): Draft[] {
  const site = siteAt(selection);
  const run = site && selectedRun(site);
  if (!site || !run) return [];
  const chain = isEmpty(site) ? chainAround(site, run) : run;
  const drafts: Draft[] = [];
  const kind = "refactor.rewrite";
  const arrows = gaps(chain).filter(([before, after]) => isChained(site.section, before, after));
  if (arrows.length > 0) {
    const edits = between(site, arrows, "\n");
    drafts.push({
      title: "Split the chain into lines",
      kind,
      make: () => keeping(selection, "names of weights too", edits),
    });
  }
  const lines = gaps(chain).filter(([before, after]) => isLineBreak(site, before, after));
  const canJoin = !chain.statements.some((s) => isCheck(s) || textOf(site.section, s.range).includes("\n"));
  if (lines.length > 0 && arrows.length + lines.length === chain.statements.length - 1 && canJoin) {
    const edits = between(site, lines, " -> ");
    drafts.push({
      title: "Join the lines into a chain",
      kind,
      make: () => keeping(selection, "names of weights too", edits),
    });
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

function between(site: Site, places: readonly Gap[], newText: string): TextEdit[] {
  return places.map(([before, after]) => ({
    range: shift({ start: before.range.end, end: after.range.start }, site.offset),
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
