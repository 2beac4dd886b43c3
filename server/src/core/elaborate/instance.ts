/**
 * The plan: what elaboration makes of a block, a network or the body of a repeat for given arguments and input
 * shapes. An instance is elaborated once and shared by all its uses; a thousand layers are a few dozen of them.
 */
import type {
  Body,
  BudgetEntry,
  Declaration,
  Expect,
  FileId,
  Location,
  Repeat,
  Require,
  Section,
  Statement,
} from "../../../../grammar/ast.ts";
import type { Cost } from "../cost/cost.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { WeightSpec } from "../ops/operator.ts";
import type { AnyOperator } from "../ops/registry.ts";
import type { LocalSymbol } from "../sema/symbols.ts";
import type { Dim, DimExpr } from "../shape/dim.ts";
import { type Shape, shapeKey } from "../shape/shape.ts";
import type { Value } from "../values.ts";

/** A tensor inside one instance. Two tensors are the same if they are the same object. */
export interface Tensor {
  readonly kind: "tensor";
  readonly shape: Shape | undefined;
  /** Of the shape, for memo keys. */
  readonly key: string;
}

export function tensor(shape: Shape | undefined): Tensor {
  return { kind: "tensor", shape, key: shapeKey(shape) };
}

/** Another tensor of the same shape, such as the one that enters a block for the one that its caller hands in. */
export function tensorLike({ shape, key }: Tensor): Tensor {
  return { kind: "tensor", shape, key };
}

/** A label with the values of its holes put in. */
export interface StepLabel {
  readonly text: string;
  /** Written with an index of its own, as in `` `unit{i}` ``. */
  readonly template: boolean;
}

interface StepBase {
  readonly node: Statement;
  readonly label: StepLabel | undefined;
  /** What the statement leaves as the current tensor. */
  readonly output: Tensor;
  readonly cost: Cost;
  /** Not a statement of its own but a part of `node`: one side of a shortcut, the sum after it. */
  readonly implied?: boolean;
}

/** One executed layer. */
export interface LayerStep extends StepBase {
  readonly kind: "layer";
  readonly operator: AnyOperator;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Tensor[];
  readonly weights: readonly WeightSpec[];
}

/** A block's use: its inputs are the current tensor and the tensors among its arguments. */
export interface CallStep extends StepBase {
  readonly kind: "call";
  readonly instance: Instance;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly NamedTensor[];
}

/** Iterations of a repeat in order; equal ones in a row are one run. */
export interface RepeatStep extends StepBase {
  readonly kind: "repeat";
  readonly runs: readonly Run[];
  readonly input: Tensor;
  /** The outer tensors that the body uses, in the order of the instances' inputs. */
  readonly captured: readonly Tensor[];
}

export interface Run {
  readonly instance: Instance;
  readonly count: number;
}

/** A statement that holds others and runs them in place. */
export interface GroupStep extends StepBase {
  readonly kind: "group";
  /** What kind of scope a label on it opens. */
  readonly form: "sequence" | "connection" | "branch" | "iteration";
  readonly input: Tensor | undefined;
  readonly steps: readonly Step[];
  /** What the variables of a `for` are in this iteration. */
  readonly bindings?: readonly Value[];
}

/** A statement that computes nothing: `input`, `from`, `output`. */
export interface MarkStep extends StepBase {
  readonly kind: "mark";
}

export type Step = LayerStep | CallStep | RepeatStep | GroupStep | MarkStep;

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What an instance is one of. */
export type Owner = Declaration | Repeat;

interface InstanceParts {
  readonly owner: Owner;
  /** The section that its statements stand in. */
  readonly section: Section;
  readonly body: Body;
  /** The entering tensor first, where there is one; then tensor arguments or captured tensors. */
  readonly inputs: readonly Tensor[];
  /** The inputs that `input` declares, of a network. */
  readonly declaredInputs: readonly NamedTensor[];
  readonly steps: readonly Step[];
  readonly result: Tensor;
  readonly outputs: readonly NamedTensor[];
  readonly cost: Cost;
  /** Layers that it executes, those of inner instances included. */
  readonly layerCount: number;
  /** Faults of its own statements; those of inner instances are theirs. */
  readonly diagnostics: readonly Diagnostic[];
  /** Requirements that don't hold: reported where it is called. */
  readonly brokenRequirements: readonly BrokenRequirement[];
  /** What the names of its text mean: parameters, labels, the outer names that a repeat uses. */
  readonly values: ReadonlyMap<LocalSymbol, Value>;
  /** What the budgets of a network allow and what it takes. */
  readonly budgets: readonly BudgetCheck[];
  /** What its own `expect` and `require` found, in the order of execution. */
  readonly checks: readonly StatementCheck[];
  /** What its own statements ask of sizes that are only known by name. */
  readonly equations: readonly Equation[];
  /** The file-level names that it was made from, with what they meant. */
  readonly uses: Uses;
}

/** Never changes and outlives most edits: what is read off it at each of them is kept. */
export class Instance implements InstanceParts {
  readonly owner: Owner;
  readonly section: Section;
  readonly body: Body;
  readonly inputs: readonly Tensor[];
  readonly declaredInputs: readonly NamedTensor[];
  readonly steps: readonly Step[];
  readonly result: Tensor;
  readonly outputs: readonly NamedTensor[];
  readonly cost: Cost;
  readonly layerCount: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly brokenRequirements: readonly BrokenRequirement[];
  readonly values: ReadonlyMap<LocalSymbol, Value>;
  readonly budgets: readonly BudgetCheck[];
  readonly checks: readonly StatementCheck[];
  readonly equations: readonly Equation[];
  readonly uses: Uses;
  readonly #makeTitle: () => string;
  #title: string | undefined;
  #runs: readonly Run[] | undefined;
  #sound: boolean | undefined;

  constructor(parts: InstanceParts, title: () => string) {
    this.owner = parts.owner;
    this.section = parts.section;
    this.body = parts.body;
    this.inputs = parts.inputs;
    this.declaredInputs = parts.declaredInputs;
    this.steps = parts.steps;
    this.result = parts.result;
    this.outputs = parts.outputs;
    this.cost = parts.cost;
    this.layerCount = parts.layerCount;
    this.diagnostics = parts.diagnostics;
    this.brokenRequirements = parts.brokenRequirements;
    this.values = parts.values;
    this.budgets = parts.budgets;
    this.checks = parts.checks;
    this.equations = parts.equations;
    this.uses = parts.uses;
    this.#makeTitle = title;
  }

  /** `basic(planes: 128, stride: 2)`. */
  get title(): string {
    this.#title ??= this.#makeTitle();
    return this.#title;
  }

  /** The instances directly inside, in the order of execution. */
  get runs(): readonly Run[] {
    if (!this.#runs) {
      const runs: Run[] = [];
      eachStep(this.steps, (step) => {
        if (step.kind === "call") runs.push({ instance: step.instance, count: 1 });
        else if (step.kind === "repeat") runs.push(...step.runs);
      });
      this.#runs = runs;
    }
    return this.#runs;
  }

  /** Neither it nor one inside it has a fault. */
  get sound(): boolean {
    this.#sound ??= this.diagnostics.length === 0 && this.runs.every(({ instance }) => instance.sound);
    return this.#sound;
  }
}

/** Names by the file that sees them. */
export type Uses = ReadonlyMap<FileId, ReadonlyMap<string, Declaration | undefined>>;

/** An equation between dimensions known by name that must hold. */
export interface Equation {
  /** Of the two sides: it must be zero. */
  readonly difference: DimExpr;
  readonly location: Location;
}

/** One entry of a `budget`, measured. */
export interface BudgetCheck {
  readonly entry: BudgetEntry;
  readonly spent: Dim;
  readonly limit: Dim;
}

export const noChecks: readonly StatementCheck[] = [];

/** One execution of a statement that checks. */
export interface StatementCheck {
  readonly node: Expect | Require;
  /** Undefined where a value that it needs is unknown. */
  readonly holds: boolean | undefined;
  /** Of `expect`: the shape that is there, and the one that should be. */
  readonly shape?: Shape | undefined;
  readonly expected?: Shape;
}

export interface BrokenRequirement {
  readonly message: string;
  readonly location: Location;
}

/** The steps directly below one, in order. */
export function innerSteps(step: Step): readonly Step[] {
  return step.kind === "group" ? step.steps : [];
}

/** Every step of an instance, groups before what they hold; inner instances are not entered. */
export function stepsOf(instance: Instance): readonly Step[] {
  const steps: Step[] = [];
  eachStep(instance.steps, (step) => steps.push(step));
  return steps;
}

/** The same without a list. */
export function eachStep(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    if (step.kind === "group") eachStep(step.steps, visit);
  }
}

/** What is known of an instance, or found out now: for what is asked of some of them only. */
export function kept<T>(known: WeakMap<Instance, T>, instance: Instance, find: () => T): T {
  const found = known.get(instance) ?? find();
  known.set(instance, found);
  return found;
}
