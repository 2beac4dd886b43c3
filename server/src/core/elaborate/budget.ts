/** `budget { params <= 1.25M, … }`: a network over its budget is an error that names the layers that cost most. */
import type { BudgetEntry } from "../../../../grammar/ast.ts";
import { type Cost, sizeBytes } from "../cost/cost.ts";
import { formatBytes, formatCount } from "../cost/format.ts";
import { peakOf } from "../cost/peak.ts";
import { evaluate } from "../sema/evaluate.ts";
import { didYouMean, nearestName } from "../sema/suggest.ts";
import type { Dim } from "../shape/dim.ts";
import { describeType, isDim } from "../values.ts";
import { evaluation, type Frame, report } from "./frame.ts";
import { type BudgetCheck, type Instance, innerSteps, type Step } from "./instance.ts";

interface Metric {
  readonly of: (instance: Instance) => Dim;
  readonly format: (count: Dim) => string;
  readonly doc: string;
  /** What a part of the network adds to it; absent where parts don't add up. */
  readonly ofPart?: (cost: Cost) => Dim;
}

export const metrics: Readonly<Record<string, Metric>> = {
  params: sum("Trainable parameters.", (cost) => cost.params, formatCount),
  macs: sum(
    "Multiply-adds of convolutions, linear layers and products of matrices.",
    (cost) => cost.macs,
    formatCount,
  ),
  flops: sum("All arithmetic operations; a multiply-add counts as two.", (cost) => cost.flops, formatCount),
  size: sum("Bytes of the parameters at 32 bits.", sizeBytes, formatBytes),
  activations: sum(
    "Bytes of every layer's output at 32 bits, for one image.",
    (cost) => cost.activationBytes,
    formatBytes,
  ),
  peak: {
    doc: "The most bytes of tensors that are alive at once, at 32 bits, for one image.",
    of: (instance) => peakOf(instance)?.bytes,
    format: formatBytes,
  },
};

function sum(doc: string, ofPart: (cost: Cost) => Dim, format: (count: Dim) => string): Metric {
  return { doc, ofPart, format, of: ({ cost }) => ofPart(cost) };
}

/** The metric of a budget's entry. */
export function metricNamed(name: string): Metric | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

/** What each entry allows and what the network takes. Those that are overrun are reported. */
export function checkBudgets(frame: Frame, network: Instance): readonly BudgetCheck[] {
  return network.body.statements.flatMap((statement) => {
    if (statement.kind !== "budget") return [];
    return statement.entries.flatMap((entry) => checkEntry(frame, entry, network) ?? []);
  });
}

function checkEntry(frame: Frame, entry: BudgetEntry, network: Instance): BudgetCheck | undefined {
  const { name, range } = entry.metric;
  const metric = metricNamed(name);
  if (!metric) {
    const known = Object.keys(metrics);
    const hint = didYouMean(nearestName(name, known)) || `; budgets are for ${known.join(", ")}`;
    report(frame, "unknown-name", range, `there is no budget for \`${name}\`${hint}`);
    return undefined;
  }
  const limit = evaluate(evaluation(frame, undefined), entry.limit);
  if (limit === undefined) return undefined;
  if (!isDim(limit)) {
    report(
      frame,
      "wrong-type",
      entry.limit.range,
      `a budget is a number, but this is ${describeType(limit)}`,
    );
    return undefined;
  }
  const spent = metric.of(network);
  const check = { entry, spent, limit };
  if (typeof spent !== "number" || typeof limit !== "number") return check;
  if (entry.operator === "<" ? spent < limit : spent <= limit) return check;
  const over = metric.format(spent - limit);
  const costly = metric.ofPart
    ? mostCostly(frame, network.steps, metric, metric.ofPart)
    : fullest(frame, network);
  const where = costly.map((c) => c.text).join(", ");
  report(
    frame,
    "over-budget",
    entry.range,
    `${name}: ${metric.format(spent)}, ${over} over the budget of ${metric.format(limit)}; ${metric.ofPart ? "most in" : "reached in"} ${where}`,
    costly.map(({ text, step }) => ({
      message: metric.ofPart ? text : `the most is alive in ${text}`,
      location: { section: frame.declaration.section, range: step.node.range },
    })),
    { kind: "spent", spent },
  );
  return check;
}

/** Where the most is alive. */
function fullest(frame: Frame, network: Instance) {
  const step = peakOf(network)?.at;
  return step ? [{ step, text: nameOf(frame, step) }] : [];
}

/** The three statements of the network's own body that cost most. */
function mostCostly(frame: Frame, steps: readonly Step[], metric: Metric, ofPart: (cost: Cost) => Dim) {
  return leaves(steps)
    .map((step) => ({ step, count: ofPart(step.cost) }))
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
