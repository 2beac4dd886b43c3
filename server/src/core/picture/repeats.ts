/** Repeats in a picture: equal iterations in a row are drawn once, with their number, until they are spread. */
import { scaleCost } from "../cost/cost.ts";
import type { Instance, RepeatStep, Run, Step, Tensor } from "../elaborate/instance.ts";
import { formatShape } from "../shape/shape.ts";
import { addBox, connectFolded, connectOpen, drawCall, drawGroup, openInstance } from "./boxes.ts";
import { type Context, drawInline, drawSteps, isBox, nameOf } from "./build.ts";
import { addNode, createDraft, type Draft, enter, sourceOf } from "./draft.ts";
import { coveredBy, createFaults, faultIn } from "./faults.ts";
import { headOf, words } from "./titles.ts";

export function drawRepeat(ctx: Context, draft: Draft, step: RepeatStep): void {
  const inputs = [step.input, ...step.captured];
  const times = step.runs.reduce((sum, { count }) => sum + count, 0);
  if (times === 0) {
    const source = sourceOf(draft, step.input);
    if (source) draft.sources.set(step.output, source);
    return;
  }
  const [only] = step.runs;
  if (times === 1 && only) {
    const label = step.label?.text ?? "";
    const iteration = { inputs, name: nameOf(step), label, times };
    const left = sourceOf(draft, drawIteration(ctx, draft, only.instance, iteration));
    if (left) draft.sources.set(step.output, left);
    return;
  }
  const node = addBox(ctx, draft, step, { title: titleOf(step), name: nameOf(step), times });
  if (node.fold === "folded") {
    connectFolded(draft, node, inputs);
    draft.sources.set(step.output, { node: node.id, port: 0 });
    const instances = step.runs.map(({ instance }) => instance);
    node.covers = coveredBy(instances);
    node.fault ??= instances.map(faultIn).find((fault) => fault !== undefined);
    return;
  }
  connectOpen(draft, node, inputs);
  const inside = createDraft(node.id);
  draft.frames.set(node, inside);
  for (const input of inputs) enter(inside, input);
  const runs = equalRuns(step);
  const isFew = runs.length === 1 && times <= few;
  node.spreads = !isFew && runs.some(({ count }) => count > 1);
  const result =
    node.fold === "spread" || isFew || runs.length > 1
      ? drawRuns(ctx, inside, runs, inputs, node.fold === "spread" || isFew)
      : drawOnce({ ...ctx, times: ctx.times * times }, inside, runs[0]?.instance, inputs);
  draft.sources.set(step.output, { inside, box: node.id, tensor: result ?? step.input });
}

/** As many iterations are shown one by one where nothing else is in the repeat. */
const few = 4;

function drawRuns(
  ctx: Context,
  draft: Draft,
  runs: readonly Run[],
  [first, ...captured]: readonly Tensor[],
  spread: boolean,
): Tensor | undefined {
  let current = first;
  let index = 0;
  for (const { instance, count } of runs) {
    const times = spread ? 1 : count;
    for (let done = 0; done < count && current; done += times, index += times) {
      const name = times === 1 ? String(index) : `${index}–${index + times - 1}`;
      const inputs = [current, ...captured];
      current = drawIteration(ctx, draft, instance, { inputs, name, label: name, times });
    }
  }
  return current;
}

/** The body itself, for iterations that are all alike. */
function drawOnce(
  ctx: Context,
  draft: Draft,
  instance: Instance | undefined,
  inputs: readonly Tensor[],
): Tensor | undefined {
  if (!instance) return undefined;
  bring(draft, instance, inputs);
  const faults = createFaults(instance);
  drawSteps({ ...ctx, instance, faults }, draft, instance.steps, instance.inputs[0]);
  faults.attach();
  return instance.result;
}

/** What an instance takes is what is outside of it: it has no frame. */
function bring(draft: Draft, instance: Instance, inputs: readonly Tensor[]): void {
  for (const [i, tensor] of instance.inputs.entries()) {
    const source = inputs[i] && sourceOf(draft, inputs[i]);
    if (source) draft.sources.set(tensor, source);
  }
}

interface Iteration {
  readonly inputs: readonly Tensor[];
  readonly name: string;
  readonly label: string;
  readonly times: number;
}

/** An iteration that is one statement is drawn as that. Returns what it leaves. */
function drawIteration(ctx: Context, draft: Draft, instance: Instance, iteration: Iteration): Tensor {
  const { inputs, name, label, times } = iteration;
  // Iterations share their tensors: each gets its own for what it leaves.
  const output: Tensor = { ...instance.result };
  const lone = loneStep(instance);
  if (lone?.kind === "call" || (lone?.kind === "group" && times === 1)) {
    bring(draft, instance, inputs);
    const faults = createFaults(instance);
    const inner = { ...ctx, instance, faults };
    if (lone.kind === "call") drawCall(inner, draft, lone, { name, label, times });
    else {
      draft.prefix = `${name}/`;
      if (isBox(lone)) drawGroup(inner, draft, lone);
      else drawInline(inner, draft, lone);
      draft.prefix = "";
    }
    faults.attach();
    const left = sourceOf(draft, instance.result);
    if (left) draft.sources.set(output, left);
    return output;
  }
  const node = addNode(
    draft,
    name,
    { section: instance.section, range: instance.body.range },
    {
      kind: "box",
      title: lone ? headOf(lone.node) : "",
      label,
      times,
      shape: formatShape(instance.result.shape),
      cost: scaleCost(instance.cost, ctx.times * times),
    },
  );
  node.fold = ctx.folding.stateOf(node.id);
  openInstance(ctx, draft, node, { instance, inputs, outputs: [[output, instance.result]] });
  return output;
}

/** Runs with those put together that do the same under different indices. */
function equalRuns({ runs }: RepeatStep): Run[] {
  const equal: Run[] = [];
  for (const run of runs) {
    const last = equal.at(-1);
    if (last && (last.instance === run.instance || sameUse(last.instance, run.instance)))
      equal[equal.length - 1] = { ...last, count: last.count + run.count };
    else equal.push(run);
  }
  return equal;
}

/** Both are nothing but a use of one block with the same arguments. */
function sameUse(a: Instance, b: Instance): boolean {
  const [left, right] = [loneStep(a), loneStep(b)];
  return left?.kind === "call" && right?.kind === "call" && left.instance === right.instance;
}

function loneStep({ steps }: Instance): Step | undefined {
  return steps.length === 1 ? steps[0] : undefined;
}

function titleOf({ runs }: RepeatStep): string {
  const lone = runs[0] && loneStep(runs[0].instance);
  if (lone?.kind === "call" && "name" in lone.instance.owner) return words(lone.instance.owner.name.name);
  return lone ? headOf(lone.node) : "repeat";
}
