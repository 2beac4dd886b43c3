/** Two limits for one thing in a network's budgets: the looser one says nothing. */
import type { BudgetEntry } from "../../../../grammar/ast.ts";
import { constantValue } from "./constants.ts";
import { type Finding, hasBody, type ScopeContext, type ScopeRule } from "./rule.ts";

export const redundantBudget: ScopeRule = {
  sees: "scope",
  find(ctx) {
    const { declaration } = ctx;
    if (!hasBody(declaration)) return [];
    const byMetric = new Map<string, BudgetEntry[]>();
    for (const statement of declaration.body.statements) {
      for (const entry of statement.kind === "budget" ? statement.entries : []) {
        const name = entry.metric.name;
        byMetric.set(name, [...(byMetric.get(name) ?? []), entry]);
      }
    }
    return [...byMetric].flatMap(([name, entries]) => looserThanOthers(ctx, name, entries));
  },
};

function looserThanOthers(ctx: ScopeContext, name: string, entries: readonly BudgetEntry[]): Finding[] {
  const { section } = ctx.declaration;
  const limits = entries.flatMap((entry) => {
    const value = constantValue(entry.limit, (node) => ctx.resolution.references.get(node), ctx.scope);
    return typeof value === "number" ? [{ entry, value }] : [];
  });
  const [strictest] = limits.toSorted(
    (a, b) => a.value - b.value || Number(a.entry.operator === "<=") - Number(b.entry.operator === "<="),
  );
  if (!strictest) return [];
  const text = section.text.slice(strictest.entry.range.start, strictest.entry.range.end);
  return limits
    .filter(({ entry }) => entry !== strictest.entry)
    .map(({ entry }) => ({
      code: "redundant-budget",
      range: entry.range,
      message: `this says nothing: \`${text}\` limits \`${name}\` already`,
      related: [{ message: "the stricter limit", location: { section, range: strictest.entry.range } }],
      data: { kind: "budget-entry", entry },
    }));
}
