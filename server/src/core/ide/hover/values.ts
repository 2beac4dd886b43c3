/** What an expression, a name or a tensor of the text is, over all instances of the item that it stands in. */
import type { Expr, FileId, Item, Statement, SyntaxNode } from "../../../../../grammar/ast.ts";
import { declarations } from "../../../../../grammar/parse.ts";
import type { FileAnalysis } from "../../analysis.ts";
import type { Instance, Step } from "../../elaborate/instance.ts";
import { type EvaluationContext, evaluate } from "../../sema/evaluate.ts";
import type { LocalSymbol, Resolved } from "../../sema/symbols.ts";
import { named } from "../../shape/dim.ts";
import { formatShape } from "../../shape/shape.ts";
import { formatValue, isTensor, type TensorValue, type Value } from "../../values.ts";
import type { Analysis } from "../../workspace.ts";
import { chosenInstance, distinctInstances, factsShown, isInstantiated } from "../instances.ts";
import type { Place } from "./place.ts";

/** Where an expression stands. */
export type ValuePlace = Pick<Place, "analysis" | "file" | "item" | "statement" | "choices">;

/** One way in which the place is executed. */
interface Moment {
  readonly valueOf: (declaring: SyntaxNode) => Value;
  readonly entering: TensorValue | undefined;
  readonly current: TensorValue | undefined;
}

/** `64, 128 or 256`: the distinct values of an expression; undefined where none is known. */
export function valuesText(place: ValuePlace, expr: Expr): string | undefined {
  return listText(momentsOf(place).map((moment) => evaluateAt(place, moment, expr)));
}

/** The shape of the current tensor. */
export function currentText(place: ValuePlace): string | undefined {
  return listText(momentsOf(place).map(({ current }) => current));
}

/** The values of what a node declares: a parameter, a label, a loop variable, an input. */
export function declaredText(place: ValuePlace, declaring: SyntaxNode): string | undefined {
  return listText(momentsOf(place).map((moment) => moment.valueOf(declaring)));
}

/** The shapes that a statement leaves. */
export function outputsText({ file, item, choices }: ValuePlace, statement: Statement): string | undefined {
  const variants = factsShown(file, item, choices).get(statement)?.variants ?? [];
  return listText(variants.map(({ step }) => step.output));
}

/** The values of a variable that a statement declares. */
export function loopText(place: ValuePlace, statement: Statement, variable: number): string | undefined {
  const variants = factsShown(place.file, place.item, place.choices).get(statement)?.variants ?? [];
  if (statement.kind === "repeat") {
    const counts = variants.map(({ step }) =>
      step.kind === "repeat" ? step.runs.reduce((sum, { count }) => sum + count, 0) : 0,
    );
    const most = Math.max(0, ...counts);
    return most === 0 ? undefined : most === 1 ? "0" : `0 to ${most - 1}`;
  }
  const bindings = variants.flatMap(({ step }) => (step.kind === "group" ? step.steps : []));
  return listText(bindings.map((step) => (step.kind === "group" ? step.bindings?.[variable] : undefined)));
}

// ── moments ──────────────────────────────────────────────────────────────────────────────────────

/** More ways than a hover could tell apart. */
const maxMoments = 2000;

function momentsOf(place: ValuePlace): Moment[] {
  const { file, item, statement, choices } = place;
  const facts = factsShown(file, item, choices);
  const variants = statement && facts.get(statement)?.variants;
  if (variants && variants.length > 0) {
    return variants
      .slice(0, maxMoments)
      .map(({ step, instance }) => momentIn(instance, step, currentBefore(step)));
  }
  // A statement that only checks leaves no step: it sees what the one before it left.
  const before = statement && previous(item, statement);
  const seen = before && facts.get(before)?.variants;
  if (seen && seen.length > 0) {
    return seen.slice(0, maxMoments).map(({ step, instance }) => momentIn(instance, step, step.output));
  }
  const chosen = isInstantiated(item) ? chosenInstance(file, item, choices) : undefined;
  const instances = chosen ? [chosen] : isInstantiated(item) ? distinctInstances(file, item) : [];
  if (instances.length === 0) return [{ valueOf: () => undefined, entering: undefined, current: undefined }];
  return instances
    .slice(0, maxMoments)
    .map(({ instance }) => momentIn(instance, undefined, instance.inputs[0]));
}

function momentIn(instance: Instance, step: Step | undefined, current: TensorValue | undefined): Moment {
  const loopValue = (declaring: SyntaxNode) => {
    for (const { node, bindings } of (step && iterationsAround(instance, step)) ?? []) {
      const index =
        node.kind === "for" ? node.variables.findIndex(({ range }) => range === declaring.range) : -1;
      if (index >= 0) return bindings?.[index];
    }
    return undefined;
  };
  return {
    // Of a variable the instance keeps the last value only.
    valueOf: (declaring) => loopValue(declaring) ?? valueIn(instance, ({ node }) => node === declaring),
    get entering() {
      const entry = valueIn(instance, ({ kind }) => kind === "in");
      return isTensor(entry) ? entry : (instance.declaredInputs[0]?.tensor ?? instance.inputs[0]);
    },
    current,
  };
}

function valueIn({ values }: Instance, is: (symbol: LocalSymbol) => boolean): Value {
  for (const [symbol, value] of values) if (is(symbol)) return value;
  return undefined;
}

/** The iterations of `for` that a step stands in, outermost first. */
function iterationsAround(instance: Instance, wanted: Step): Extract<Step, { kind: "group" }>[] | undefined {
  const enter = (steps: readonly Step[]): Extract<Step, { kind: "group" }>[] | undefined => {
    for (const step of steps) {
      if (step === wanted) return [];
      if (step.kind !== "group") continue;
      const inner = enter(step.steps);
      if (inner) return step.form === "iteration" ? [step, ...inner] : inner;
    }
    return undefined;
  };
  return enter(instance.steps);
}

function currentBefore(step: Step): TensorValue | undefined {
  if (step.kind === "layer" || step.kind === "call") return step.inputs[0];
  return step.kind === "mark" ? step.output : step.input;
}

/** The statement before one in the same body that leaves a tensor. */
function previous(item: Item, statement: Statement): Statement | undefined {
  let found: Statement | undefined;
  const search = (statements: readonly Statement[]): boolean => {
    const index = statements.indexOf(statement);
    if (index >= 0) {
      found = statements
        .slice(0, index)
        .findLast(({ kind }) => !["expect", "require", "budget", "tap", "output"].includes(kind));
      return true;
    }
    return statements.some((each) => "body" in each && search(each.body.statements));
  };
  if (isInstantiated(item)) search(item.body.statements);
  return found;
}

// ── evaluation ───────────────────────────────────────────────────────────────────────────────────

function evaluateAt({ analysis, file, item }: ValuePlace, moment: Moment, expr: Expr): Value {
  if (item.kind === "import") return undefined;
  const { references } = file.resolutionOf(item);
  const ctx: EvaluationContext = {
    resolved: (node) => references.get(node),
    valueOf: (resolved) => resolvedValue(analysis, file, moment, resolved),
    tensor: (keyword) => (keyword === "it" ? moment.current : moment.entering),
    report: () => {},
  };
  return evaluate(ctx, expr);
}

function resolvedValue(analysis: Analysis, file: FileAnalysis, moment: Moment, resolved: Resolved): Value {
  switch (resolved.kind) {
    case "dim":
      return named(resolved.name);
    case "declaration":
      return constantValue(analysis, file.source.id, resolved.name) ?? blockValue(resolved.name);
    case "operator":
      return blockValue(resolved.name);
    case "word":
      return resolved.name;
    case "function":
      return undefined;
    default:
      return moment.valueOf(resolved.node);
  }
}

function blockValue(name: string): Value {
  return { kind: "block", name, key: name };
}

/** The value of a constant that a file sees; undefined for other names and for a constant with a fault. */
export function constantValue(analysis: Analysis, id: FileId, name: string, depth = 0): Value {
  const declaration = analysis.of(id)?.scope.lookup(name);
  if (declaration?.kind !== "const" || depth > 32) return undefined;
  const own = declaration.section.file;
  const home = analysis.of(own);
  if (!home || !declarations(home.source).includes(declaration)) return undefined;
  const { references } = home.resolutionOf(declaration);
  return evaluate(
    {
      resolved: (node) => references.get(node),
      valueOf: (resolved) =>
        resolved.kind === "declaration" ? constantValue(analysis, own, resolved.name, depth + 1) : undefined,
      tensor: () => undefined,
      report: () => {},
    },
    declaration.value,
  );
}

// ── text ─────────────────────────────────────────────────────────────────────────────────────────

/** Distinct values that are listed one by one. */
const maxListed = 8;

function listText(values: readonly Value[]): string | undefined {
  const known = values.filter((value) => value !== undefined);
  const numbers = known.every((value) => typeof value === "number");
  const sorted = numbers ? known.toSorted((a, b) => a - b) : known;
  const texts = [...new Set(sorted.map(valueText))];
  if (texts.length === 0) return undefined;
  if (texts.length > maxListed)
    return `${texts.slice(0, maxListed).join(", ")} and ${texts.length - maxListed} more`;
  return texts.length === 1 ? texts[0] : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

export function valueText(value: Value): string {
  if (isTensor(value)) return formatShape(value.shape);
  const text = formatValue(value);
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
}

/** A list of a hundred numbers is not read. */
const maxValue = 80;
