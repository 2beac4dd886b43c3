/** A body, statement by statement: each takes the current tensor and leaves the next one. */
import type { Body, Expect, If, Input, LayerCall, Require, Statement } from "../../../../grammar/ast.ts";
import { noCost, unknownCost } from "../cost/cost.ts";
import { operatorNamed } from "../ops/registry.ts";
import { evaluate, evaluateCondition } from "../sema/evaluate.ts";
import type { Dim } from "../shape/dim.ts";
import { formatShape, shapesDiffer } from "../shape/shape.ts";
import { describeType, formatValue, isBlock, isDim, isList, type Value } from "../values.ts";
import { callBlock } from "./call.ts";
import { elaborateCombine, elaborateDense, elaborateResidual } from "./connections.ts";
import {
  at,
  costOf,
  evaluateTensor,
  evaluation,
  type Frame,
  lookup,
  noteCheck,
  report,
  requireEqual,
  setValue,
  stepLabel,
} from "./frame.ts";
import { type GroupStep, type MarkStep, type Step, type StepLabel, type Tensor, tensor } from "./instance.ts";
import { elaborateLayer } from "./layers.ts";
import { elaborateRepeat } from "./repeat.ts";

export interface BodyResult {
  readonly steps: readonly Step[];
  readonly current: Tensor | undefined;
}

export function elaborateBody(frame: Frame, body: Body, entering: Tensor | undefined): BodyResult {
  const steps: Step[] = [];
  let current = entering;
  for (const statement of body.statements) {
    const step = elaborateStatement(frame, statement, current);
    if (step) {
      steps.push(step);
      if (statement.kind !== "tap" && statement.kind !== "output") current = step.output;
    }
    if (statement.label)
      setValue(frame, frame.resolution.declared.get(statement.label), step?.output ?? current);
  }
  return { steps, current };
}

function elaborateStatement(frame: Frame, node: Statement, current: Tensor | undefined): Step | undefined {
  switch (node.kind) {
    case "input":
      return elaborateInput(frame, node);
    case "expect":
      checkExpected(frame, node, current);
      return undefined;
    case "require":
      checkRequired(frame, node, current);
      return undefined;
    case "budget":
      checkBudgetPlace(frame, node);
      return undefined;
    case "for":
      return elaborateFor(frame, node, current);
    case "if":
      return elaborateIf(frame, node, current);
    case "group":
      return elaborateGroup(frame, node, node.body, current);
    case "from":
      return mark(node, undefined, evaluateTensor(frame, node.target, current));
    case "bad":
      return mark(node, undefined, tensor(undefined));
  }
  const from = current ?? missingInput(frame, node);
  const label = stepLabel(frame, node.label, from);
  switch (node.kind) {
    case "layer":
      return elaborateCall(frame, node, label, from);
    case "residual":
      return elaborateResidual(frame, node, label, from);
    case "dense":
      return elaborateDense(frame, node, label, from);
    case "combine":
      return elaborateCombine(frame, node, label, from);
    case "repeat":
      return elaborateRepeat(frame, node, label, from);
    case "tap": {
      const inner = elaborateBody(frame, node.body, from);
      return { ...sequence(node, label, inner, from), output: inner.current ?? from };
    }
    case "output":
      frame.outputs.push({ name: node.name.name, tensor: from });
      return mark(node, undefined, from);
  }
}

/** A tensor to go on with where there is none; reported once for the whole body. */
function missingInput(frame: Frame, node: Statement): Tensor {
  if (!frame.reportedNoInput) {
    frame.reportedNoInput = true;
    report(
      frame,
      "no-input",
      node.range,
      "the network has no input yet: begin with `input image: [3, 224, 224]`",
    );
  }
  return tensor(undefined);
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────────

function elaborateCall(frame: Frame, node: LayerCall, label: StepLabel | undefined, current: Tensor): Step {
  const resolved = frame.resolution.references.get(node.callee);
  const operator = resolved?.kind === "operator" ? operatorNamed(resolved.name) : undefined;
  // By far the most calls.
  if (operator?.arity === "one") return elaborateLayer(frame, operator, node, label, current);
  const value = resolved && evaluation(frame, current).valueOf(resolved);
  return callValue(frame, node, value, label, current) ?? mark(node, label, tensor(undefined));
}

/** Calls a layer or block that is a value; undefined where there is nothing that can be called. */
function callValue(
  frame: Frame,
  node: LayerCall,
  value: Value,
  label: StepLabel | undefined,
  current: Tensor,
): Step | undefined {
  if (value === undefined) return undefined;
  if (!isBlock(value)) {
    const found = describeType(value);
    report(
      frame,
      "wrong-type",
      node.callee.range,
      `\`${node.callee.name}\` is ${found}, not a layer or a block`,
    );
    return undefined;
  }
  if (value.file === undefined) {
    const operator = operatorNamed(value.name);
    if (operator?.arity === "one") {
      return elaborateLayer(frame, operator, node, label, current);
    }
    report(
      frame,
      "wrong-type",
      node.callee.range,
      `\`${value.name}\` joins tensors and can't stand alone here`,
    );
    return undefined;
  }
  const declaration = lookup(frame, value.name, value.file);
  if (declaration?.kind === "block") return callBlock(frame, declaration, node, label, current);
  if (declaration) {
    report(
      frame,
      "wrong-type",
      node.callee.range,
      `\`${value.name}\` is a ${declaration.kind}, not a layer or a block`,
    );
  }
  return undefined;
}

// ── control ──────────────────────────────────────────────────────────────────────────────────────

function elaborateGroup(frame: Frame, node: Statement, body: Body, current: Tensor | undefined): GroupStep {
  const label = stepLabel(frame, node.label, current);
  return sequence(node, label, elaborateBody(frame, body, current), current);
}

/** Once per element: `for n in list`, `for i, n in list` with the index, or the parts of elements that are lists. */
function elaborateFor(
  frame: Frame,
  node: Extract<Statement, { kind: "for" }>,
  entering: Tensor | undefined,
): GroupStep {
  const label = stepLabel(frame, node.label, entering);
  const list = evaluate(evaluation(frame, entering), node.list);
  if (!isList(list)) {
    if (list !== undefined)
      report(
        frame,
        "wrong-type",
        node.list.range,
        `\`for\` goes through a list, but this is ${describeType(list)}`,
      );
    return {
      ...sequence(node, label, { steps: [], current: tensor(undefined) }, entering),
      cost: unknownCost,
    };
  }
  const steps: Step[] = [];
  let current = entering;
  for (const [index, element] of list.entries()) {
    const values = elementValues(frame, node, index, element);
    if (!values) {
      current = tensor(undefined);
      break;
    }
    for (const [i, variable] of node.variables.entries())
      setValue(frame, frame.resolution.declared.get(variable), values[i]);
    const before = current;
    const result = elaborateBody(frame, node.body, before);
    current = result.current;
    steps.push({
      ...sequence(node, undefined, result, before),
      form: "iteration",
      implied: true,
      bindings: values,
    });
  }
  return sequence(node, label, { steps, current }, entering);
}

function elementValues(
  frame: Frame,
  node: Extract<Statement, { kind: "for" }>,
  index: number,
  element: Value,
): readonly Value[] | undefined {
  const count = node.variables.length;
  if (element === undefined) return node.variables.map(() => undefined);
  const parts = isList(element) ? element : [element];
  if (count === 1) return [element];
  if (parts.length === count) return parts;
  if (parts.length === count - 1) return [index, ...parts];
  const range = { start: node.variables[0]?.range.start ?? 0, end: node.variables.at(-1)?.range.end ?? 0 };
  report(
    frame,
    "wrong-type",
    range,
    `element ${index} of the list is ${formatValue(element)}: it can't be split into ${count} names`,
  );
  return undefined;
}

function elaborateIf(frame: Frame, node: If, current: Tensor | undefined): GroupStep {
  const label = stepLabel(frame, node.label, current);
  const condition = evaluateCondition(evaluation(frame, current), node.condition);
  if (condition === undefined)
    return {
      ...sequence(node, label, { steps: [], current: tensor(undefined) }, current),
      cost: unknownCost,
    };
  const chosen = condition ? node.consequent : node.alternative;
  if (!chosen) return sequence(node, label, { steps: [], current }, current);
  if (chosen.kind === "body") return sequence(node, label, elaborateBody(frame, chosen, current), current);
  const inner = elaborateIf(frame, chosen, current);
  return sequence(node, label, { steps: [inner], current: inner.output }, current);
}

// ── statements that check ────────────────────────────────────────────────────────────────────────

function elaborateInput(frame: Frame, node: Input): MarkStep {
  const ctx = evaluation(frame, undefined);
  const dims = node.dims.map((expr): Dim => {
    const value = evaluate(ctx, expr);
    if (value === undefined) return undefined;
    if (isDim(value) && (typeof value !== "number" || (Number.isSafeInteger(value) && value > 0)))
      return value;
    report(
      frame,
      "wrong-argument",
      expr.range,
      `a dimension is a positive integer or a name, not ${formatValue(value)}`,
    );
    return undefined;
  });
  const input = tensor(dims.includes(undefined) || dims.length === 0 ? undefined : dims);
  // Brackets that are missing are a syntax error already.
  if (node.dims.length === 0 && node.dimsRange.end > node.dimsRange.start) {
    report(
      frame,
      "missing-argument",
      node.dimsRange,
      "an input needs its dimensions, such as `[3, 224, 224]` (the batch is implicit)",
    );
  }
  if (frame.isIteration) {
    report(
      frame,
      "misplaced-statement",
      node.head,
      "a network takes each input once: `input` can't be repeated",
    );
  } else if (frame.declaration.kind !== "network") {
    report(
      frame,
      "misplaced-statement",
      node.range,
      "`input` belongs into a network; a block takes the current tensor",
    );
  } else frame.inputs.push({ name: node.name.name, tensor: input });
  const symbol = frame.resolution.declared.get(node);
  setValue(frame, symbol, input);
  if (frame.inputs.length === 1) setValue(frame, frame.resolution.entry, input);
  return mark(node, undefined, input);
}

function checkExpected(frame: Frame, node: Expect, current: Tensor | undefined): void {
  const ctx = evaluation(frame, current);
  const expected = node.dims.map((dim) => evaluate(ctx, dim));
  const shape = current?.shape;
  const isKnown = shape !== undefined && expected.every(isDim);
  if (!isKnown) {
    noteCheck(frame, { node, holds: undefined, shape });
    return;
  }
  const dims = expected as Dim[];
  const holds = !shapesDiffer(dims, shape);
  noteCheck(frame, { node, holds, shape, expected: dims });
  if (holds) {
    requireEqual(frame, dims, shape, node.dimsRange);
    return;
  }
  report(
    frame,
    "expect-failed",
    node.dimsRange,
    `the shape is ${formatShape(shape)} here, but ${formatShape(dims)} is expected`,
    [],
    { kind: "shape", shape },
  );
}

/** A budget is for all of a network: elsewhere nothing would check it. */
function checkBudgetPlace(frame: Frame, node: Statement): void {
  const { declaration } = frame;
  if (declaration.kind === "network" && declaration.body.statements.includes(node)) return;
  report(
    frame,
    "misplaced-statement",
    node.head,
    "`budget` stands directly in a network's body: it is for the network as a whole",
  );
}

function checkRequired(frame: Frame, node: Require, current: Tensor | undefined): void {
  const holds = evaluateCondition(evaluation(frame, current), node.condition);
  noteCheck(frame, { node, holds });
  if (holds !== false) return;
  const condition = frame.declaration.section.text.slice(
    node.condition.range.start,
    node.condition.range.end,
  );
  frame.brokenRequirements.push({
    message: node.message?.value ?? `it requires ${condition}`,
    location: at(frame, node.range),
  });
}

// ── steps ────────────────────────────────────────────────────────────────────────────────────────

function mark(node: Statement, label: StepLabel | undefined, output: Tensor): MarkStep {
  return { kind: "mark", node, label, output, cost: output.shape ? noCost : unknownCost };
}

function sequence(
  node: Statement,
  label: StepLabel | undefined,
  result: BodyResult,
  input: Tensor | undefined,
): GroupStep {
  return {
    kind: "group",
    form: "sequence",
    node,
    label,
    steps: result.steps,
    output: result.current ?? tensor(undefined),
    input,
    cost: costOf(result.steps),
  };
}
