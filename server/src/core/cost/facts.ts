/**
 * What is known of each statement over all its instances: output shapes, cost of one use, number of uses. Hints and
 * hovers read it.
 */
import type { Statement } from "../../../../grammar/ast.ts";
import { type Instance, kept, type Step, stepsOf } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import type { Dim } from "../shape/dim.ts";
import { type Shape, shapeKey } from "../shape/shape.ts";
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

export type Facts = ReadonlyMap<Statement, StatementFacts>;

/** Of one network, by statement. */
type NetworkFacts = ReadonlyMap<Statement, { readonly variants: readonly Variant[]; readonly uses: number }>;

const factsByRoot = new WeakMap<Instance, NetworkFacts>();

export function gatherFacts(roots: readonly Instance[]): Facts {
  const facts = new Map<Statement, StatementFacts>();
  for (const root of roots) {
    for (const [node, { variants, uses }] of kept(factsByRoot, root, () => networkFacts(root))) {
      const known = facts.get(node);
      if (known) {
        for (const variant of variants) known.variants.push(variant);
        known.usesPerNetwork.push(uses);
      } else facts.set(node, { variants: [...variants], usesPerNetwork: [uses] });
    }
  }
  return facts;
}

function networkFacts(root: Instance): NetworkFacts {
  const facts = new Map<Statement, { variants: Variant[]; uses: number }>();
  for (const [instance, count] of countUses(root)) {
    for (const step of stepsOf(instance)) {
      if (step.implied) continue;
      const known = facts.get(step.node);
      if (known) {
        known.variants.push({ step, instance, count });
        known.uses += count;
      } else facts.set(step.node, { variants: [{ step, instance, count }], uses: count });
    }
  }
  return facts;
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
    if (step.output.shape) shapes.set(shapeKey(step.output.shape), step.output.shape);
  }
  return [...shapes.values()];
}

/** What all uses cost together, in all networks of the file. */
export function totalOf(facts: StatementFacts): Cost | undefined {
  return facts.variants
    .map(({ step, count }) => scaleCost(step.cost, count))
    .reduce<Cost | undefined>((sum, cost) => (sum ? addCosts(sum, cost) : cost), undefined);
}
