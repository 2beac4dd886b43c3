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
  const gathered = new Map<Owner, BodyFacts>();
  let instances: ReadonlyMap<Owner, readonly Used[]> | undefined;
  return {
    get(statement) {
      instances ??= mergeByOwner(roots);
      const owner = owners.get(statement);
      if (!owner) return undefined;
      const facts = gathered.get(owner) ?? bodyFacts(owner, instances.get(owner) ?? []);
      gathered.set(owner, facts);
      return facts.get(statement);
    },
  };
}

type BodyFacts = ReadonlyMap<Statement, StatementFacts>;

/** The facts of each body as they were last: most edits leave them as they are, and so the objects. */
const lastFacts = new WeakMap<Owner, { readonly networks: readonly Used[]; readonly facts: BodyFacts }>();

function bodyFacts(owner: Owner, networks: readonly Used[]): BodyFacts {
  const last = lastFacts.get(owner);
  if (last && sameNetworks(last.networks, networks)) return last.facts;
  const facts = new Map<Statement, StatementFacts>();
  for (const instances of networks) gather(facts, instances);
  lastFacts.set(owner, { networks, facts });
  return facts;
}

function sameNetworks(a: readonly Used[], b: readonly Used[]): boolean {
  return a.length === b.length && a.every((used, i) => used === b[i] || sameInstances(used, b[i] ?? []));
}

function sameInstances(a: Used, b: Used): boolean {
  return (
    a.length === b.length &&
    a.every(({ instance, count }, i) => instance === b[i]?.instance && count === b[i].count)
  );
}

/** Adds what the instances of one body in one network are made of. */
function gather(facts: Map<Statement, StatementFacts>, instances: Used): void {
  const uses = new Map<Statement, number>();
  for (const { instance, count } of instances) {
    eachStep(instance.steps, (step) => {
      if (step.implied) return;
      let known = facts.get(step.node);
      if (!known) {
        known = { variants: [], usesPerNetwork: [] };
        facts.set(step.node, known);
      }
      known.variants.push({ step, instance, count });
      uses.set(step.node, (uses.get(step.node) ?? 0) + count);
    });
  }
  for (const [statement, count] of uses) facts.get(statement)?.usesPerNetwork.push(count);
}

// ── instances by the body that they are made from ────────────────────────────────────────────────

/** The instances of one body in one network, each with its number of uses. */
type Used = readonly { readonly instance: Instance; readonly count: number }[];

/** Network by network. */
function mergeByOwner(roots: readonly Instance[]): ReadonlyMap<Owner, readonly Used[]> {
  const merged = new Map<Owner, Used[]>();
  for (const root of roots) {
    for (const [owner, used] of instancesByOwner(root)) {
      const known = merged.get(owner);
      if (known) known.push(used);
      else merged.set(owner, [used]);
    }
  }
  return merged;
}

const byRoot = new WeakMap<Instance, ReadonlyMap<Owner, Used>>();

/** Of one network, in the order in which execution first reaches them. */
export function instancesByOwner(root: Instance): ReadonlyMap<Owner, Used> {
  return kept(byRoot, root, () => {
    const byOwner = new Map<Owner, Used[number][]>();
    for (const [instance, count] of countUses(root)) {
      noteOwners(instance.section);
      const used = byOwner.get(instance.owner);
      if (used) used.push({ instance, count });
      else byOwner.set(instance.owner, [{ instance, count }]);
    }
    return byOwner;
  });
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
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (typeof value !== "number") return rangeOfNamed(values);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? { least: undefined, most: undefined } : { least, most };
}

/** Where some are known by name only, no more can be told than whether all are the same. */
function rangeOfNamed(values: readonly Dim[]): Range {
  const [first] = values;
  const same = values.every((value) => String(value) === String(first));
  return { least: same ? first : undefined, most: same ? first : undefined };
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
