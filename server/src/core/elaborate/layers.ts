/** One layer: arguments read by the operator's parameters, shape by its rule, cost by its declaration. */
import type { Argument, Expr, LayerCall, Statement, TextRange } from "../../../../grammar/ast.ts";
import { bytesPerElement, unknownCost } from "../cost/cost.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Related } from "../diagnostics/diagnostic.ts";
import { elementCount, parameterCount } from "../ops/operator.ts";
import { describeFound, type Param } from "../ops/params.ts";
import { type AnyOperator, operatorNamed } from "../ops/registry.ts";
import { type Binding, bindArguments, operatorParameters } from "../sema/arguments.ts";
import { evaluate } from "../sema/evaluate.ts";
import { multiply } from "../shape/dim.ts";
import { elements, type Shape, shapeKey } from "../shape/shape.ts";
import { isTensor, valueKey } from "../values.ts";
import type { Layer, LayerTable, Memo } from "./elaborator.ts";
import { evaluation, type Frame, report, requireEqual } from "./frame.ts";
import type { LayerStep, StepLabel, Tensor } from "./instance.ts";

/** Elaborates a call of an operator on the current tensor. */
export function elaborateLayer(
  frame: Frame,
  operator: AnyOperator,
  node: LayerCall,
  label: StepLabel | undefined,
  current: Tensor,
): LayerStep {
  const given = readArguments(frame, operator, node, current);
  const reporter: Reporter = (code, message, parameter) => {
    const argument = parameter === undefined ? undefined : given.bound.get(parameter);
    report(frame, code, argument?.value.range ?? node.callee.range, message);
  };
  const { args, argsKey, inputs, table } = given;
  return layerStep(frame, { node, label, operator, args, argsKey, table, inputs }, reporter);
}

/** Where tensors meet: their sum, product or stack. */
export function joinStep(
  frame: Frame,
  parts: {
    readonly node: Statement;
    readonly operator: "add" | "concat" | "mul";
    readonly inputs: readonly Tensor[];
  },
  reporter: Reporter,
): LayerStep {
  const { node, inputs } = parts;
  const operator = operatorNamed(parts.operator) as AnyOperator;
  const table = layerTable(frame.elaborator.memo, operator.name, "");
  return layerStep(
    frame,
    { node, label: undefined, operator, args: noArgs, argsKey: "", table, inputs },
    reporter,
  );
}

interface LayerParts {
  readonly node: Statement;
  readonly label: StepLabel | undefined;
  readonly operator: AnyOperator;
  /** Undefined when an argument is wrong: the output is unknown then. */
  readonly args: LayerStep["args"] | undefined;
  /** Identifies the arguments among those that share a table. */
  readonly argsKey: string;
  readonly table: LayerTable;
  readonly inputs: readonly Tensor[];
}

type Reporter = (code: DiagnosticCode, message: string, parameter?: string) => void;

const noArgs: LayerStep["args"] = {};
const unknownLayer: Layer = {
  output: undefined,
  outputKey: shapeKey(undefined),
  weights: [],
  cost: unknownCost,
};

/** A layer's step with output shape, weights and cost; unknown where an input is. */
function layerStep(frame: Frame, parts: LayerParts, reporter: Reporter): LayerStep {
  frame.layerCount++;
  const { node, label, operator, inputs, args } = parts;
  const layer = args ? knownLayer(frame, { ...parts, args }, reporter) : unknownLayer;
  const { weights, cost } = layer;
  return {
    kind: "layer",
    node,
    label,
    operator,
    args: args ?? noArgs,
    inputs,
    implied: operator.arity === "many",
    weights,
    output: { kind: "tensor", shape: layer.output, key: layer.outputKey },
    cost,
  };
}

/**
 * A layer depends on its operator, arguments and input shapes alone. The same ones return in many instances and at
 * every keystroke: those without faults are kept.
 */
function knownLayer(frame: Frame, parts: LayerParts & { readonly args: object }, reporter: Reporter): Layer {
  const { operator, inputs, argsKey, table } = parts;
  const [first] = inputs;
  let key = argsKey;
  if (first && key === "" && inputs.length === 1) key = first.key;
  else for (const input of inputs) key += `|${input.key}`;
  const known = table.get(key);
  if (known && !known.named) return known;
  const shapes = inputs.map((input) => input.shape);
  if (!allKnown(shapes)) return unknownLayer;
  const layer = known ?? computeLayer(operator, parts.args as LayerStep["args"], shapes, reporter);
  if (!layer) return unknownLayer;
  if (operator.family === "combination") requireSameSizes(frame, operator, shapes, parts.node.head);
  if (table.size >= tableLimit) table.clear();
  table.set(key, layer);
  return layer;
}

/** Layers that the memo keeps for one way to write a call. */
const tableLimit = 4096;

/** The table of layers for an operator with these fixed arguments. */
function layerTable(memo: Memo, operator: string, fixedKey: string): LayerTable {
  const key = `${operator} ${fixedKey}`;
  const known = memo.layers.get(key);
  if (known) return known;
  const made: LayerTable = new Map();
  if (memo.layers.size >= tableLimit) memo.layers.clear();
  memo.layers.set(key, made);
  return made;
}

function computeLayer(
  operator: AnyOperator,
  args: LayerStep["args"],
  shapes: readonly Shape[],
  reporter: Reporter,
): Layer | undefined {
  const output = operator.infer(args, shapes, { report: reporter });
  if (!output) return undefined;
  const weights = operator.weights(args, shapes);
  const { macs, flops } = operator.work(args, shapes, output);
  const params = parameterCount(weights);
  return {
    output,
    outputKey: shapeKey(output),
    weights,
    cost: {
      params,
      buffers: elementCount(weights) - params,
      macs,
      flops,
      activationBytes: multiply(bytesPerElement, elements(output)),
    },
    named: shapes.some((shape) => shape.some((dim) => typeof dim !== "number")),
  };
}

/** Tensors that are joined agree in size: of those known by name it is asked. A gate's 1 fits any size. */
function requireSameSizes(
  frame: Frame,
  operator: AnyOperator,
  shapes: readonly Shape[],
  range: TextRange,
): void {
  const compared = (shape: Shape) => (operator.name === "concat" ? shape.slice(1) : shape);
  const [first, ...rest] = shapes.map(compared);
  for (const shape of rest) {
    const isGate = operator.name === "mul" && (shape.includes(1) || first?.includes(1));
    if (first && !isGate) requireEqual(frame, first, shape, range);
  }
}

function allKnown(shapes: readonly (Shape | undefined)[]): shapes is readonly Shape[] {
  return shapes.every((shape) => shape !== undefined);
}

/** Typed arguments, or undefined if one is missing or wrong; and the tensors that the layer takes. */
interface GivenArguments {
  readonly args: LayerStep["args"] | undefined;
  readonly argsKey: string;
  readonly table: LayerTable;
  readonly bound: ReadonlyMap<string, Argument>;
  readonly inputs: readonly Tensor[];
}

function readArguments(
  frame: Frame,
  operator: AnyOperator,
  call: LayerCall,
  current: Tensor,
): GivenArguments {
  const binding = bindArguments(operatorParameters(operator), call.args, call.callee);
  const { bound, problems } = binding;
  // What binding found wrong was reported by resolution; its callee may also have been a parameter's value.
  if (problems.length > 0 && frame.resolution.references.get(call.callee)?.kind !== "operator") {
    for (const problem of problems) report(frame, problem.code, problem.range, problem.message);
  }
  const rank = Math.max(1, (current.shape?.length ?? 3) - 1);
  const plan = planOf(frame.elaborator.memo, operator, binding, rank);
  const { table } = plan;
  const inputs = [current];
  if (plan.open.length === 0) {
    return { args: problems.length === 0 ? plan.fixed : undefined, argsKey: "", table, bound, inputs };
  }
  const ctx = evaluation(frame, current);
  const args: Record<string, unknown> = { ...plan.fixed };
  let argsKey = "";
  let complete = problems.length === 0;
  for (const { name, param, value: expr } of plan.open) {
    const value = evaluate(ctx, expr);
    if (value === undefined) {
      complete = false;
      continue;
    }
    const read = param.read(value, rank);
    if ("value" in read) {
      if (param.tensor && isTensor(value)) inputs.push(value as Tensor);
      else args[name] = read.value;
      argsKey += `${valueKey(value)};`;
    } else {
      const found = describeFound(value);
      report(frame, "wrong-argument", expr.range, `\`${name}\` must be ${read.expected}, not ${found}`);
      complete = false;
    }
  }
  return { args: complete ? args : undefined, argsKey, table, bound, inputs };
}

/** A call's arguments as far as they are the same in every instance: defaults and literals. */
interface ArgumentPlan {
  readonly fixed: LayerStep["args"];
  /** The layers that calls with the same fixed arguments have come to. */
  readonly table: LayerTable;
  /** Those to evaluate in each instance. */
  readonly open: readonly { readonly name: string; readonly param: Param<unknown>; readonly value: Expr }[];
}

const plans = new WeakMap<Binding, ArgumentPlan[]>();

/** `rank` is the number of spatial axes: sizes are read for so many. */
function planOf(memo: Memo, operator: AnyOperator, binding: Binding, rank: number): ArgumentPlan {
  const byRank = plans.get(binding) ?? [];
  const known = byRank[rank];
  if (known) return known;
  plans.set(binding, byRank);
  const made = makePlan(memo, operator, binding.bound, rank);
  byRank[rank] = made;
  return made;
}

function makePlan(memo: Memo, operator: AnyOperator, bound: Binding["bound"], rank: number): ArgumentPlan {
  const fixed: Record<string, unknown> = {};
  const open: ArgumentPlan["open"][number][] = [];
  // What is written decides, not what it is read as: two ways to write the same are kept twice, which costs little.
  let fixedKey = `${rank};`;
  for (const [name, param] of Object.entries<Param<unknown>>(operator.params)) {
    const value = bound.get(name)?.value;
    const read = value && isLiteral(value) ? param.read(value.value, rank) : undefined;
    if (!value) fixed[name] = param.default?.(rank);
    else if (read && "value" in read) fixed[name] = read.value;
    else open.push({ name, param, value });
    if (value && isLiteral(value)) fixedKey += `${name}=${valueKey(value.value)};`;
    else if (value) fixedKey += `${name};`;
  }
  return { fixed, table: layerTable(memo, operator.name, fixedKey), open };
}

function isLiteral(expr: Expr): expr is Extract<Expr, { readonly kind: "number" | "string" | "boolean" }> {
  return expr.kind === "number" || expr.kind === "string" || expr.kind === "boolean";
}

/** Related information that points at a step's statement. */
export function related(frame: Frame, node: { readonly range: TextRange }, message: string): Related {
  return { message, location: { section: frame.declaration.section, range: node.range } };
}
