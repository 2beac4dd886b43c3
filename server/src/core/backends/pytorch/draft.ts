/**
 * A unit as a class to be: the lines of its `__init__` and `forward`, with all numbers as they are for this use. Tensors
 * get variables here. A tensor takes over the variable of an input that nothing needs any more, as people write
 * `x = self.conv(x)`.
 */
import type { GraphNode, GraphValue } from "../../ir/graph.ts";
import type { ExportProblem } from "../backend.ts";
import { call, type Expr, type Line, list, type Name, name, slot, text, tuple } from "./expression.ts";
import { freshName, isAttribute, isReserved } from "./identifiers.ts";
import { asLoop, loopLength } from "./loops.ts";
import { rowOf } from "./ops.ts";
import type { Row } from "./row.ts";
import { flat, type Item, isUnder, type Layer, relative, type Unit } from "./units.ts";

export interface Draft {
  readonly inputs: readonly string[];
  readonly init: readonly Line[];
  readonly forward: readonly Line[];
}

/** What drafts need to know of the whole. */
export interface Drafting {
  /** How a unit with a class of its own is made. */
  construct(unit: Unit): Expr;
  readonly problems: ExportProblem[];
  readonly rows: Map<GraphNode, Row>;
}

/** Whether a unit is one module after another, and is written as nn.Sequential rather than as a class. */
export function isChain(unit: Unit, ctx: Drafting): boolean {
  if (unit.scope.kind === "call" || unit.scope.kind === "network") return false;
  const [input, ...more] = unit.inputs;
  if (!input || more.length > 0 || unit.outputs.length !== 1) return false;
  let current = input;
  const names = new Set<string>();
  for (const item of flat(unit.items)) {
    const own = relative(nameOf(item), unit);
    if (own.includes(".") || names.has(own) || !isUnder(nameOf(item), unit.scope.prefix)) return false;
    names.add(own);
    if (item.kind === "unit") {
      const [only, ...others] = item.inputs;
      const [result, ...rest] = item.outputs;
      if (only !== current || others.length > 0 || !result || rest.length > 0) return false;
      current = result;
    } else {
      const row = rowFor(item.node, ctx);
      if (!row.module || row.use || item.node.inputs.length !== 1 || item.node.inputs[0] !== current)
        return false;
      current = item.node.output;
    }
  }
  return current === unit.outputs[0];
}

/** `nn.Sequential(…)` of a chain. */
export function sequential(unit: Unit, ctx: Drafting): Expr {
  const children = flat(unit.items).map((item) => ({
    name: name(relative(nameOf(item), unit)),
    module: moduleOf(item, ctx),
  }));
  if (children.every((child, i) => child.name.text === String(i)))
    return call("nn.Sequential", ...compressed(children.map(({ module }) => module)));
  const pairs = children.map((child) => tuple({ kind: "quoted", name: child.name }, child.module));
  return call("nn.Sequential", call("OrderedDict", list(...compressed(pairs))));
}

/** Three and more in a row that are alike are made in a loop. */
function compressed(parts: readonly Expr[]): Expr[] {
  const result: Expr[] = [];
  for (let i = 0; i < parts.length; ) {
    const length = loopLength(parts.slice(i), "i");
    const element = length >= 3 ? asLoop(parts.slice(i, i + length), "i") : undefined;
    const part = parts[i];
    if (element) result.push({ kind: "spread", element, variable: "i", count: slot("count", length) });
    else if (part) result.push(part);
    i += element ? length : 1;
  }
  return result;
}

function moduleOf(item: Unit | Layer, ctx: Drafting): Expr {
  if (item.kind === "unit") return isChain(item, ctx) ? sequential(item, ctx) : ctx.construct(item);
  return rowFor(item.node, ctx).module ?? text("nn.Identity()");
}

export function rowFor(node: GraphNode, ctx: Drafting): Row {
  const known = ctx.rows.get(node);
  if (known) return known;
  const found = rowOf(node);
  let row: Row = { module: text("nn.Identity()") };
  if ("problem" in found) ctx.problems.push({ node: node.name, origin: node.origin, message: found.problem });
  else row = found;
  ctx.rows.set(node, row);
  return row;
}

/** The variables of one class's `forward`. */
interface Variables {
  readonly of: Map<GraphValue, string>;
  readonly holds: Map<string, GraphValue>;
  readonly left: Map<GraphValue, number>;
  readonly used: Set<string>;
  /** Tensors that get a name of their own rather than the next free variable. */
  readonly named: Set<GraphValue>;
  /** Such names. */
  readonly labels: Set<string>;
}

export function draftOf(unit: Unit, ctx: Drafting): Draft {
  const variables: Variables = {
    of: new Map(),
    holds: new Map(),
    left: new Map(),
    used: new Set(),
    named: new Set(),
    labels: new Set(),
  };
  for (const item of flat(unit.items)) for (const value of inputsOf(item)) count(variables, value);
  for (const value of unit.outputs) count(variables, value);
  nameTensors(unit, variables);
  const inputs = unit.inputs.map((value, i) => {
    const variable = freshName(inputName(unit, value, i), variables.used);
    variables.of.set(value, variable);
    variables.holds.set(variable, value);
    return variable;
  });
  const lines = linesOf(unit.items, unit, variables, ctx);
  const values = unit.outputs.map((value) => text(variables.of.get(value) ?? "x"));
  return {
    inputs,
    init: [...containersOf(unit, ctx), ...lines.init],
    forward: [...lines.forward, { kind: "return", values }],
  };
}

/**
 * Tensors that are spoken of again later, several that are joined, and several results are called by their labels. In a
 * loop they have no name that stays the same.
 */
function nameTensors(unit: Unit, { named, left }: Variables): void {
  const results = unit.outputs.length > 1 ? unit.outputs : [];
  const joins = flat(unit.items)
    .map(inputsOf)
    .filter((values) => values.length > 2);
  const joined = new Set([...results, ...joins.flat()]);
  for (const item of unit.items) {
    if (item.kind === "iterations") continue;
    const label = relative(nameOf(item), unit).split(".").at(-1) ?? "";
    if (!isAttribute(label) || (item.kind === "layer" && !isNamed(item, label))) continue;
    for (const value of outputsOf(item))
      if ((left.get(value) ?? 0) > 1 || joined.has(value)) named.add(value);
  }
}

/** Names with dots lie in modules that hold others and compute nothing themselves, as far as can be by their names. */
function containersOf(unit: Unit, ctx: Drafting): Line[] {
  const items = flat(unit.items).filter((item) => item.kind === "unit" || isRegistered(item, unit, ctx));
  const own = new Set(items.map((item) => relative(nameOf(item), unit)));
  const lines: Line[] = [];
  for (const item of items) {
    const parts = relative(nameOf(item), unit).split(".");
    for (let length = 1; length < parts.length; length++) {
      const path = parts.slice(0, length);
      if (own.has(path.join("."))) continue;
      own.add(path.join("."));
      const prefix = `${path.join(".")}.`;
      const inside = items.filter((inner) => relative(nameOf(inner), unit).startsWith(prefix));
      const isDict = inside.every((inner) => {
        const [child = "", ...deeper] = relative(nameOf(inner), unit).slice(prefix.length).split(".");
        const isParameter = inner.kind === "layer" && rowFor(inner.node, ctx).parameter !== undefined;
        return !isReserved(child) && (deeper.length > 0 || !isParameter);
      });
      const value = call(isDict ? "nn.ModuleDict" : "nn.Module");
      lines.push({ kind: "module", path: path.map((part) => name(part)), value });
    }
  }
  return lines;
}

/** Whether a layer is an attribute: it has weights, or a label, or is nothing but a module. */
function isRegistered(item: Layer, unit: Unit, ctx: Drafting): boolean {
  const row = rowFor(item.node, ctx);
  if (row.parameter) return true;
  const own = relative(nameOf(item), unit);
  return row.module !== undefined && (item.node.weights.length > 0 || !row.plain || isNamed(item, own));
}

function count({ left }: Variables, value: GraphValue): void {
  left.set(value, (left.get(value) ?? 0) + 1);
}

/** The name of a tensor parameter, or of a network's input if there are several; else x. */
function inputName(unit: Unit, value: GraphValue, i: number): string {
  if (i === 0 && (unit.scope.kind !== "network" || unit.inputs.length === 1)) return "x";
  if (unit.scope.kind === "network") return value.name;
  const { instance, inputs = [] } = unit.scope;
  const tensor = instance?.inputs[inputs.indexOf(value)];
  for (const [symbol, held] of instance?.values ?? [])
    if (tensor && (held as unknown) === tensor) return symbol.name;
  return "y";
}

interface Lines {
  readonly init: Line[];
  readonly forward: Line[];
}

function linesOf(items: readonly Item[], unit: Unit, variables: Variables, ctx: Drafting): Lines {
  const lines: Lines = { init: [], forward: [] };
  const append = ({ init, forward }: Lines) => {
    lines.init.push(...init);
    lines.forward.push(...forward);
  };
  for (const item of items) {
    if (item.kind !== "iterations") append(linesOfOne(item, unit, variables, ctx));
    else append(looped(item.each.map((inner) => linesOf(inner, unit, variables, ctx))));
  }
  return lines;
}

/** Iterations that are alike are one loop. */
function looped(each: readonly Lines[]): Lines {
  const result: Lines = { init: [], forward: [] };
  for (let i = 0; i < each.length; ) {
    const length = loopLength(each.slice(i), "i");
    const body = length >= 2 ? asLoop(each.slice(i, i + length), "i") : undefined;
    const one = each[i];
    if (body) {
      const loop = { kind: "loop", variable: "i", count: slot("layers", length) } as const;
      if (body.init.length > 0) result.init.push({ ...loop, body: body.init });
      result.forward.push({ ...loop, body: body.forward });
    } else if (one) {
      result.init.push(...one.init);
      result.forward.push(...one.forward);
    }
    i += body ? length : 1;
  }
  return result;
}

function linesOfOne(item: Unit | Layer, unit: Unit, variables: Variables, ctx: Drafting): Lines {
  const path = relative(nameOf(item), unit)
    .split(".")
    .map((part) => name(part));
  const inputs = inputsOf(item);
  const operands = inputs.map((value) => text(variables.of.get(value) ?? "x"));
  const init: Line[] = [];
  let value: Expr;
  if (item.kind === "unit") {
    init.push({ kind: "module", path, value: moduleOf(item, ctx) });
    value = call({ kind: "member", path }, ...operands);
  } else {
    const row = rowFor(item.node, ctx);
    const self: Expr = { kind: "member", path };
    if (row.parameter) init.push({ kind: "parameter", path, value: row.parameter });
    const isModule = row.module && isRegistered(item, unit, ctx);
    if (row.module && isModule) init.push({ kind: "module", path, value: row.module });
    if ((row.parameter || isModule) && row.use) value = row.use(self, operands);
    else if (isModule) value = call(self, ...operands);
    else value = row.plain ? row.plain(operands) : (operands[0] ?? text("x"));
  }
  const targets = assign(inputs, outputsOf(item), path, variables);
  return { init, forward: [{ kind: "set", target: targets.join(", "), value }] };
}

/** Whether a layer's name is a label rather than its operator or its place. */
function isNamed(item: Layer, own: string): boolean {
  return !own.includes(".") && own.replace(/_\d+$/, "") !== item.node.op && !/^\d+$/.test(own);
}

/** Settles which variables the results go to. */
function assign(
  inputs: readonly GraphValue[],
  outputs: readonly GraphValue[],
  path: readonly Name[],
  variables: Variables,
): string[] {
  const { of, holds, left, used, named } = variables;
  for (const value of inputs) left.set(value, (left.get(value) ?? 0) - 1);
  const free = [...new Set(inputs)]
    .filter((value) => (left.get(value) ?? 0) <= 0)
    .map((value) => of.get(value));
  // A name says what it holds; others are free for anything.
  const reusable = free.filter((variable) => variable !== undefined && !variables.labels.has(variable));
  reusable.sort((a, b) => Number(b === "x") - Number(a === "x"));
  return outputs.map((output) => {
    const label = path.at(-1)?.text ?? "out";
    const own = named.has(output) ? freshName(label, used) : undefined;
    if (own !== undefined) variables.labels.add(own);
    const variable =
      own ??
      idleVariable(variables, /^x$/) ??
      reusable.shift() ??
      idleVariable(variables, /^out(_\d+)?$/) ??
      freshName("out", used);
    of.set(output, variable);
    holds.set(variable, output);
    return variable;
  });
}

/** A variable whose tensor nothing needs any more. */
function idleVariable({ holds, left }: Variables, called: RegExp): string | undefined {
  for (const [variable, value] of holds)
    if (called.test(variable) && (left.get(value) ?? 0) <= 0) return variable;
  return undefined;
}

export function nameOf(item: Unit | Layer): string {
  return item.kind === "unit" ? item.scope.prefix : item.node.name;
}

function inputsOf(item: Unit | Layer): readonly GraphValue[] {
  return item.kind === "unit" ? item.inputs : item.node.inputs;
}

function outputsOf(item: Unit | Layer): readonly GraphValue[] {
  return item.kind === "unit" ? item.outputs : [item.node.output];
}
