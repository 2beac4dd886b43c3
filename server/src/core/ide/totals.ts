/** What a network costs in all, as a line and as a table: for lenses, the status bar and hovers. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { FileAnalysis, NetworkAnalysis } from "../analysis.ts";
import { sizeBytes } from "../cost/cost.ts";
import { formatBytes, formatCount, formatExact } from "../cost/format.ts";
import { peakOf } from "../cost/peak.ts";
import { metricNamed } from "../elaborate/budget.ts";
import type { BudgetCheck, Instance } from "../elaborate/instance.ts";
import type { Analysis } from "../workspace.ts";
import { type Choices, chosenInstance, distinctInstances, isInstantiated, noChoices } from "./instances.ts";
import { nodesAt } from "./places.ts";

/** The totals of one network. */
export interface Totals {
  readonly network: string;
  /** `7.98M params · 2.83G MACs · 31.9 MB · peak 8.43 MB`. */
  readonly text: string;
  /** Its first two parts, for where room is short. */
  readonly brief: string;
  /** All figures, exact. */
  readonly figures: readonly (readonly [name: string, value: string])[];
}

/** Which network is meant where several are possible. */
export interface Preference {
  /** The one that was meant before. */
  readonly prefer?: string;
  readonly choices?: Choices;
}

/** The totals of the network at an offset, or of the first that uses the block there, or of the file's first. */
export function totals(
  analysis: Analysis,
  id: FileId,
  offset: number,
  preference: Preference = {},
): Totals | undefined {
  const file = analysis.of(id);
  const network = file && networkAt(file, offset, preference);
  return network?.instance && totalsOf(network.name, network.instance);
}

export function totalsNamed(analysis: Analysis, id: FileId, name: string): Totals | undefined {
  const network = analysis.of(id)?.networks.find((each) => each.name === name);
  return network?.instance && totalsOf(network.name, network.instance);
}

/** The network that is meant at an offset. */
export function networkAt(
  file: FileAnalysis,
  offset: number,
  { prefer, choices = noChoices }: Preference = {},
): NetworkAnalysis | undefined {
  const item = nodesAt(file.source, offset)?.item;
  const usable = file.networks.filter(({ instance }) => instance !== undefined);
  const own = usable.find(({ declaration }) => declaration === item);
  if (own) return own;
  const chosen = item && isInstantiated(item) ? chosenInstance(file, item, choices) : undefined;
  const users = item && isInstantiated(item) ? (chosen ? [chosen] : distinctInstances(file, item)) : [];
  const names = new Set(users.flatMap(({ uses }) => uses.map(({ network }) => network)));
  const using = names.size === 0 ? usable : usable.filter(({ name }) => names.has(name));
  return using.find(({ name }) => name === prefer) ?? using[0];
}

function totalsOf(network: string, instance: Instance): Totals {
  const text = totalsText(instance);
  const brief = text.split(separator).slice(0, 2).join(separator);
  return { network, text, brief, figures: figuresOf(instance) };
}

const separator = " · ";

/** An expression in named dimensions may be longer than a line. */
const maxPartLength = 48;

/** With what a budget allows: `1.24M of 1.25M params`. Unknown parts are left out. */
export function totalsText(instance: Instance): string {
  const budgets = new Map(instance.budgets.map((check) => [check.entry.metric.name, check]));
  const part = (name: string, value: string | undefined, write: (value: string) => string) => {
    const check = budgets.get(name);
    return value === undefined ? [] : [write(check ? `${value} of ${limitText(check)}` : value)];
  };
  const { cost } = instance;
  const { params, macs, flops, activationBytes } = cost;
  const peak = peakOf(instance)?.bytes;
  const known = <T>(value: T | undefined, format: (value: T) => string) =>
    value === undefined ? undefined : format(value);
  const parts = [
    ...part("params", known(params, formatCount), (text) => `${text} params`),
    ...part("macs", known(macs, formatCount), (text) => `${text} MACs`),
    ...(budgets.has("flops") ? part("flops", known(flops, formatCount), (text) => `${text} FLOPs`) : []),
    ...part("size", known(sizeBytes(cost), formatBytes), (text) => text),
    ...(budgets.has("activations")
      ? part("activations", known(activationBytes, formatBytes), (text) => `activations ${text}`)
      : []),
    ...part("peak", known(peak, formatBytes), (text) => `peak ${text}`),
  ].filter((text) => text.length <= maxPartLength);
  return parts.join(separator) || "costs not known";
}

/** `1.25M`, as the metric is written. */
export function limitText({ entry, limit }: BudgetCheck): string {
  return metricNamed(entry.metric.name)?.format(limit) ?? "?";
}

export function spentText({ entry, spent }: BudgetCheck): string {
  return metricNamed(entry.metric.name)?.format(spent) ?? "?";
}

/** Every figure with its unit. */
export function figuresOf(instance: Instance): readonly (readonly [string, string])[] {
  const { cost, layerCount } = instance;
  const peak = peakOf(instance);
  const figures: (readonly [string, string])[] = [
    ["parameters", `${formatExact(cost.params)} (${formatBytes(sizeBytes(cost))} at 32 bits)`],
    ["MACs", formatExact(cost.macs)],
    ["FLOPs", formatExact(cost.flops)],
    ["activations", formatBytes(cost.activationBytes)],
  ];
  if (peak) figures.push(["peak", `${formatBytes(peak.bytes)} alive at once`]);
  figures.push(["layers", formatExact(layerCount)]);
  for (const check of instance.budgets) {
    figures.push([`budget for ${check.entry.metric.name}`, `${spentText(check)} of ${limitText(check)}`]);
  }
  return figures;
}
