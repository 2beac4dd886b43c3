/**
 * Where tensors meet: `residual`, `dense`, `concat`, `add` and `mul`. Their errors say where each side came from:
 * the layer that last changed its shape.
 */
import type { Branch, Combine, Dense, Residual, TextRange } from "../../../../grammar/ast.ts";
import type { Related } from "../diagnostics/diagnostic.ts";
import { evaluate, evaluateCondition } from "../sema/evaluate.ts";
import { formatShape, shapesDiffer, spatial } from "../shape/shape.ts";
import { isList, isTensor } from "../values.ts";
import { elaborateBody } from "./body.ts";
import { costOf, evaluateTensor, evaluation, type Frame, report, stepLabel } from "./frame.ts";
import {
  type GroupStep,
  type LayerStep,
  type Step,
  type StepLabel,
  type Tensor,
  tensor,
} from "./instance.ts";
import { joinStep, related } from "./layers.ts";

/** F(x) + x, or F(x) + P(x) where a shortcut is given and its condition holds; F(x) alone where `when` does not. */
export function elaborateResidual(
  frame: Frame,
  node: Residual,
  label: StepLabel | undefined,
  current: Tensor,
): GroupStep {
  const connects = node.when ? evaluateCondition(evaluation(frame, current), node.when) : true;
  const main = elaborateBody(frame, node.body, current);
  if (connects !== true) {
    const output = connects === false ? (main.current ?? current) : tensor(undefined);
    return connection(node, label, [connectionPart(node, main.steps, output, current)], output, current);
  }
  const project = node.shortcut ? shortcutHolds(frame, node, current) : false;
  const shortcut = project && node.shortcut ? elaborateBody(frame, node.shortcut.body, current) : undefined;
  const side = project === undefined ? tensor(undefined) : (shortcut?.current ?? current);
  const mainOutput = main.current ?? current;

  const sum = joinStep(frame, { node, operator: "add", inputs: [mainOutput, side] }, () => {
    const mainShape = formatShape(mainOutput.shape);
    const sideShape = formatShape(side.shape);
    const sideText = shortcut ? `shortcut: ${sideShape}` : `shortcut: ${sideShape} (identity)`;
    const places = [
      shortcut
        ? related(frame, decisive(shortcut.steps)?.node ?? node.shortcut?.body ?? node, sideText)
        : related(frame, { range: node.head }, sideText),
      related(frame, decisive(main.steps)?.node ?? node.body, `main path: ${mainShape}`),
    ];
    const message = `the shortcut is ${sideShape} but the main path is ${mainShape}`;
    const data =
      current.shape && mainOutput.shape
        ? ({ kind: "shortcut", node, input: current.shape, main: mainOutput.shape } as const)
        : undefined;
    report(frame, "shortcut-mismatch", node.head, message, places, data);
  });
  const steps = [
    connectionPart(node, main.steps, mainOutput, current),
    ...(shortcut ? [connectionPart(node, shortcut.steps, side, current)] : []),
    sum,
  ];
  return connection(node, label, steps, sum.output, current);
}

function shortcutHolds(frame: Frame, node: Residual, current: Tensor): boolean | undefined {
  const when = node.shortcut?.when;
  return when ? evaluateCondition(evaluation(frame, current), when) : true;
}

/** concat(x, F(x)) on channels. */
export function elaborateDense(
  frame: Frame,
  node: Dense,
  label: StepLabel | undefined,
  current: Tensor,
): GroupStep {
  const inner = elaborateBody(frame, node.body, current);
  const output = inner.current ?? current;
  const stack = joinStep(frame, { node, operator: "concat", inputs: [current, output] }, () => {
    const keyword = node.head;
    const places = [
      related(frame, { range: keyword }, `carried along: ${formatShape(current.shape)}`),
      related(frame, decisive(inner.steps)?.node ?? node.body, `new features: ${formatShape(output.shape)}`),
    ];
    report(frame, "concat-mismatch", keyword, denseMessage(current, output), places);
  });
  return connection(
    node,
    label,
    [connectionPart(node, inner.steps, output, current), stack],
    stack.output,
    current,
  );
}

function denseMessage(before: Tensor, after: Tensor): string {
  const shapes = `new features of ${formatShape(after.shape)} can't be stacked on ${formatShape(before.shape)}`;
  if (isSmaller(after, before)) {
    return `${shapes}: the concatenation needs equal height and width; move the stride into a transition`;
  }
  return `${shapes}: the concatenation needs equal height and width`;
}

function isSmaller(after: Tensor, before: Tensor): boolean {
  if (!after.shape || !before.shape || after.shape.length !== before.shape.length) return false;
  const sizes = spatial(before.shape);
  return spatial(after.shape).every((size, i) => {
    const other = sizes[i];
    return typeof size === "number" && typeof other === "number" && size <= other;
  });
}

/** `concat { branch … }`, `add(a, b)`, `mul(it, gate)`. */
export function elaborateCombine(
  frame: Frame,
  node: Combine,
  label: StepLabel | undefined,
  current: Tensor,
): Step {
  return node.branches
    ? elaborateBranches(frame, node, node.branches, label, current)
    : elaborateNames(frame, node, label, current);
}

function elaborateBranches(
  frame: Frame,
  node: Combine,
  branches: readonly Branch[],
  label: StepLabel | undefined,
  current: Tensor,
): GroupStep {
  const parts = branches.map((branch) => {
    const inner = elaborateBody(frame, branch.body, current);
    const output = inner.current ?? current;
    const step: GroupStep = {
      ...connectionPart(node, inner.steps, output, current),
      label: stepLabel(frame, branch.label, current),
    };
    return { branch, step, decisive: decisive(inner.steps)?.node ?? branch };
  });
  const keyword = node.head;
  if (parts.length === 0)
    report(frame, "missing-argument", keyword, `${node.operator} needs a \`branch { … }\` at least`);
  const inputs = parts.map(({ step }) => step.output);
  const places = () =>
    parts.map((part, i) =>
      related(frame, part.decisive, `branch ${i + 1}: ${formatShape(part.step.output.shape)}`),
    );
  const joined = join(frame, node, inputs, keyword, places);
  return connection(node, label, [...parts.map(({ step }) => step), joined], joined.output, current);
}

function elaborateNames(
  frame: Frame,
  node: Combine,
  label: StepLabel | undefined,
  current: Tensor,
): LayerStep {
  const ctx = evaluation(frame, current);
  const args = node.args ?? [];
  const inputs = args.flatMap((argument) => {
    const value = evaluate(ctx, argument.value);
    if (isList(value) && value.every(isTensor)) return value as readonly Tensor[];
    return [evaluateTensor(frame, argument.value, current)];
  });
  const keyword = node.head;
  if (inputs.length < 2) {
    report(
      frame,
      "missing-argument",
      keyword,
      `${node.operator} needs two tensors at least, as in \`${node.operator}(it, label)\``,
    );
    inputs.push(tensor(undefined));
  }
  const places = () =>
    args.map((argument, i) => related(frame, argument, `tensor ${i + 1}: ${formatShape(inputs[i]?.shape)}`));
  return { ...join(frame, node, inputs, keyword, places), label, implied: false };
}

function join(
  frame: Frame,
  node: Combine,
  inputs: readonly Tensor[],
  range: TextRange,
  places: () => readonly Related[],
): LayerStep {
  const known = inputs.length > 0 ? inputs : [tensor(undefined)];
  return joinStep(frame, { node, operator: node.operator, inputs: known }, (code, message) =>
    report(frame, code, range, message, places()),
  );
}

// ── steps ────────────────────────────────────────────────────────────────────────────────────────

function connection(
  node: GroupStep["node"],
  label: StepLabel | undefined,
  steps: readonly Step[],
  output: Tensor,
  input: Tensor,
): GroupStep {
  return { kind: "group", form: "connection", node, label, steps, output, input, cost: costOf(steps) };
}

/** The steps of one side, kept together so that they can be told from the other. */
function connectionPart(
  node: GroupStep["node"],
  steps: readonly Step[],
  output: Tensor,
  input: Tensor,
): GroupStep {
  const cost = costOf(steps);
  return { kind: "group", form: "branch", implied: true, node, label: undefined, steps, output, input, cost };
}

/** The last step that changed the shape: the one to point at when it does not fit. */
function decisive(steps: readonly Step[]): Step | undefined {
  for (const step of steps.toReversed()) {
    if (step.kind === "mark") continue;
    if (!shapesDiffer(inputOf(step)?.shape, step.output.shape)) continue;
    if (step.kind === "group" && step.form !== "connection") return decisive(step.steps) ?? step;
    return step;
  }
  return undefined;
}

function inputOf(step: Exclude<Step, { kind: "mark" }>): Tensor | undefined {
  return step.kind === "layer" || step.kind === "call" ? step.inputs[0] : step.input;
}
