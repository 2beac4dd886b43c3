/** Where a network's cost is: the share of each line of the text, over all its instances. */
import type { FileId, Section, Statement } from "../../../../grammar/ast.ts";
import type { NetworkAnalysis } from "../analysis.ts";
import { addCosts, type Cost, noCost, scaleCost, totalCost } from "../cost/cost.ts";
import type { Variant } from "../cost/facts.ts";
import { type Instance, kept, stepsOf } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import type { Dim } from "../shape/dim.ts";
import type { Analysis } from "../workspace.ts";
import { type Choices, noChoices } from "./instances.ts";
import { shareText } from "./text.ts";
import { networkAt } from "./totals.ts";

export type CostMetric = "params" | "macs" | "activations";
/** `time` is measured, not worked out: `timeHeat` tells it. */
export type HeatMetric = CostMetric | "time";

export interface Heat {
  readonly network: string;
  readonly metric: HeatMetric;
  /** Those that cost anything, from the top. */
  readonly lines: readonly HeatLine[];
}

export interface HeatLine {
  /** Zero-based. */
  readonly line: number;
  /** Of the network's total, from 0 to 1: what the line's layers cost in all its uses, with the blocks that it calls. */
  readonly share: number;
  /** `38%`. */
  readonly text: string;
  /** `38% of the MACs of Net`. */
  readonly description: string;
}

export interface HeatOptions {
  readonly metric: CostMetric;
  /** Where the cursor is: its network is meant. */
  readonly offset: number;
  /** The network that is meant where several are possible. */
  readonly prefer?: string;
  readonly choices?: Choices;
}

export function heat(analysis: Analysis, id: FileId, options: HeatOptions): Heat | undefined {
  const file = analysis.of(id);
  const { metric, offset, prefer, choices = noChoices } = options;
  const network = file && networkAt(file, offset, { choices, ...(prefer === undefined ? {} : { prefer }) });
  const root = network?.instance;
  if (!file || !root) return undefined;
  const { of, noun } = heatMetrics[metric];
  const total = of(root.cost);
  const { lines, sections } = file.source;
  const offsets = new Map<Section, number>(sections.map(({ section, offset: at }) => [section, at]));
  const byLine = new Map<number, number>();
  for (const [statement, { section, cost }] of costsByStatement(root)) {
    const at = offsets.get(section);
    const share = shareOf(of(cost), total);
    if (at === undefined || share === undefined || share === 0) continue;
    const { line } = lines.position(statement.head.start + at);
    byLine.set(line, (byLine.get(line) ?? 0) + share);
  }
  return {
    network: network.name,
    metric,
    lines: [...byLine]
      .sort(([a], [b]) => a - b)
      .map(([line, share]) => {
        const text = shareText(share);
        return { line, share, text, description: `${text} of the ${noun} of ${network.name}` };
      }),
  };
}

const heatMetrics: Readonly<Record<CostMetric, { readonly of: (cost: Cost) => Dim; readonly noun: string }>> =
  {
    params: { of: (cost) => cost.params, noun: "parameters" },
    macs: { of: (cost) => cost.macs, noun: "MACs" },
    activations: { of: (cost) => cost.activationBytes, noun: "activations" },
  };

interface StatementCost {
  readonly section: Section;
  readonly cost: Cost;
}

const costsByRoot = new WeakMap<Instance, ReadonlyMap<Statement, StatementCost>>();

/** What each layer and call costs in all its uses. What holds others is left to them. */
function costsByStatement(root: Instance): ReadonlyMap<Statement, StatementCost> {
  return kept(costsByRoot, root, () => {
    const costs = new Map<Statement, StatementCost>();
    for (const [instance, count] of countUses(root)) {
      for (const step of stepsOf(instance)) {
        if (step.kind !== "layer" && step.kind !== "call") continue;
        const known = costs.get(step.node)?.cost ?? noCost;
        const cost = addCosts(known, scaleCost(step.cost, count));
        costs.set(step.node, { section: instance.section, cost });
      }
    }
    return costs;
  });
}

/** `38% of MACs, 12% of parameters of Net`, of all uses that the network makes of a statement's variants. */
export function variantShares(
  network: NetworkAnalysis | undefined,
  variants: readonly Variant[],
): string | undefined {
  const root = network?.instance;
  if (!root) return undefined;
  const uses = countUses(root);
  const steps = new Map(variants.map(({ step, instance }) => [step, uses.get(instance) ?? 0]));
  const cost = totalCost([...steps].map(([step, count]) => scaleCost(step.cost, count)));
  const shares = (["macs", "params", "activations"] as const).flatMap((metric) => {
    const { of, noun } = heatMetrics[metric];
    const share = shareOf(of(cost), of(root.cost));
    return share === undefined || share === 0 ? [] : [`${shareText(share)} of ${noun}`];
  });
  return shares.length === 0 ? undefined : `${shares.join(", ")} of ${network.name}`;
}

function shareOf(part: Dim, total: Dim): number | undefined {
  return typeof part === "number" && typeof total === "number" && total > 0 ? part / total : undefined;
}
