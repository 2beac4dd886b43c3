/** Units to classes: those of the same text whose code is the same share one, with parameters for numbers that differ. */
import type { Graph } from "../../ir/graph.ts";
import { type Draft, type Drafting, draftOf, isChain, keyOf } from "./draft.ts";
import { call, type Expr, keyword, type Scalar, type Slot, slot, slotsOf, text } from "./expression.ts";
import { type Candidate, type Formula, formulaFor } from "./formula.ts";
import { className, freshName } from "./identifiers.ts";
import { flat, type Unit, unitsOf } from "./units.ts";

export interface ModuleClass {
  readonly name: string;
  readonly doc: string | undefined;
  readonly parameters: readonly string[];
  readonly draft: Draft;
  readonly formulas: ReadonlyMap<Slot, Formula>;
  /** Parameters that `forward` uses. */
  readonly kept: ReadonlySet<string>;
}

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
  const networkName = freshName(className(graph.name), names);
  const classes: ModuleClass[] = [];
  for (const units of inOrder(root, ctx)) {
    const groups = new Map<string, { unit: Unit; draft: Draft }[]>();
    for (const unit of units) {
      const draft = draftOf(unit, ctx);
      const key = keyOf(draft);
      groups.set(key, [...(groups.get(key) ?? []), { unit, draft }]);
    }
    for (const group of groups.values()) {
      const [one] = group;
      if (!one) continue;
      const name = one.unit === root ? networkName : freshName(classNameOf(one.unit), names);
      classes.push(classOf(name, group, made));
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

type Member = { readonly unit: Unit; readonly draft: Draft };

function classOf(name: string, group: readonly Member[], made: Map<Unit, Expr>): ModuleClass {
  const [first] = group as [Member];
  const columns = group.map(({ draft }) => slotsOf([draft.init, draft.forward]));
  const candidates = candidatesOf(group);
  const used = new Set(["self", ...first.draft.inputs]);
  const extra: Candidate[] = [];
  const formulas = new Map<Slot, Formula>();
  const mentioned = new Set<string>();
  const kept = new Set<string>();
  const own = slotsOf(first.draft.init);
  let lastOut: { readonly column: readonly Scalar[]; readonly formula: Formula } | undefined;
  slotsOf([first.draft.init, first.draft.forward]).forEach((hole, i) => {
    const column = columns.map((slots): Scalar => slots[i]?.value ?? 0);
    const inFirst = hole.hint === "in_channels" ? candidates.toReversed() : candidates;
    // What enters is what the layer before left, where the numbers agree.
    const before = hole.hint === "in_channels" ? lastOut : undefined;
    const follows = before && JSON.stringify(before.column) === JSON.stringify(column);
    let formula = follows ? before.formula : formulaFor(column, [...inFirst, ...extra]);
    if (!formula) {
      const taken = new Set([...used, ...candidates.map((c) => c.name), ...extra.map((c) => c.name)]);
      const candidate = { name: freshName(hole.hint, taken), column };
      extra.push(candidate);
      formula = { kind: "parameter", name: candidate.name };
    }
    if (hole.hint === "channels") lastOut = { column, formula };
    formulas.set(hole, formula);
    for (const parameter of parametersIn(formula)) {
      mentioned.add(parameter);
      if (i >= own.length) kept.add(parameter);
    }
  });
  const parameters = [...candidates.toReversed(), ...extra].filter((c) => mentioned.has(c.name));
  group.forEach(({ unit }, use) => {
    const args = parameters.map((p, i) => {
      const value = slot(p.name, p.column[use] ?? 0);
      return i < 2 ? value : keyword(p.name, value);
    });
    made.set(unit, call(name, ...args));
  });
  return {
    name,
    doc: docOf(first.unit),
    parameters: parameters.map((p) => p.name),
    draft: first.draft,
    formulas,
    kept,
  };
}

function parametersIn(formula: Formula): readonly string[] {
  if (formula.kind === "parameter") return [formula.name];
  return formula.kind === "infix" ? [...parametersIn(formula.left), ...parametersIn(formula.right)] : [];
}

/** What numbers may be told by: the block's own parameters, then the channels that enter. */
function candidatesOf(group: readonly Member[]): readonly Candidate[] {
  const byName = new Map<string, Scalar[]>();
  for (const { unit } of group) {
    for (const [symbol, value] of unit.scope.instance?.values ?? []) {
      if (symbol.kind !== "param") continue;
      if (isScalar(value))
        byName.set(symbol.name, [...(byName.get(symbol.name) ?? []), slot("", value).value]);
    }
    const [input] = unit.inputs;
    const channels = input && (input.shape.length > 2 ? input.shape[0] : input.shape.at(-1));
    if (typeof channels === "number")
      byName.set("in_channels", [...(byName.get("in_channels") ?? []), channels]);
  }
  const reserved = new Set(["self", ...(group[0]?.draft.inputs ?? [])]);
  return [...byName]
    .filter(([, column]) => column.length === group.length)
    .map(([name, column]) => ({ name: freshName(name, new Set(reserved)), column }));
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === "number" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "number");
}

function docOf({ scope }: Unit): string | undefined {
  const { owner } = scope;
  return "doc" in owner ? owner.doc : undefined;
}
