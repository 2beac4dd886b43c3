/** Boxes of a picture: uses of blocks and labelled groups, folded or with a scene of their own. */
import { scaleCost } from "../cost/cost.ts";
import {
  type CallStep,
  eachStep,
  type GroupStep,
  type Instance,
  type RepeatStep,
  type Step,
  type Tensor,
} from "../elaborate/instance.ts";
import { formatShape } from "../shape/shape.ts";
import { type Context, drawSteps, nameOf, placeOf } from "./build.ts";
import {
  addNode,
  connect,
  createDraft,
  type Draft,
  type DraftNode,
  endOf,
  enter,
  sourceOf,
} from "./draft.ts";
import { coveredBy, createFaults, faultIn, note } from "./faults.ts";
import { isLightStep } from "./merge.ts";
import { callTitle } from "./titles.ts";

/** As `iterations`, a call stands for equal ones that are drawn as one. */
export function drawCall(
  ctx: Context,
  draft: Draft,
  step: CallStep,
  iterations?: { readonly name: string; readonly label: string; readonly times: number },
): void {
  const { instance } = step;
  const { name = nameOf(step), times = 1 } = iterations ?? {};
  if (!ctx.folding.everyLayer && isThin(instance.steps)) {
    const label = iterations?.label ?? step.label?.text;
    drawThin(ctx, draft, { step, name, label }, () => {
      for (const [i, tensor] of instance.inputs.entries()) {
        const source = step.inputs[i] && sourceOf(draft, step.inputs[i]);
        if (source) draft.sources.set(tensor, source);
      }
      const faults = createFaults(instance);
      const inner = { ...ctx, instance, faults, times: ctx.times * times };
      drawSteps(inner, draft, instance.steps, instance.inputs[0]);
      faults.attach();
      const left = sourceOf(draft, instance.result);
      if (left) draft.sources.set(step.output, left);
    });
    return;
  }
  const node = addBox(ctx, draft, step, { title: callTitle(instance), name, times });
  if (iterations) node.label = iterations.label;
  const outputs = [[step.output, instance.result] as const, ...namedOutputs(step)];
  openInstance(ctx, draft, node, { instance, inputs: step.inputs, outputs });
}

/** One layer with those that are drawn with it: it needs no box. */
function isThin(steps: readonly Step[]): boolean {
  const isLayer = (step: Step) => step.kind === "layer" && step.operator.family !== "combination";
  return steps.length > 0 && steps.every(isLayer) && steps.filter((step) => !isLightStep(step)).length === 1;
}

interface Thin {
  readonly step: CallStep | GroupStep;
  readonly name: string;
  readonly label: string | undefined;
}

/** Its layers without a box, as parts of its statement. */
function drawThin(ctx: Context, draft: Draft, { step, name, label }: Thin, drawInside: () => void): void {
  const { prefix, nodes } = draft;
  const before = nodes.length;
  draft.prefix = `${prefix}${name}/`;
  drawInside();
  draft.prefix = prefix;
  for (const node of nodes.slice(before)) {
    node.label = label ?? node.label;
    node.places = [placeOf(ctx, step.node), ...node.places];
    note(ctx.faults, node, step.node);
  }
}

function namedOutputs({ outputs, instance }: CallStep): (readonly [Tensor, Tensor])[] {
  return outputs.flatMap(({ name, tensor }) => {
    const inner = instance.outputs.find((each) => each.name === name);
    return inner ? [[tensor, inner.tensor] as const] : [];
  });
}

interface Opened {
  readonly instance: Instance;
  readonly inputs: readonly Tensor[];
  /** Tensors outside with what they are inside. */
  readonly outputs: readonly (readonly [Tensor, Tensor])[];
}

/** Draws what is in an instance's box, or what enters and leaves it where it is folded. */
export function openInstance(ctx: Context, draft: Draft, node: DraftNode, opened: Opened): void {
  const { instance, inputs, outputs } = opened;
  if (node.fold === "folded") {
    connectFolded(draft, node, inputs);
    for (const [outer] of outputs) draft.sources.set(outer, { node: node.id, port: 0 });
    node.covers = coveredBy([instance]);
    node.fault ??= faultIn(instance);
    return;
  }
  connectOpen(draft, node, inputs);
  const inside = createDraft(node.id);
  draft.frames.set(node, inside);
  for (const input of instance.inputs) enter(inside, input);
  const faults = createFaults(instance);
  const inner = { ...ctx, instance, faults, times: ctx.times * node.times };
  drawSteps(inner, inside, instance.steps, instance.inputs[0]);
  faults.attach();
  node.fault ??= faults.left;
  for (const [outer, tensor] of outputs) draft.sources.set(outer, { inside, box: node.id, tensor });
}

/** One edge for each thing that goes in. */
export function connectFolded(draft: Draft, node: DraftNode, inputs: readonly Tensor[]): void {
  const seen = new Set<string>();
  for (const [i, input] of inputs.entries()) {
    const source = sourceOf(draft, input);
    if (!source || "pile" in source) {
      connect(draft, input, node.id);
      continue;
    }
    const end = endOf(draft, source);
    const key = `${end.node} ${end.port}`;
    if (seen.has(key)) continue;
    seen.add(key);
    connect(draft, input, node.id, { kind: i > 0 ? "skip" : draft.kind });
  }
}

/** One edge to each port. */
export function connectOpen(draft: Draft, node: DraftNode, inputs: readonly Tensor[]): void {
  for (const [port, input] of inputs.entries()) {
    connect(draft, input, node.id, { port, kind: port > 0 ? "skip" : draft.kind });
  }
}

/** What enters and leaves a labelled group is found out by what is used on either side. */
export function drawGroup(ctx: Context, draft: Draft, step: GroupStep): void {
  if (!ctx.folding.everyLayer && isThin(step.steps)) {
    const named = { step, name: nameOf(step), label: step.label?.text };
    drawThin(ctx, draft, named, () => drawSteps(ctx, draft, step.steps, step.input));
    return;
  }
  const node = addBox(ctx, draft, step, { title: "", name: nameOf(step), times: 1 });
  if (node.fold === "folded") {
    const { made, taken } = tensorsOf(step);
    connectFolded(draft, node, taken);
    for (const tensor of made)
      if (!draft.sources.has(tensor)) draft.sources.set(tensor, { node: node.id, port: 0 });
    const bodies = instancesIn(step.steps);
    node.covers = [placeOf(ctx, step.node), ...coveredBy(bodies)];
    node.fault ??= bodies.map(faultIn).find((fault) => fault !== undefined);
    return;
  }
  const inside: Draft = createDraft(node.id, (tensor) => {
    if (!sourceOf(draft, tensor)) return undefined;
    const port = enter(inside, tensor);
    connect(draft, tensor, node.id, { port });
    return inside.sources.get(tensor);
  });
  draft.frames.set(node, inside);
  drawSteps(ctx, inside, step.steps, step.input);
  for (const tensor of tensorsOf(step).made) {
    if (inside.sources.has(tensor)) draft.sources.set(tensor, { inside, box: node.id, tensor });
  }
}

/** The tensors that a group makes, and those that it takes from outside. */
function tensorsOf(group: GroupStep): { readonly made: Set<Tensor>; readonly taken: readonly Tensor[] } {
  const made = new Set<Tensor>();
  const taken = new Set<Tensor>();
  eachStep(group.steps, (step) => {
    const inputs =
      step.kind === "layer" || step.kind === "call"
        ? step.inputs
        : step.kind === "repeat"
          ? [step.input, ...step.captured]
          : [];
    for (const input of inputs) if (!made.has(input)) taken.add(input);
    if (step.kind !== "mark" && step.kind !== "group") made.add(step.output);
  });
  return { made, taken: [...taken] };
}

/** A node for what has an inside. */
export function addBox(
  ctx: Context,
  draft: Draft,
  step: CallStep | RepeatStep | GroupStep,
  { title, name, times }: { readonly title: string; readonly name: string; readonly times: number },
): DraftNode {
  const node = addNode(draft, name, placeOf(ctx, step.node), {
    kind: "box",
    title,
    label: step.label?.text ?? "",
    repeats: step.kind === "repeat",
    times,
    shape: formatShape(step.output.shape),
    cost: scaleCost(step.cost, ctx.times * (step.kind === "call" ? times : 1)),
  });
  node.fold = ctx.folding.stateOf(node.id);
  note(ctx.faults, node, step.node);
  return node;
}

function instancesIn(steps: readonly Step[]): Instance[] {
  const found: Instance[] = [];
  eachStep(steps, (step) => {
    if (step.kind === "call") found.push(step.instance);
    else if (step.kind === "repeat") found.push(...step.runs.map(({ instance }) => instance));
  });
  return found;
}
