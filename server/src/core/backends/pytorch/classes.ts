/** Units to classes: those of the same text share one, with parameters and conditions for what differs. */
import type { Graph } from "../../ir/graph.ts";
import { type Drafting, draftOf, isChain } from "./draft.ts";
import { type Expr, text } from "./expression.ts";
import { className, freshName } from "./identifiers.ts";
import { mergedDrafts } from "./merge.ts";
import { classOf, type ModuleClass } from "./moduleClass.ts";
import { flat, type Unit, unitsOf } from "./units.ts";

/** The classes of a network, each after those that it uses; the network's own is the last. */
export function classesOf(
  graph: Graph,
  names: Set<string>,
): { readonly classes: readonly ModuleClass[]; readonly problems: Drafting["problems"] } {
  const root = unitsOf(graph);
  const made = new Map<Unit, Expr>();
  const ctx: Drafting = {
    construct: (unit) => made.get(unit) ?? text("None"),
    problems: [],
    rows: new Map(),
  };
  const networkName = freshName(graph.name, names);
  const classes: ModuleClass[] = [];
  for (const units of inOrder(root, ctx)) {
    for (const merged of mergedDrafts(units.map((unit) => draftOf(unit, ctx)))) {
      const own = merged.uses.map((use) => units[use]).filter((unit) => unit !== undefined);
      const [first] = own;
      if (!first) continue;
      const name = first === root ? networkName : freshName(classNameOf(first), names);
      const { made: written, construct } = classOf(name, merged, own);
      for (const [use, unit] of own.entries()) made.set(unit, construct(use));
      classes.push(written);
    }
  }
  return { classes, problems: ctx.problems };
}

/** Units with a class, by what they are a use of; those that others use come first. */
function inOrder(root: Unit, ctx: Drafting): readonly (readonly Unit[])[] {
  const byOwner = new Map<unknown, Unit[]>();
  const below = new Map<unknown, Set<unknown>>();
  const collect = (unit: Unit, owner: unknown) => {
    const own = isChain(unit, ctx) ? owner : unit.scope.owner;
    if (own !== owner || unit === root) {
      byOwner.set(own, [...(byOwner.get(own) ?? []), unit]);
      if (own !== owner) below.set(owner, (below.get(owner) ?? new Set()).add(own));
    }
    for (const item of flat(unit.items)) if (item.kind === "unit") collect(item, own);
  };
  collect(root, undefined);
  const order: Unit[][] = [];
  const seen = new Set<unknown>();
  const visit = (owner: unknown) => {
    if (seen.has(owner)) return;
    seen.add(owner);
    for (const inner of below.get(owner) ?? []) visit(inner);
    const units = byOwner.get(owner);
    if (units) order.push(units);
  };
  visit(root.scope.owner);
  return order;
}

function classNameOf({ scope }: Unit): string {
  const { owner } = scope;
  const declared = "name" in owner && typeof owner.name === "object" ? owner.name.name : undefined;
  const label = scope.prefix.split(".").at(-1) ?? "";
  return className(declared ?? (label.replace(/[\d_-]+$/, "") || scope.kind));
}
