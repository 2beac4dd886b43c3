/** Calls of blocks, and the elaboration of a block or network for given arguments: once for each set of them. */
import type {
  Argument,
  BlockDecl,
  Declaration,
  LayerCall,
  NetworkDecl,
  ParamDecl,
} from "../../../../grammar/ast.ts";
import { unknownCost } from "../cost/cost.ts";
import { bindArguments, declaredParameters } from "../sema/arguments.ts";
import { evaluate } from "../sema/evaluate.ts";
import type { ParameterType } from "../sema/resolve.ts";
import {
  describeType,
  formatValue,
  isBlock,
  isDim,
  isList,
  isTensor,
  type Value,
  valueKey,
} from "../values.ts";
import { elaborateBody } from "./body.ts";
import { checkBudgets } from "./budget.ts";
import { bounds, type Elaborator, memoised } from "./elaborator.ts";
import {
  costOf,
  createFrame,
  evaluation,
  type Frame,
  inheritUses,
  keptUses,
  report,
  setValue,
} from "./frame.ts";
import {
  type BrokenRequirement,
  type BudgetCheck,
  type CallStep,
  Instance,
  type MarkStep,
  type NamedTensor,
  noChecks,
  type StepLabel,
  type Tensor,
  tensor,
  tensorLike,
} from "./instance.ts";

/** The values of a callable's parameters by name; those left out take their defaults. */
export type ArgumentValues = ReadonlyMap<string, Value>;

export function callBlock(
  frame: Frame,
  block: BlockDecl,
  node: LayerCall,
  label: StepLabel | undefined,
  current: Tensor,
): CallStep | MarkStep {
  const { elaborator } = frame;
  const unknown: MarkStep = { kind: "mark", node, label, output: tensor(undefined), cost: unknownCost };
  const args = readArguments(frame, block.params, node.args, node, current);
  if (elaborator.active.includes(block)) {
    const cycle = [...elaborator.active.slice(elaborator.active.indexOf(block)), block].map(
      (d) => d.name.name,
    );
    report(
      frame,
      "recursive-definition",
      node.callee.range,
      `a block can't contain itself: ${cycle.join(" → ")}`,
    );
    return unknown;
  }
  if (!args) return unknown;
  if (elaborator.depth >= bounds.depth) {
    report(frame, "too-large", node.callee.range, `blocks are nested more than ${bounds.depth} deep here`);
    return unknown;
  }
  const inputs = [current];
  for (const value of args.values()) if (isTensor(value)) inputs.push(value as Tensor);
  const instance = instantiate(elaborator, block, args, inputs);
  inheritUses(frame, instance.uses);
  frame.layerCount += instance.layerCount;
  reportRequirements(frame, instance.brokenRequirements, node);
  const outputs = instance.outputs.map(
    ({ name, tensor: t }): NamedTensor => ({ name, tensor: tensorLike(t) }),
  );
  frame.outputs.push(...outputs);
  return {
    kind: "call",
    node,
    label,
    instance,
    inputs,
    outputs,
    output: tensorLike(instance.result),
    cost: instance.cost,
  };
}

function reportRequirements(frame: Frame, broken: readonly BrokenRequirement[], node: LayerCall): void {
  for (const { message, location } of broken) {
    report(
      frame,
      "require-failed",
      node.argsRange ?? node.callee.range,
      `\`${node.callee.name}\`: ${message}`,
      [{ message: "required here", location }],
    );
  }
}

/** Elaborates a block or network; the first input is the current tensor, the others its tensor arguments. */
export function instantiate(
  elaborator: Elaborator,
  declaration: BlockDecl | NetworkDecl,
  args: ArgumentValues,
  inputs: readonly Tensor[],
): Instance {
  let key = "";
  for (const [name, value] of args) key += `${name}=${valueKey(value)};`;
  for (const input of inputs) key += `|${input.key}`;
  return memoised(elaborator, declaration, key, () => elaborate(elaborator, declaration, args, inputs));
}

function elaborate(
  elaborator: Elaborator,
  declaration: BlockDecl | NetworkDecl,
  args: ArgumentValues,
  outer: readonly Tensor[],
): Instance {
  const frame = createFrame(elaborator, declaration);
  const inputs = outer.map(tensorLike);
  const [entering] = inputs;
  if (entering) setValue(frame, frame.resolution.entry, entering);
  elaborator.active.push(declaration);
  elaborator.depth++;
  bindParameters(frame, declaration.params, args, inputs.slice(1));
  const overrun = elaborator.elaborated > bounds.instances;
  const { steps, current } = overrun
    ? { steps: [], current: undefined }
    : elaborateBody(frame, declaration.body, entering);
  elaborator.depth--;
  elaborator.active.pop();
  if (overrun)
    report(
      frame,
      "too-large",
      declaration.name.range,
      `more than ${bounds.instances} different instances of blocks`,
    );
  if (frame.layerCount > bounds.layers) {
    report(
      frame,
      "too-large",
      declaration.name.range,
      `\`${declaration.name.name}\` has more than ${bounds.layers} layers`,
    );
  }
  const budgets: BudgetCheck[] = [];
  const parts = {
    owner: declaration,
    section: declaration.section,
    body: declaration.body,
    inputs,
    declaredInputs: frame.inputs,
    steps,
    result: current ?? tensor(undefined),
    outputs: frame.outputs,
    cost: costOf(steps),
    layerCount: frame.layerCount,
    diagnostics: frame.diagnostics,
    brokenRequirements: frame.brokenRequirements,
    values: frame.values,
    budgets,
    checks: frame.checks ?? noChecks,
    equations: frame.equations,
    // A budget, which is checked below, may use more.
    uses: declaration.kind === "network" ? frame.uses : keptUses(frame),
  };
  const instance = new Instance(parts, () => titleOf(declaration, args));
  if (declaration.kind === "network") budgets.push(...checkBudgets(frame, instance));
  return instance;
}

function titleOf(declaration: Declaration, args: ArgumentValues): string {
  const values = [...args].map(([name, value]) => `${name}: ${formatValue(value)}`);
  return values.length === 0 ? declaration.name.name : `${declaration.name.name}(${values.join(", ")})`;
}

/** Arguments first, then defaults, which may use the parameters before them. */
function bindParameters(
  frame: Frame,
  params: readonly ParamDecl[],
  args: ArgumentValues,
  tensors: readonly Tensor[],
): void {
  let nextTensor = 0;
  for (const param of params) {
    const name = param.name.name;
    let value: Value;
    if (args.has(name)) {
      value = args.get(name);
      if (isTensor(value)) value = tensors[nextTensor++];
    } else if (param.default) {
      value = evaluate(evaluation(frame, undefined), param.default);
      const problem = typeProblem(param, value);
      if (problem) {
        report(frame, "wrong-argument", param.default.range, problem);
        value = undefined;
      }
    }
    setValue(frame, frame.resolution.declared.get(param), value);
  }
}

/** Evaluates a call's arguments; undefined when one is missing or of the wrong type. */
export function readArguments(
  frame: Frame,
  params: readonly ParamDecl[],
  args: readonly Argument[],
  node: Pick<LayerCall, "callee">,
  current: Tensor | undefined,
): ArgumentValues | undefined {
  const { bound, problems } = bindArguments(declaredParameters(params), args, node.callee);
  // Resolution has reported these already where the callee is known by name.
  const dynamic = frame.resolution.references.get(node.callee)?.kind !== "declaration";
  if (dynamic) for (const problem of problems) report(frame, problem.code, problem.range, problem.message);
  let complete = problems.length === 0;
  const values = new Map<string, Value>();
  const ctx = evaluation(frame, current);
  for (const param of params) {
    const argument = bound.get(param.name.name);
    if (!argument) continue;
    const value = evaluate(ctx, argument.value);
    const problem = typeProblem(param, value);
    if (problem) report(frame, "wrong-argument", argument.value.range, problem);
    if (problem || value === undefined) complete = false;
    values.set(param.name.name, value);
  }
  return complete ? values : undefined;
}

const typeChecks: Readonly<
  Record<ParameterType, { readonly accepts: (value: Value) => boolean; readonly text: string }>
> = {
  int: { accepts: (v) => isDim(v) && (typeof v !== "number" || Number.isInteger(v)), text: "an integer" },
  float: { accepts: isDim, text: "a number" },
  bool: { accepts: (v) => typeof v === "boolean", text: "true or false" },
  string: { accepts: (v) => typeof v === "string", text: "a string" },
  list: { accepts: isList, text: "a list" },
  block: { accepts: isBlock, text: "a block" },
  tensor: { accepts: isTensor, text: "a tensor" },
};

function typeProblem(param: ParamDecl, value: Value): string | undefined {
  const type = param.type?.name;
  if (value === undefined || type === undefined || !Object.hasOwn(typeChecks, type)) return undefined;
  const { accepts, text } = typeChecks[type as ParameterType];
  if (accepts(value)) return undefined;
  const found = typeof value === "number" ? formatValue(value) : describeType(value);
  return `\`${param.name.name}\` must be ${text}, not ${found}`;
}
