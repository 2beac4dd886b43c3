/** Negate an `if`'s condition and swap its two bodies. */
import type { BinaryOperator, Expr, Section } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import { keeping } from "./changes.ts";
import type { Draft, Selection } from "./refactoring.ts";
import { isEmpty, siteAt, statementAt, textOf } from "./site.ts";

export function swapBranches(selection: Selection): Draft[] {
  const site = siteAt(selection);
  const statement = site && statementAt(site);
  if (!site || !isEmpty(site) || statement?.kind !== "if" || statement.alternative?.kind !== "body")
    return [];
  const { section, offset } = site;
  const { condition, consequent, alternative } = statement;
  const edits = [
    { range: condition.range, newText: negated(section, condition) },
    { range: consequent.range, newText: textOf(section, alternative.range) },
    { range: alternative.range, newText: textOf(section, consequent.range) },
  ].map((edit) => ({ ...edit, range: shift(edit.range, offset) }));
  return [
    {
      title: "Negate the condition and swap the branches",
      kind: "refactor.rewrite",
      make: () => keeping(selection, "names of weights too", edits),
    },
  ];
}

const opposites: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};

function negated(section: Section, condition: Expr): string {
  const text = textOf(section, condition.range);
  if (condition.kind === "unary" && condition.operator === "not")
    return textOf(section, condition.operand.range);
  if (condition.kind === "boolean") return String(!condition.value);
  if (condition.kind !== "binary") return condition.kind === "conditional" ? `not (${text})` : `not ${text}`;
  const opposite = opposites[condition.operator];
  // A condition in parentheses has them in its range, its parts do not.
  if (!opposite || text.startsWith("(")) return `not (${text})`;
  return `${textOf(section, condition.left.range)} ${opposite} ${textOf(section, condition.right.range)}`;
}
