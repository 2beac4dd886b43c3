/**
 * What is known of each statement over all its instances: output shapes, cost of one use, number of uses. Hints and
 * hovers read it.
 */
import type { Section, Statement, SyntaxNode } from "../../../../grammar/ast.ts";
import { children } from "../../../../grammar/walk.ts";
import { eachStep, type Instance, kept, type Owner, type Step } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import type { Dim } from "../shape/dim.ts";
import type { Shape } from "../shape/shape.ts";
import { addCosts, type Cost, scaleCost } from "./cost.ts";

/** One distinct way in which a statement is executed. */
export interface Variant {
  readonly step: Step;
  readonly instance: Instance;
  /** Uses of it in one network. */
  readonly count: number;
}

export interface StatementFacts {
  /** In the order of execution, first those of the first network. */
  readonly variants: Variant[];
  /** Uses in each network that has the statement. */
  readonly usesPerNetwork: number[];
}

/** Of the networks of a file. Gathered when asked for, for all statements of a body at once. */
export interface Facts {
  get(statement: Statement): StatementFacts | undefined;
}

export function gatherFacts(roots: readonly Instance[]): Facts {
  const known = new Map<Statement, StatementFacts>();
  const gathered = new Set<Owner>();
  let networks: readonly InstancesByOwner[] | undefined;
  return {
    get(statement) {
      networks ??= roots.map(instancesByOwner);
      const owner = owners.get(statement);
      if (owner && !gathered.has(owner)) {
        gathered.add(owner);
        for (const network of networks) gather(known, network.get(owner) ?? []);
      }
      return known.get(statement);
    },
  };
}

/** Adds what the instances of one body in one network are made of. */
function gather(facts: Map<Statement, StatementFacts>, instances: readonly UsedInstance[]): void {
  const uses = new Map<Statement, number>();
  for (const { instance, count } of instances) {
    eachStep(instance.steps, (step) => {
      if (step.implied) return;
      const known = facts.get(step.node);
      const variant = { step, instance, count };
      if (known) known.variants.push(variant);
      else facts.set(step.node, { variants: [variant], usesPerNetwork: [] });
      uses.set(step.node, (uses.get(step.node) ?? 0) + count);
    });
  }
  for (const [statement, count] of uses) facts.get(statement)?.usesPerNetwork.push(count);
}

// ── instances by the body that they are made from ────────────────────────────────────────────────

interface UsedInstance {
  readonly instance: Instance;
  readonly count: number;
}

type InstancesByOwner = ReadonlyMap<Owner, readonly UsedInstance[]>;

const byRoot = new WeakMap<Instance, InstancesByOwner>();

function instancesByOwner(root: Instance): InstancesByOwner {
  return kept(byRoot, root, () => sortByOwner(root));
}

function sortByOwner(root: Instance): InstancesByOwner {
  const byOwner = new Map<Owner, UsedInstance[]>();
  for (const [instance, count] of countUses(root)) {
    noteOwners(instance.section);
    const used = byOwner.get(instance.owner);
    if (used) used.push({ instance, count });
    else byOwner.set(instance.owner, [{ instance, count }]);
  }
  return byOwner;
}

/** What a statement is elaborated with: the innermost repeat around it, or the block or network. */
const owners = new WeakMap<Statement, Owner>();
const noted = new WeakSet<Section>();

function noteOwners(section: Section): void {
  if (noted.has(section)) return;
  noted.add(section);
  const enter = (node: SyntaxNode, owner: Owner) => {
    if ("head" in node) owners.set(node, owner);
    for (const child of children(node)) enter(child, node.kind === "repeat" ? node : owner);
  };
  for (const item of section.items) if (item.kind !== "import") enter(item, item);
}

/** The least and the greatest of a quantity; unknown both when it can't be told. */
export interface Range {
  readonly least: Dim;
  readonly most: Dim;
}

export function rangeOf(values: readonly Dim[]): Range {
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === 0 || numbers.length < values.length) {
    const [first] = values;
    const same = values.every((value) => String(value) === String(first));
    return { least: same ? first : undefined, most: same ? first : undefined };
  }
  return {
    least: numbers.reduce((a, b) => Math.min(a, b)),
    most: numbers.reduce((a, b) => Math.max(a, b)),
  };
}

/** The distinct known output shapes, in the order of execution. */
export function outputShapes(facts: StatementFacts): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const { step } of facts.variants) {
    if (step.output.shape) shapes.set(step.output.key, step.output.shape);
  }
  return [...shapes.values()];
}

/** What all uses cost together, in all networks of the file. */
export function totalOf(facts: StatementFacts): Cost | undefined {
  return facts.variants
    .map(({ step, count }) => scaleCost(step.cost, count))
    .reduce<Cost | undefined>((sum, cost) => (sum ? addCosts(sum, cost) : cost), undefined);
}
