/**
 * The distinct instances of a block, or of a network with parameters, over the networks of its file; and the choice
 * of one of them, which hints, hovers and lenses then show instead of the range over all.
 */
import type { BlockDecl, FileId, Item, NetworkDecl } from "../../../../grammar/ast.ts";
import type { FileAnalysis } from "../analysis.ts";
import { addCosts, type Cost, noCost, scaleCost } from "../cost/cost.ts";
import { type Facts, gatherFacts, instancesByOwner } from "../cost/facts.ts";
import { formatCount } from "../cost/format.ts";
import { type Instance, kept } from "../elaborate/instance.ts";
import { formatShape } from "../shape/shape.ts";
import type { Analysis } from "../workspace.ts";
import { nodesAt } from "./places.ts";

/** What has instances. */
export type Instantiated = BlockDecl | NetworkDecl;

/** The instance that is shown of a block: names to keys. */
export type Choices = ReadonlyMap<string, string>;

export const noChoices: Choices = new Map();

/** One distinct instance as a picker lists it. */
export interface InstanceEntry {
  /** The same over edits that leave its arguments and input as they are. */
  readonly key: string;
  /** `bottleneck(planes: 128, stride: 2)`. */
  readonly title: string;
  /** `256×56×56 → 512×28×28`. */
  readonly shapes: string;
  /** `379K params · 296M MACs`. */
  readonly cost: string;
  /** `×3 in ResNet50, ×7 in ResNet152`. */
  readonly uses: string;
}

export interface InstanceList {
  readonly name: string;
  readonly entries: readonly InstanceEntry[];
  /** The key of the entry that is shown. */
  readonly chosen: string | undefined;
}

/** The instances of the block or network at an offset, or of the one of a name. */
export function instances(
  analysis: Analysis,
  id: FileId,
  at: number | string,
  choices: Choices = noChoices,
): InstanceList | undefined {
  const file = analysis.of(id);
  const item =
    typeof at === "string"
      ? file?.source.items.find((each) => isInstantiated(each) && each.name.name === at)
      : file && nodesAt(file.source, at)?.item;
  if (!file || !item || !isInstantiated(item)) return undefined;
  return {
    name: item.name.name,
    entries: distinctInstances(file, item).map(entryOf),
    chosen: chosenInstance(file, item, choices)?.key,
  };
}

export function isInstantiated(item: Item): item is Instantiated {
  return item.kind === "block" || item.kind === "network";
}

/** One instance and how often each network has it. */
export interface DistinctInstance {
  readonly key: string;
  readonly title: string;
  readonly instance: Instance;
  readonly uses: readonly { readonly network: string; readonly count: number }[];
}

const distinct = new WeakMap<FileAnalysis, Map<Instantiated, readonly DistinctInstance[]>>();

/** In the order of execution, first those of the first network. */
export function distinctInstances(file: FileAnalysis, item: Instantiated): readonly DistinctInstance[] {
  const byItem = distinct.get(file) ?? new Map<Instantiated, readonly DistinctInstance[]>();
  distinct.set(file, byItem);
  const known = byItem.get(item) ?? findInstances(file, item);
  byItem.set(item, known);
  return known;
}

function findInstances(file: FileAnalysis, item: Instantiated): readonly DistinctInstance[] {
  const found = new Map<Instance, DistinctInstance["uses"][number][]>();
  for (const { name, instance: root } of file.networks) {
    for (const { instance, count } of (root && instancesByOwner(root).get(item)) ?? []) {
      const uses = found.get(instance);
      if (uses) uses.push({ network: name, count });
      else found.set(instance, [{ network: name, count }]);
    }
  }
  return [...found].map(([instance, uses]) => new Distinct(instance, uses));
}

/** A class for its getters: most lists are only counted, and what an instance is called is not asked for. */
class Distinct implements DistinctInstance {
  readonly instance: Instance;
  readonly uses: DistinctInstance["uses"];

  constructor(instance: Instance, uses: DistinctInstance["uses"]) {
    this.instance = instance;
    this.uses = uses;
  }

  get key(): string {
    return `${this.instance.title} ${inputsText(this.instance)}`;
  }

  /** Networks go by the names that they were given. */
  get title(): string {
    const { instance, uses } = this;
    return instance.owner.kind === "network" ? uses.map(({ network }) => network).join(", ") : instance.title;
  }
}

function entryOf({ key, title, instance, uses }: DistinctInstance): InstanceEntry {
  const { cost } = instance;
  const used = uses.map(({ network, count }) => `×${count} in ${network}`);
  const more = used.length > maxUses ? [`${used.length - maxUses} more`] : [];
  return {
    key,
    title,
    shapes: `${inputsText(instance)} → ${formatShape(instance.result.shape)}`,
    cost: `${formatCount(cost.params)} params · ${formatCount(cost.macs)} MACs`,
    uses:
      instance.owner.kind === "network" ? instance.title : [...used.slice(0, maxUses), ...more].join(", "),
  };
}

/** Networks that an entry names. */
const maxUses = 4;

/** `256×56×56`: what an instance takes. */
export function inputsText({ inputs, declaredInputs }: Instance): string {
  const all = [...inputs, ...declaredInputs.map(({ tensor }) => tensor)];
  return all.map(({ shape }) => formatShape(shape)).join(", ");
}

// ── the chosen one ───────────────────────────────────────────────────────────────────────────────

export interface ChosenInstance extends DistinctInstance {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** What is chosen of a block; undefined where nothing is, or where an edit took it away. */
export function chosenInstance(
  file: FileAnalysis,
  item: Instantiated,
  choices: Choices,
): ChosenInstance | undefined {
  const key = choices.get(item.name.name);
  if (key === undefined) return undefined;
  const all = distinctInstances(file, item);
  const index = all.findIndex((each) => each.key === key);
  const found = all[index];
  if (!found) return undefined;
  const { title, instance, uses } = found;
  return { key, title, instance, uses, number: index + 1, of: all.length };
}

/** The facts to show in an item: those of the chosen instance, else those of all. */
export function factsShown(file: FileAnalysis, item: Item, choices: Choices): Facts {
  const chosen = isInstantiated(item) ? chosenInstance(file, item, choices) : undefined;
  return chosen ? factsOf(chosen.instance) : file.facts;
}

const factsByRoot = new WeakMap<Instance, Facts>();

/** The facts of what one instance executes. */
export function factsOf(instance: Instance): Facts {
  return kept(factsByRoot, instance, () => gatherFacts([instance]));
}

/** What all uses of a block cost in each network that has it. */
export function costsPerNetwork(all: readonly DistinctInstance[]): Cost[] {
  const costs = new Map<string, Cost>();
  for (const { instance, uses } of all) {
    for (const { network, count } of uses) {
      costs.set(network, addCosts(costs.get(network) ?? noCost, scaleCost(instance.cost, count)));
    }
  }
  return [...costs.values()];
}
