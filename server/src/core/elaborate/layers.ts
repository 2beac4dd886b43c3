/** One layer: arguments read by the operator's parameters, shape by its rule, cost by its declaration. */
import type { Argument, Identifier, Statement, TextRange } from "../../../../grammar/ast.ts";
import { bytesPerElement, type Cost, noCost, unknownCost } from "../cost/cost.ts";
import type { Related } from "../diagnostics/diagnostic.ts";
import { parameterCount } from "../ops/operator.ts";
import { describeFound } from "../ops/params.ts";
import type { AnyOperator } from "../ops/registry.ts";
import { bindArguments, operatorParameters } from "../sema/arguments.ts";
import { evaluate } from "../sema/evaluate.ts";
import { multiply } from "../shape/dim.ts";
import { elements, type Shape } from "../shape/shape.ts";
import { isTensor } from "../values.ts";
import { evaluation, type Frame, report, requireEqual } from "./frame.ts";
import { type LayerStep, type StepLabel, type Tensor, tensor } from "./instance.ts";

interface LayerCallSite {
  readonly node: Statement;
  readonly callee: Identifier;
  readonly args: readonly Argument[];
  readonly label: StepLabel | undefined;
}

/** Elaborates a call of an operator on the current tensor. */
export function elaborateLayer(
  frame: Frame,
  operator: AnyOperator,
  site: LayerCallSite,
  current: Tensor,
): LayerStep {
  const { args, ranges, tensors } = readArguments(frame, operator, site, current);
  const reporter = {
    report: (code: Parameters<typeof report>[1], message: string, parameter?: string) =>
      report(frame, code, (parameter && ranges.get(parameter)) || site.callee.range, message),
  };
  return layerStep(
    frame,
    { node: site.node, label: site.label, operator, args, inputs: [current, ...tensors] },
    reporter.report,
  );
}

interface LayerParts {
  readonly node: Statement;
  readonly label: StepLabel | undefined;
  readonly operator: AnyOperator;
  /** Undefined when an argument is wrong: the output is unknown then. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
  readonly inputs: readonly Tensor[];
}

type Reporter = (code: Parameters<typeof report>[1], message: string, parameter?: string) => void;

/** A layer's step with output shape, weights and cost; unknown where an input is. */
export function layerStep(frame: Frame, parts: LayerParts, reporter: Reporter): LayerStep {
  frame.layerCount++;
  const { node, label, operator, inputs } = parts;
  const args = parts.args ?? {};
  const implied = operator.arity === "many";
  const base = { kind: "layer", node, label, operator, args, inputs, implied } as const;
  const shapes = inputs.map((input) => input.shape);
  if (!parts.args || !allKnown(shapes))
    return { ...base, weights: [], output: tensor(undefined), cost: unknownCost };
  const output = operator.infer(args, shapes, { report: reporter });
  if (!output) return { ...base, weights: [], output: tensor(undefined), cost: unknownCost };
  if (operator.family === "combination") requireSameSizes(frame, operator, shapes, node.head);
  const weights = operator.weights(args, shapes);
  const cost: Cost = {
    ...noCost,
    params: parameterCount(weights),
    buffers: parameterCount(weights.map((w) => ({ ...w, trainable: !w.trainable }))),
    ...operator.work(args, shapes, output),
    activationBytes: multiply(bytesPerElement, elements(output)),
  };
  return { ...base, weights, output: tensor(output), cost };
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

/** Typed arguments, or undefined if one is missing or wrong; where each stands; and the tensors among them. */
function readArguments(frame: Frame, operator: AnyOperator, site: LayerCallSite, current: Tensor) {
  const { bound, problems } = bindArguments(operatorParameters(operator), site.args, site.callee);
  const ctx = evaluation(frame, current);
  const ranges = new Map<string, TextRange>();
  const args: Record<string, unknown> = {};
  const tensors: Tensor[] = [];
  // What binding found wrong was reported by resolution; its callee may also have been a parameter's value.
  let complete = problems.length === 0;
  if (!complete && frame.resolution.references.get(site.callee)?.kind !== "operator") {
    for (const problem of problems) report(frame, problem.code, problem.range, problem.message);
  }
  const spatialRank = Math.max(1, (current.shape?.length ?? 3) - 1);
  for (const [name, param] of Object.entries(operator.params)) {
    const argument = bound.get(name);
    if (!argument) {
      args[name] = param.default?.(spatialRank);
      continue;
    }
    ranges.set(name, argument.value.range);
    const value = evaluate(ctx, argument.value);
    if (value === undefined) {
      complete = false;
      continue;
    }
    const read = param.read(value, spatialRank);
    if ("value" in read) {
      if (param.tensor && isTensor(value)) tensors.push(value);
      else args[name] = read.value;
    } else {
      report(
        frame,
        "wrong-argument",
        argument.value.range,
        `\`${name}\` must be ${read.expected}, not ${describeFound(value)}`,
      );
      complete = false;
    }
  }
  return { args: complete ? args : undefined, ranges, tensors };
}

/** Related information that points at a step's statement. */
export function related(frame: Frame, node: { readonly range: TextRange }, message: string): Related {
  return { message, location: { section: frame.declaration.section, range: node.range } };
}
