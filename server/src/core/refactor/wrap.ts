/** Wrap what is selected: in a connection, a group, a repeat or a side branch. */
import type { Statement } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import { changing, keeping } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import { isEmpty, type Site, selectedRun, textOf } from "./site.ts";

interface Form {
  readonly title: string;
  /** What the content in braces follows. */
  readonly head: string;
  /** What is around that. */
  readonly around?: (branch: string) => string;
  /** The networks compute what they did. */
  readonly keeps?: boolean;
}

const forms: readonly Form[] = [
  { title: "a group `{ … }`", head: "", keeps: true },
  { title: "`residual`", head: "residual " },
  { title: "`dense`", head: "dense " },
  { title: "`repeat`", head: "repeat 2 " },
  {
    title: "`concat` with a branch",
    head: "branch ",
    around: (branch) => `concat {\n${branch}\nbranch { }\n}`,
  },
  { title: "`tap`", head: "tap " },
];

const fixedStatements: readonly Statement["kind"][] = ["input", "budget", "bad"];

export function wrap(site: Site): Draft[] {
  const { selection } = site;
  const run = isEmpty(site) ? undefined : selectedRun(site);
  if (!run || run.statements.some(({ kind }) => fixedStatements.includes(kind))) return [];
  // Part of a layer alone, such as an argument, is something else.
  const [first, last] = [run.statements[0], run.statements.at(-1)];
  if (!first || !last || site.range.start > first.head.end || site.range.end < last.head.end) return [];
  const content = textOf(site.section, run.range);
  const isOneLine = !/[\r\n]/.test(content) && content.length < 60;
  const braces = isOneLine ? `{ ${content} }` : `{\n${content}\n}`;
  return forms.map(({ title, head, around, keeps }): Draft => {
    const newText = around ? around(head + braces) : head + braces;
    const edits = [{ range: shift(run.range, site.offset), newText }];
    return {
      title: `Wrap in ${title}`,
      kind: "refactor.rewrite",
      make: () => (keeps ? keeping(selection, "costs and shapes", edits) : changing(selection, edits)),
    };
  });
}
