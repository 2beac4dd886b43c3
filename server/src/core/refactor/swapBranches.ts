/** Negate an `if`'s condition and swap its two bodies. */
import type { BinaryOperator, Expr, Section } from "../../../../grammar/ast.ts";
import { rewriting } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import { isEmpty, type Site, statementAt, textOf } from "./site.ts";

export function swapBranches(site: Site): Draft[] {
  const statement = isEmpty(site) ? statementAt(site) : undefined;
  if (statement?.kind !== "if" || statement.alternative?.kind !== "body") return [];
  const { section } = site;
  const { condition, consequent, alternative } = statement;
  const edits = [
    { range: condition.range, newText: negated(section, condition) },
    { range: consequent.range, newText: textOf(section, alternative.range) },
    { range: alternative.range, newText: textOf(section, consequent.range) },
  ];
  return [rewriting(site, "Negate the condition and swap the branches", edits)];
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
