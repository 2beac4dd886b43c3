/** `budget { params <= 1.25M, … }`: a network over its budget is an error that names the layers that cost most. */
import type { Body, BudgetEntry } from "../../../../grammar/ast.ts";
import { type Cost, sizeBytes } from "../cost/cost.ts";
import { formatBytes, formatCount } from "../cost/format.ts";
import { evaluate } from "../sema/evaluate.ts";
import { didYouMean, nearestName } from "../sema/suggest.ts";
import type { Dim } from "../shape/dim.ts";
import { describeType, isDim } from "../values.ts";
import { evaluation, type Frame, report } from "./frame.ts";
import { innerSteps, type Step } from "./instance.ts";

interface Metric {
  readonly of: (cost: Cost) => Dim;
  readonly format: (count: Dim) => string;
}

const metrics: Readonly<Record<string, Metric>> = {
  params: { of: (cost) => cost.params, format: formatCount },
  macs: { of: (cost) => cost.macs, format: formatCount },
  flops: { of: (cost) => cost.flops, format: formatCount },
  size: { of: sizeBytes, format: formatBytes },
  activations: { of: (cost) => cost.activationBytes, format: formatBytes },
};

export function checkBudgets(frame: Frame, body: Body, steps: readonly Step[], total: Cost): void {
  for (const statement of body.statements) {
    if (statement.kind === "budget")
      for (const entry of statement.entries) checkEntry(frame, entry, steps, total);
  }
}

function checkEntry(frame: Frame, entry: BudgetEntry, steps: readonly Step[], total: Cost): void {
  const { name, range } = entry.metric;
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (!metric) {
    const known = Object.keys(metrics);
    const hint = didYouMean(nearestName(name, known)) || `; budgets are for ${known.join(", ")}`;
    report(frame, "unknown-name", range, `there is no budget for \`${name}\`${hint}`);
    return;
  }
  const limit = evaluate(evaluation(frame, undefined), entry.limit);
  if (limit === undefined) return;
  if (!isDim(limit)) {
    report(
      frame,
      "wrong-type",
      entry.limit.range,
      `a budget is a number, but this is ${describeType(limit)}`,
    );
    return;
  }
  const spent = metric.of(total);
  if (typeof spent !== "number" || typeof limit !== "number") return;
  if (entry.operator === "<" ? spent < limit : spent <= limit) return;
  const over = metric.format(spent - limit);
  const costly = mostCostly(frame, steps, metric);
  report(
    frame,
    "over-budget",
    entry.range,
    `${name}: ${metric.format(spent)}, ${over} over the budget of ${metric.format(limit)}; most in ${costly.map((c) => c.text).join(", ")}`,
    costly.map(({ text, step }) => ({
      message: text,
      location: { section: frame.declaration.section, range: step.node.range },
    })),
  );
}

/** The three statements of the network's own body that cost most. */
function mostCostly(frame: Frame, steps: readonly Step[], metric: Metric) {
  return leaves(steps)
    .map((step) => ({ step, count: metric.of(step.cost) }))
    .filter(
      (entry): entry is { step: Step; count: number } => typeof entry.count === "number" && entry.count > 0,
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ step, count }) => ({ step, text: `${nameOf(frame, step)} (${metric.format(count)})` }));
}

/** Groups are looked into; calls and repeats count as a whole. */
function leaves(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.kind === "group" ? leaves(innerSteps(step)) : [step]));
}

/** The label, else what the text says up to its body. */
function nameOf(frame: Frame, step: Step): string {
  if (step.label) return step.label.text;
  const { start, end } = step.node.range;
  const [text = ""] = frame.declaration.section.text.slice(start, end).split(/[{\n]/);
  return text.trim();
}
