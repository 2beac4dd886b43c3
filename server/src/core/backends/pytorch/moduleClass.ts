/** A class's constructor: what its parameters are, and every number of it in terms of them. */

import { type Conditions, conditionalLines } from "./conditional.ts";
import { type Condition, conditionFor } from "./conditions.ts";
import type { Draft } from "./draft.ts";
import { call, type Expr, keyword, type Scalar, type Slot, slot, slotsOf } from "./expression.ts";
import { type Candidate, type Formula, formulaFor } from "./formula.ts";
import { freshName, isReserved } from "./identifiers.ts";
import { type Column, columnsOf, type Merged } from "./merge.ts";
import type { Unit } from "./units.ts";

export interface ModuleClass {
  readonly name: string;
  readonly doc: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly draft: Draft;
  readonly formulas: ReadonlyMap<Slot, Formula>;
  /** How `forward` finds a parameter, as an attribute. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface Parameter extends Candidate {
  /** What it is where it isn't given. */
  readonly default?: Scalar;
}

/** The class that some units share, and how each of them is made. */
export function classOf(
  name: string,
  merged: Merged,
  units: readonly Unit[],
): { readonly made: ModuleClass; readonly construct: (use: number) => Expr } {
  const candidates = declaredParameters(units, merged.inputs);
  const [channels, ...declared] = candidates;
  const flags: Parameter[] = [];
  const conditionOf = (holds: readonly boolean[], hint: string): Condition => {
    const known = conditionFor(holds, candidates);
    if (known) return known;
    const flag = freshName(
      hint,
      new Set([...merged.inputs, ...[...candidates, ...flags].map((c) => c.name)]),
    );
    flags.push({ name: flag, column: holds, default: false });
    return { kind: "flag", name: flag, negated: false };
  };
  const list = freshName("layers", new Set([...merged.inputs, ...candidates.map((c) => c.name)]));
  const { draft, conditions } = conditionalLines(merged, conditionOf, list);
  const columns = columnsOf(merged);
  const used = new Set(["self", ...merged.inputs]);
  const extra: Parameter[] = [];
  const formulas = new Map<Slot, Formula>();
  const mentioned = new Set(flags.map((flag) => flag.name));
  for (const condition of conditionsIn([draft.init, draft.forward]))
    for (const parameter of parametersOfCondition(condition)) mentioned.add(parameter);
  let lastOut: { readonly column: string; readonly formula: Formula } | undefined;
  for (const [hole, column] of columns) {
    const inFirst = hole.hint === "in_channels" ? candidates : [...declared, ...(channels ? [channels] : [])];
    // What enters is what the layer before left, where the numbers agree.
    const before = hole.hint === "in_channels" ? lastOut : undefined;
    const follows = before?.column === JSON.stringify(column);
    let formula =
      before && follows
        ? before.formula
        : (formulaFor(column, [...inFirst, ...extra], hole.hint) ??
          chosen(column, conditions, (part) => formulaFor(part, inFirst)));
    if (!formula) {
      const taken = new Set([...used, ...[...candidates, ...flags, ...extra].map((c) => c.name)]);
      const own = { name: freshName(hole.hint, taken), column };
      const first = column.find((value) => value !== undefined);
      const partial = first !== undefined && column.includes(undefined);
      extra.push(partial ? { ...own, default: first } : own);
      formula = { kind: "parameter", name: own.name };
    }
    if (hole.hint === "channels") lastOut = { column: JSON.stringify(column), formula };
    formulas.set(hole, formula);
    for (const parameter of parametersIn(formula)) mentioned.add(parameter);
  }
  const all = [...candidates, ...extra, ...flags].filter((c) => mentioned.has(c.name));
  const isOptional = (parameter: Parameter) => parameter.default !== undefined;
  const parameters = [...all.filter((p) => !isOptional(p)), ...all.filter(isOptional)];
  const inForward = slotsOf(draft.forward).flatMap((hole) => parametersIn(formulas.get(hole)));
  const construct = (use: number): Expr => {
    const args = parameters.map((p, i) => {
      const value = slot(p.name, p.column[use] ?? p.default ?? 0);
      return i < 2 && !isOptional(p) ? value : keyword(p.name, value, p.default);
    });
    return call(name, ...args);
  };
  const doc = units[0] && docOf(units[0]);
  const attributes = attributesFor(inForward, draft);
  return { made: { name, doc, parameters, draft, formulas, attributes }, construct };
}

/** One formula where a condition of the class holds, and another where not. */
function chosen(
  column: Column,
  conditions: Conditions,
  formulaOf: (column: Column) => Formula | undefined,
): Formula | undefined {
  for (const { holds, condition } of conditions) {
    const then = formulaOf(column.map((value, use) => (holds[use] ? value : undefined)));
    const otherwise = formulaOf(column.map((value, use) => (holds[use] ? undefined : value)));
    if (then && otherwise) return { kind: "choice", condition, then, otherwise };
  }
  return undefined;
}

/** Not the name of a module beside it. */
function attributesFor(parameters: readonly string[], draft: Draft): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const collect = (part: unknown) => {
    if (typeof part !== "object" || part === null) return;
    if ("path" in part && Array.isArray(part.path)) taken.add(String(part.path[0]?.text));
    for (const inner of Object.values(part)) collect(inner);
  };
  collect(draft.init);
  return new Map(
    parameters.map((name) => [name, taken.has(name) || isReserved(name) ? `${name}_` : name] as const),
  );
}

function conditionsIn(part: unknown): readonly Condition[] {
  if (typeof part !== "object" || part === null) return [];
  if ("kind" in part && part.kind === "condition" && "condition" in part)
    return [part.condition as Condition];
  return Object.values(part).flatMap(conditionsIn);
}

function parametersOfCondition(condition: Condition): readonly string[] {
  if (condition.kind === "flag") return [condition.name];
  return condition.tests.flatMap(({ left, right }) => [...parametersIn(left), ...parametersIn(right)]);
}

function parametersIn(formula: Formula | undefined): readonly string[] {
  if (formula?.kind === "parameter") return [formula.name];
  if (formula?.kind === "choice")
    return [
      ...parametersOfCondition(formula.condition),
      ...parametersIn(formula.then),
      ...parametersIn(formula.otherwise),
    ];
  return formula?.kind === "infix" ? [...parametersIn(formula.left), ...parametersIn(formula.right)] : [];
}

/** The channels that enter, then the block's own parameters; all that numbers may be told by. */
function declaredParameters(units: readonly Unit[], inputs: readonly string[]): readonly Parameter[] {
  const byName = new Map<string, { column: Scalar[]; default?: Scalar }>([["in_channels", { column: [] }]]);
  for (const { scope, inputs: tensors } of units) {
    for (const [symbol, value] of scope.instance?.values ?? []) {
      if (symbol.kind !== "param" || !isScalar(value)) continue;
      const known = byName.get(symbol.name) ?? { column: [], ...defaultOf(symbol.node) };
      known.column.push(slot("", value).value);
      byName.set(symbol.name, known);
    }
    const [input] = tensors;
    const channels = input && (input.shape.length > 2 ? input.shape[0] : input.shape.at(-1));
    if (typeof channels === "number") byName.get("in_channels")?.column.push(channels);
  }
  const reserved = new Set(["self", ...inputs]);
  return [...byName]
    .filter(([, { column }]) => column.length === units.length)
    .map(([name, parameter]) => ({ name: freshName(name, new Set(reserved)), ...parameter }));
}

/** The default that the text gives, if it is a plain value. */
function defaultOf(node: object): { readonly default?: Scalar } {
  if (!("default" in node) || typeof node.default !== "object" || node.default === null) return {};
  const literal = node.default as { readonly kind?: string; readonly value?: unknown };
  const { kind, value } = literal;
  return (kind === "number" || kind === "boolean") && isScalar(value) ? { default: value } : {};
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === "number" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "number");
}

function docOf({ scope }: Unit): string | undefined {
  const { owner } = scope;
  return "doc" in owner ? owner.doc : undefined;
}
