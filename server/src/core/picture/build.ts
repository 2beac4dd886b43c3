/**
 * Plan to picture: layers and how they are connected. Only what is open is entered: a folded repeat costs one node,
 * however many layers it has.
 */
import type { Location, Statement } from "../../../../grammar/ast.ts";
import type { NetworkAnalysis } from "../analysis.ts";
import { scaleCost } from "../cost/cost.ts";
import type { GroupStep, Instance, LayerStep, Step, Tensor } from "../elaborate/instance.ts";
import { formatShape } from "../shape/shape.ts";
import { drawCall, drawGroup } from "./boxes.ts";
import {
  addNode,
  connect,
  connectPile,
  createDraft,
  type Draft,
  finish,
  type Source,
  sourceOf,
} from "./draft.ts";
import { createFaults, type Faults, note, tellFaults } from "./faults.ts";
import { mergeLayers } from "./merge.ts";
import type { Folding, Picture } from "./picture.ts";
import { drawRepeat } from "./repeats.ts";
import { headOf, layerTitle } from "./titles.ts";

/** The picture of a network that stands alone. */
export function buildPicture({ name, instance }: NetworkAnalysis, folding: Folding): Picture | undefined {
  if (!instance) return undefined;
  const draft = createDraft("");
  const ctx = { folding, instance, faults: createFaults(instance), times: 1 };
  drawSteps(ctx, draft, instance.steps, undefined);
  ctx.faults.attach();
  if (instance.outputs.length === 0 && sourceOf(draft, instance.result)) {
    const place = { section: instance.section, range: { start: 0, end: 0 } };
    const node = addNode(draft, "output", place, {
      kind: "output",
      title: "output",
      shape: formatShape(instance.result.shape),
      places: [],
    });
    connect(draft, instance.result, node.id);
  }
  const scene = finish(draft, folding.everyLayer ? () => undefined : mergeLayers);
  tellFaults(scene, folding.diagnostics);
  return { network: name, scene, cost: instance.cost };
}

/** Whose statements are drawn. */
export interface Context {
  readonly folding: Folding;
  readonly instance: Instance;
  readonly faults: Faults;
  /** Iterations that each node stands for. */
  readonly times: number;
}

export function drawSteps(
  ctx: Context,
  draft: Draft,
  steps: readonly Step[],
  entering: Tensor | undefined,
): Tensor | undefined {
  let current = entering;
  for (const step of steps) {
    drawStep(ctx, draft, step, current);
    if (step.node.kind !== "tap" && step.node.kind !== "output") current = step.output;
  }
  return current;
}

function drawStep(ctx: Context, draft: Draft, step: Step, current: Tensor | undefined): void {
  switch (step.kind) {
    case "layer":
      drawLayer(ctx, draft, step);
      return;
    case "call":
      drawCall(ctx, draft, step);
      return;
    case "repeat":
      drawRepeat(ctx, draft, step);
      return;
    case "group":
      if (isBox(step)) drawGroup(ctx, draft, step);
      else drawInline(ctx, draft, step);
      return;
    case "mark":
      drawMark(ctx, draft, step, current);
  }
}

/** A labelled `{ … }` stands for a part of the network; every other group is how its parts are connected. */
export function isBox({ node, label, form }: GroupStep): boolean {
  return node.kind === "group" && label !== undefined && form === "sequence";
}

// ── layers ───────────────────────────────────────────────────────────────────────────────────────

function drawLayer(ctx: Context, draft: Draft, step: LayerStep, shortcut?: "identity" | "projection"): void {
  const many = step.operator.family === "combination";
  const node = addNode(draft, nameOf(step), placeOf(ctx, step.node), {
    kind: many ? "join" : "layer",
    title: layerTitle(step),
    family: step.operator.family,
    label: step.label?.text ?? "",
    shape: formatShape(step.output.shape),
    cost: scaleCost(step.cost, ctx.times),
  });
  note(ctx.faults, node, step.node);
  for (const [i, input] of step.inputs.entries()) {
    const kind = i === 1 && shortcut ? shortcut : i > 0 && !step.implied ? "skip" : draft.kind;
    connect(draft, input, node.id, { kind });
  }
  draft.sources.set(step.output, { node: node.id, port: 0 });
}

/** `input`, `output`, and what could not be understood. */
function drawMark(ctx: Context, draft: Draft, step: Step, current: Tensor | undefined): void {
  const { node } = step;
  const shape = formatShape(step.output.shape);
  if (node.kind === "input" || node.kind === "output") {
    const { name } = node.name;
    const drawn = addNode(draft, name, placeOf(ctx, node), { kind: node.kind, title: name, shape });
    note(ctx.faults, drawn, node);
    if (node.kind === "output") connect(draft, step.output, drawn.id);
    else draft.sources.set(step.output, { node: drawn.id, port: 0 });
  } else if (node.kind === "layer" || node.kind === "bad") {
    const title = node.kind === "layer" ? node.callee.name || "?" : "?";
    const drawn = addNode(draft, nameOf(step), placeOf(ctx, node), { kind: "layer", title, shape });
    note(ctx.faults, drawn, node);
    if (current) connect(draft, current, drawn.id);
    draft.sources.set(step.output, { node: drawn.id, port: 0 });
  }
}

// ── connections ──────────────────────────────────────────────────────────────────────────────────

export function drawInline(ctx: Context, draft: Draft, step: GroupStep): void {
  if (step.form !== "connection") {
    drawSteps(ctx, draft, step.steps, step.input);
    return;
  }
  if (step.node.kind === "residual") drawResidual(ctx, draft, step);
  else if (step.node.kind === "dense") drawDense(ctx, draft, step);
  else drawSteps(ctx, draft, step.steps, step.input);
}

/** F(x), then what the shortcut does to x, then the sum of both. */
function drawResidual(ctx: Context, draft: Draft, { steps }: GroupStep): void {
  const [main, ...rest] = steps;
  const sum = rest.at(-1);
  const shortcut = rest.length > 1 ? rest[0] : undefined;
  if (main) drawStep(ctx, draft, main, undefined);
  if (shortcut) {
    const { kind } = draft;
    draft.kind = "projection";
    drawStep(ctx, draft, shortcut, undefined);
    draft.kind = kind;
  }
  if (sum?.kind === "layer") drawLayer(ctx, draft, sum, shortcut ? "projection" : "identity");
}

/** New features on the pile: the concatenation itself is drawn where something else than `dense` takes the pile. */
function drawDense(ctx: Context, draft: Draft, step: GroupStep): void {
  const [features, stack] = step.steps;
  if (features?.kind !== "group" || stack?.kind !== "layer") return;
  const before = step.input && sourceOf(draft, step.input);
  const { taken } = draft;
  const first = draft.nodes.length;
  draft.taken = step.input;
  drawStep(ctx, draft, features, undefined);
  draft.taken = taken;
  const [lone, ...others] = draft.nodes.slice(first);
  if (lone?.label === "" && others.length === 0) lone.label = step.label?.text ?? "";
  const added = sourceOf(draft, features.output);
  if (!before || !added || !step.input) {
    drawLayer(ctx, draft, stack);
    return;
  }
  const carried = "pile" in before ? before.pile : [{ source: before, shape: formatShape(step.input.shape) }];
  const pile = [...carried, { source: added, shape: formatShape(features.output.shape) }];
  let joined: Source | undefined;
  const join = () => {
    if (joined) return joined;
    const node = addNode(draft, nameOf(stack), placeOf(ctx, stack.node), {
      kind: "join",
      title: layerTitle(stack),
      family: stack.operator.family,
      shape: formatShape(stack.output.shape),
      cost: scaleCost(stack.cost, ctx.times),
    });
    connectPile(draft, pile, { node: node.id, port: 0 });
    joined = { node: node.id, port: 0 };
    return joined;
  };
  draft.sources.set(stack.output, { pile, join });
}

export function placeOf({ instance }: Pick<Context, "instance">, node: Statement): Location {
  return { section: instance.section, range: node.range };
}

/** What a node is called in ids: the label, or what it does. */
export function nameOf(step: Step): string {
  return step.label?.text ?? (step.kind === "layer" ? step.operator.name : headOf(step.node));
}
