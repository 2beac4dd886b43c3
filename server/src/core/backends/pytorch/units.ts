/**
 * The modules that a network is written with: of the scopes that its names come from, those that can be an nn.Module of
 * their own, with the tensors that go in and come out. The others are dissolved into what is around them.
 */
import type { Graph, GraphNode, GraphValue } from "../../ir/graph.ts";
import type { ScopeTrace } from "../../ir/trace.ts";

export interface Unit {
  readonly kind: "unit";
  readonly scope: ScopeTrace;
  readonly items: readonly Item[];
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}

export interface Layer {
  readonly kind: "layer";
  readonly node: GraphNode;
}

/** A repeat whose iterations are no modules. */
export interface Iterations {
  readonly kind: "iterations";
  readonly each: readonly (readonly Item[])[];
}

export type Item = Unit | Layer | Iterations;

/** The network as a unit, with all others inside. */
export function unitsOf(graph: Graph): Unit {
  const scope: ScopeTrace = graph.trace ?? {
    kind: "network",
    owner: nowhere,
    instance: undefined,
    prefix: "",
    items: [...graph.nodes],
  };
  const uses = new Map<GraphValue, Set<GraphNode | "output">>();
  const use = (value: GraphValue, by: GraphNode | "output") => {
    const users = uses.get(value) ?? new Set();
    uses.set(value, users.add(by));
  };
  for (const node of graph.nodes) for (const input of node.inputs) use(input, node);
  for (const { value } of graph.outputs) use(value, "output");
  return {
    kind: "unit",
    scope,
    items: settle(itemsOf(scope, uses), ""),
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ value }) => value),
  };
}

const nowhere = { kind: "body", range: { start: 0, end: 0 }, statements: [] } as const;

type Uses = ReadonlyMap<GraphValue, ReadonlySet<GraphNode | "output">>;

function itemsOf(scope: ScopeTrace, uses: Uses): Item[] {
  return scope.items.flatMap((item) =>
    "op" in item ? [{ kind: "layer", node: item } as const] : placed(item, scope, uses),
  );
}

/** A scope as a unit, or what is in it. */
function placed(scope: ScopeTrace, around: ScopeTrace, uses: Uses): readonly Item[] {
  if (scope.kind === "repeat") {
    const each = scope.items.map((item) => ("op" in item ? [] : placed(item, scope, uses)));
    return unitOr(scope, around, [{ kind: "iterations", each }], uses);
  }
  return unitOr(scope, around, itemsOf(scope, uses), uses);
}

function unitOr(scope: ScopeTrace, around: ScopeTrace, items: readonly Item[], uses: Uses): readonly Item[] {
  const { prefix } = scope;
  const parts = flat(items);
  const sharesName = prefix === around.prefix && scope.kind !== "call";
  const fits = parts.every((item) => {
    if (item.kind === "unit") return isUnder(item.scope.prefix, prefix);
    return item.node.weights.length === 0 || isUnder(item.node.name, prefix);
  });
  if (prefix === "" || sharesName || parts.length === 0 || !fits) return items;
  return [{ kind: "unit", scope, items: settle(items, prefix), ...ends(nodesOf(items), uses) }];
}

/** What goes into some nodes and what comes out. */
function ends(nodes: readonly GraphNode[], uses: Uses): Pick<Unit, "inputs" | "outputs"> {
  const inner = new Set<GraphNode | "output">(nodes);
  const made = new Set(nodes.map((node) => node.output));
  const inputs = new Set(nodes.flatMap((node) => node.inputs).filter((value) => !made.has(value)));
  const outputs = nodes
    .map((node) => node.output)
    .filter((value) => [...(uses.get(value) ?? [])].some((user) => !inner.has(user)));
  const last = nodes.at(-1)?.output;
  return { inputs: [...inputs], outputs: outputs.length > 0 || !last ? outputs : [last] };
}

/** Dissolves units whose names meet those of their neighbours. */
function settle(items: readonly Item[], prefix: string): readonly Item[] {
  const names = flat(items).flatMap((item) => {
    if (item.kind === "unit") return [item.scope.prefix];
    return item.node.weights.length > 0 ? [item.node.name] : [];
  });
  const meets = (unit: Unit) => {
    const own = unit.scope.prefix;
    return names.filter((name) => name === own || isUnder(name, own)).length > 1;
  };
  if (!flat(items).some((item) => item.kind === "unit" && meets(item))) return items;
  const open = (item: Item): readonly Item[] => {
    if (item.kind === "iterations")
      return [{ kind: "iterations", each: item.each.map((i) => i.flatMap(open)) }];
    return item.kind === "unit" && meets(item) ? item.items : [item];
  };
  return settle(items.flatMap(open), prefix);
}

/** Units and layers in order. */
export function flat(items: readonly Item[]): readonly (Unit | Layer)[] {
  return items.flatMap((item) => (item.kind === "iterations" ? item.each.flatMap(flat) : [item]));
}

function nodesOf(items: readonly Item[]): readonly GraphNode[] {
  return flat(items).flatMap((item) => (item.kind === "unit" ? nodesOf(item.items) : [item.node]));
}

export function isUnder(name: string, prefix: string): boolean {
  return prefix === "" ? name !== "" : name.startsWith(`${prefix}.`);
}

/** A name as its unit sees it. */
export function relative(name: string, unit: Unit): string {
  const { prefix } = unit.scope;
  return prefix === "" ? name : isUnder(name, prefix) ? name.slice(prefix.length + 1) : name;
}
