/** The state of one instance while it is being elaborated, and evaluation within it. */
import type { Declaration, Expr, FileId, Label, Location, TextRange } from "../../../../grammar/ast.ts";
import { noCost, totalCost } from "../cost/cost.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, FixData, Related } from "../diagnostics/diagnostic.ts";
import { type EvaluationContext, evaluate } from "../sema/evaluate.ts";
import type { Resolution } from "../sema/resolve.ts";
import type { LocalSymbol, Resolved } from "../sema/symbols.ts";
import { DimExpr, named, subtract } from "../shape/dim.ts";
import type { Shape } from "../shape/shape.ts";
import { formatValue, isTensor, type Value } from "../values.ts";
import { type ConstantValue, type Elaborator, resolutionOf, scopeFor } from "./elaborator.ts";
import {
  type BrokenRequirement,
  type Equation,
  type NamedTensor,
  type StatementCheck,
  type Step,
  type StepLabel,
  type Tensor,
  tensor,
  type Uses,
} from "./instance.ts";

export interface Frame {
  readonly elaborator: Elaborator;
  readonly declaration: Declaration;
  readonly resolution: Resolution;
  readonly values: Map<LocalSymbol, Value>;
  readonly inputs: NamedTensor[];
  readonly outputs: NamedTensor[];
  readonly diagnostics: Diagnostic[];
  readonly brokenRequirements: BrokenRequirement[];
  /** Made when the first is found. */
  checks: StatementCheck[] | undefined;
  readonly equations: Equation[];
  readonly uses: Map<FileId, Map<string, Declaration | undefined>>;
  /** What was inherited last: iterations of a repeat mostly bring the same again. */
  inherited: Uses | undefined;
  layerCount: number;
  /** The body of a repeat, which is an instance of its own. */
  readonly isIteration: boolean;
  /** A fault that is reported once for the instance, not at each statement, has been reported. */
  reportedNoInput: boolean;
}

export function createFrame(elaborator: Elaborator, declaration: Declaration, isIteration = false): Frame {
  return {
    elaborator,
    declaration,
    resolution: resolutionOf(elaborator, declaration),
    values: new Map(),
    inputs: [],
    outputs: [],
    diagnostics: [],
    brokenRequirements: [],
    checks: undefined,
    equations: [],
    uses: new Map(),
    inherited: undefined,
    layerCount: 0,
    isIteration,
    // The body around an iteration has reported it.
    reportedNoInput: isIteration,
  };
}

export function at(frame: Frame, range: TextRange): Location {
  return { section: frame.declaration.section, range };
}

export function report(
  frame: Frame,
  code: DiagnosticCode,
  range: TextRange,
  message: string,
  related: readonly Related[] = [],
  data?: FixData,
): void {
  frame.diagnostics.push({ code, message, location: at(frame, range), related, ...(data ? { data } : {}) });
}

export function noteCheck(frame: Frame, check: StatementCheck): void {
  frame.checks ??= [];
  frame.checks.push(check);
}

/** Notes that two shapes must be equal where that depends on sizes known by name. */
export function requireEqual(frame: Frame, a: Shape, b: Shape, range: TextRange): void {
  for (const [axis, dim] of a.entries()) {
    const difference = subtract(dim, b[axis]);
    if (difference instanceof DimExpr) frame.equations.push({ difference, location: at(frame, range) });
  }
}

/** Looks a name up among those that a file sees, and notes that the instance depends on it. */
export function lookup(
  frame: Frame,
  name: string,
  file: FileId = frame.declaration.section.file,
): Declaration | undefined {
  const declaration = frame.elaborator.scopeOf(file).lookup(name);
  note(frame, file, name, declaration);
  return declaration;
}

/** An instance depends on all that those inside it depend on. */
export function inheritUses(frame: Frame, uses: Uses): void {
  if (frame.inherited === uses) return;
  frame.inherited = uses;
  for (const [file, names] of uses)
    for (const [name, declaration] of names) note(frame, file, name, declaration);
}

/** What the frame has used. Instances of one body mostly use the same: they share one object, checked once. */
export function keptUses(frame: Frame): Uses {
  const { usesByDeclaration } = frame.elaborator;
  const known = usesByDeclaration.get(frame.declaration) ?? [];
  const same = known.find((uses) => equalUses(uses, frame.uses));
  if (same) return same;
  known.push(frame.uses);
  usesByDeclaration.set(frame.declaration, known);
  return frame.uses;
}

function equalUses(a: Uses, b: Uses): boolean {
  if (a.size !== b.size) return false;
  for (const [file, names] of a) {
    const others = b.get(file);
    if (others?.size !== names.size) return false;
    for (const [name, declaration] of names)
      if (!others.has(name) || others.get(name) !== declaration) return false;
  }
  return true;
}

function note(frame: Frame, file: FileId, name: string, declaration: Declaration | undefined): void {
  const names = frame.uses.get(file);
  if (names) names.set(name, declaration);
  else frame.uses.set(file, new Map([[name, declaration]]));
}

/** Evaluation where `it` is the given tensor. */
export function evaluation(frame: Frame, current: Tensor | undefined): EvaluationContext {
  return new FrameEvaluation(frame, current);
}

/** A class for its speed: one small object where closures would be five, for every expression. */
class FrameEvaluation implements EvaluationContext {
  readonly #frame: Frame;
  readonly #current: Tensor | undefined;

  constructor(frame: Frame, current: Tensor | undefined) {
    this.#frame = frame;
    this.#current = current;
  }

  resolved(node: Expr): Resolved | undefined {
    return this.#frame.resolution.references.get(node);
  }

  valueOf(resolved: Resolved): Value {
    return resolvedValue(this.#frame, resolved);
  }

  tensor(keyword: "it" | "in"): Tensor | undefined {
    return keyword === "it" ? this.#current : enteringTensor(this.#frame);
  }

  report(code: DiagnosticCode, range: TextRange, message: string): void {
    report(this.#frame, code, range, message);
  }
}

function enteringTensor(frame: Frame): Tensor | undefined {
  const value = frame.values.get(frame.resolution.entry);
  return value === undefined ? frame.inputs[0]?.tensor : (value as Tensor);
}

function resolvedValue(frame: Frame, resolved: Resolved): Value {
  switch (resolved.kind) {
    case "dim":
      return named(resolved.name);
    case "declaration": {
      const declaration = lookup(frame, resolved.name);
      if (declaration?.kind === "const") {
        const { value, uses } = constant(frame.elaborator, declaration);
        inheritUses(frame, uses);
        return value;
      }
      const { file } = frame.declaration.section;
      return declaration && { kind: "block", name: resolved.name, key: `${file}#${resolved.name}`, file };
    }
    case "operator":
      return { kind: "block", name: resolved.name, key: `operator ${resolved.name}` };
    case "word":
      return resolved.name;
    case "function":
      return undefined;
    default:
      return frame.values.get(resolved);
  }
}

/** The value of a `const`; one that depends on itself is unknown. Its faults are told by `constantDiagnostics`. */
function constant(elaborator: Elaborator, declaration: Constant): ConstantValue {
  const known = elaborator.constants.get(declaration);
  if (known) return known;
  elaborator.constants.set(declaration, { value: undefined, uses: new Map() });
  const frame = createFrame(elaborator, declaration);
  const made = { value: evaluate(evaluation(frame, undefined), declaration.value), uses: frame.uses };
  elaborator.constants.set(declaration, made);
  return made;
}

/** The faults of a `const`: of its expression, or that it depends on itself. */
export function constantDiagnostics(
  elaborator: Elaborator,
  declaration: Extract<Declaration, { kind: "const" }>,
): readonly Diagnostic[] {
  const frame = createFrame(elaborator, declaration);
  const cycle = constantCycle(elaborator, declaration, []);
  if (cycle) {
    const names = cycle.map((d) => d.name.name).join(" → ");
    report(
      frame,
      "recursive-definition",
      declaration.name.range,
      `a constant can't depend on itself: ${names}`,
    );
  } else evaluate(evaluation(frame, undefined), declaration.value);
  return frame.diagnostics;
}

type Constant = Extract<Declaration, { kind: "const" }>;

/** The way from a constant back to itself, if there is one. */
function constantCycle(
  elaborator: Elaborator,
  declaration: Constant,
  path: readonly Constant[],
): readonly Constant[] | undefined {
  if (path.includes(declaration)) return path[0] === declaration ? [...path, declaration] : undefined;
  for (const resolved of resolutionOf(elaborator, declaration).references.values()) {
    const next =
      resolved.kind === "declaration" ? scopeFor(elaborator, declaration).lookup(resolved.name) : undefined;
    const cycle =
      next?.kind === "const" ? constantCycle(elaborator, next, [...path, declaration]) : undefined;
    if (cycle) return cycle;
  }
  return undefined;
}

/** A label with its holes filled in. */
export function stepLabel(
  frame: Frame,
  label: Label | undefined,
  current: Tensor | undefined,
): StepLabel | undefined {
  if (!label) return undefined;
  if (label.holes.length === 0) return plainLabel(label);
  const ctx = evaluation(frame, current);
  let [text = ""] = label.texts;
  let hole = 1;
  for (const expr of label.holes) text += formatValue(evaluate(ctx, expr)) + (label.texts[hole++] ?? "");
  return { text, template: label.template };
}

const plainLabels = new WeakMap<Label, StepLabel>();

/** A label without holes is the same in every instance. */
function plainLabel(label: Label): StepLabel {
  const known = plainLabels.get(label) ?? { text: label.texts[0] ?? "", template: label.template };
  plainLabels.set(label, known);
  return known;
}

/** Declares what a label or an input stands for. */
export function setValue(frame: Frame, symbol: LocalSymbol | undefined, value: Value): void {
  if (symbol) frame.values.set(symbol, value);
}

/** Evaluates an argument that must be a tensor. */
export function evaluateTensor(frame: Frame, expr: Expr, current: Tensor | undefined): Tensor {
  const value = evaluate(evaluation(frame, current), expr);
  if (isTensor(value)) return value as Tensor;
  if (value !== undefined) {
    report(
      frame,
      "wrong-type",
      expr.range,
      `a tensor is needed here: \`it\`, \`in\` or the label of an earlier layer`,
    );
  }
  return tensor(undefined);
}

export function costOf(steps: readonly Step[]) {
  const [only] = steps;
  if (only && steps.length === 1) return only.cost;
  return steps.length === 0 ? noCost : totalCost(steps.map((step) => step.cost));
}
