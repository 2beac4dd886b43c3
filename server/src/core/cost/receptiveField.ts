/**
 * Receptive field and total stride of every tensor, to the network's input: with kernel k, stride s and dilation d a
 * window widens the field by d·(k − 1) strides of what is below it (Araujo et al. 2019, "Computing receptive
 * fields of convolutional neural networks").
 *
 * Each instance is gone through once: what a tensor sees is kept as a widening and a stride from each tensor that enters,
 * and applied to what those see. The work follows distinct instances, not layers.
 */
import {
  eachStep,
  type Instance,
  kept,
  type RepeatStep,
  type Step,
  type Tensor,
} from "../elaborate/instance.ts";
import type { Window } from "../ops/operator.ts";
import type { Shape } from "../shape/shape.ts";

/** Pixels of the input that one output element sees, and the pixels between two of them, along each axis. */
export type ReceptiveField =
  | { readonly size: readonly number[]; readonly stride: readonly number[] }
  /** Every element sees the whole input. */
  | "whole";

/** The distinct fields of what a step leaves, over the uses that a network makes of the step's instance. */
export function receptiveFields(root: Instance, instance: Instance, step: Step): readonly ReceptiveField[] {
  const seen = viewsOf(instance).get(step.output);
  const fields = new Map<string, ReceptiveField>();
  for (const entering of enteringFields(root).get(instance)?.values() ?? []) {
    const field = apply(seen, entering);
    if (field) fields.set(keyOf([field]), field);
  }
  return [...fields.values()];
}

// ── one instance ─────────────────────────────────────────────────────────────────────────────────

/** From one of the tensors that enter an instance: widening in its strides, and stride in its strides. */
interface Reach {
  readonly growth: readonly number[];
  readonly stride: readonly number[];
}

/** What a tensor sees of each that enters its instance; undefined where that is not known. */
type View = readonly (Reach | undefined)[] | "whole" | undefined;
type Views = ReadonlyMap<Tensor, View>;

const viewsByInstance = new WeakMap<Instance, Views>();

/** What the tensors of an instance see. */
function viewsOf(instance: Instance): Views {
  return kept(viewsByInstance, instance, () => {
    const views = new Map<Tensor, View>();
    const count = sourcesOf(instance).length;
    for (const [i, source] of sourcesOf(instance).entries())
      views.set(
        source,
        Array.from({ length: count }, (_, j) => (i === j ? unmoved : undefined)),
      );
    const enter = (steps: readonly Step[]) => {
      for (const step of steps) {
        if (step.kind === "group") enter(step.steps);
        else if (step.kind === "layer") {
          const below = widest(step.inputs.map((input) => views.get(input)));
          views.set(step.output, through(windowOf(step), below));
        } else if (step.kind === "call") {
          const inputs = step.inputs.map((input) => views.get(input));
          views.set(step.output, compose(resultView(step.instance), inputs));
        } else if (step.kind === "repeat") {
          const captured = step.captured.map((input) => views.get(input));
          views.set(step.output, afterRuns(step, views.get(step.input), captured));
        }
      }
    };
    enter(instance.steps);
    return views;
  });
}

const unmoved: Reach = { growth: [], stride: [] };

function sourcesOf(instance: Instance): readonly Tensor[] {
  return [...instance.inputs, ...instance.declaredInputs.map(({ tensor }) => tensor)];
}

function resultView(instance: Instance): View {
  return viewsOf(instance).get(instance.result);
}

function windowOf(step: Extract<Step, { kind: "layer" }>): Window | undefined | "unknown" {
  const shapes = step.inputs.map(({ shape }) => shape);
  if (!step.output.shape || shapes.includes(undefined)) return "unknown";
  return step.operator.window(step.args, shapes as readonly Shape[]);
}

/** Views that meet: each axis goes by the widest. */
function widest(views: readonly View[]): View {
  return views.reduce((a, b) => {
    if (a === undefined || b === undefined) return undefined;
    if (a === "whole" || b === "whole") return "whole";
    if (a === b) return a;
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
      const [left, right] = [a[i], b[i]];
      if (!left || !right) return left ?? right;
      return {
        growth: zip(left.growth, right.growth, 0, Math.max),
        stride: zip(left.stride, right.stride, 1, Math.max),
      };
    });
  });
}

function through(window: Window | undefined | "unknown", below: View): View {
  if (window === "unknown" || below === undefined) return undefined;
  if (below === "whole" || window === "whole") return "whole";
  if (!window || isPoint(window)) return below;
  const wider = window.kernel.map((k, i) => (window.dilation[i] ?? 1) * (k - 1));
  return below.map((reach) => reach && follow(reach, { growth: wider, stride: window.stride }));
}

/** It sees one element for each: 1×1 convolutions are half of many networks. */
function isPoint({ kernel, stride }: Exclude<Window, "whole">): boolean {
  return kernel.every((k) => k === 1) && stride.every((s) => s === 1);
}

/** What comes after one reach, counted in its strides. */
function follow(first: Reach, then: Reach): Reach {
  const widening = zip(then.growth, first.stride, undefined, (growth, stride) => growth * stride);
  return {
    growth: zip(first.growth, widening, 0, (a, b) => a + b),
    stride: zip(first.stride, then.stride, 1, (a, b) => a * b),
  };
}

/** What an instance's view is for one that hands in what has views of its own. */
function compose(inner: View, inputs: readonly View[]): View {
  if (inner === undefined || inner === "whole") return inner;
  const parts: View[] = [];
  for (const [i, reach] of inner.entries()) {
    const outer = inputs[i];
    if (!reach) continue;
    if (reach === unmoved || outer === undefined || outer === "whole") parts.push(outer);
    else parts.push(outer.map((first) => first && (first === unmoved ? reach : follow(first, reach))));
  }
  return parts.length === 0 ? inputs[0] : widest(parts);
}

// ── repeats ──────────────────────────────────────────────────────────────────────────────────────

function afterRuns(step: RepeatStep, entering: View, captured: readonly View[]): View {
  let current = entering;
  for (const { instance, count } of step.runs) current = power(instance, count, current, captured);
  return current;
}

/** After so many equal iterations. From the second on each one adds the same, unless strides change. */
function power(instance: Instance, count: number, entering: View, captured: readonly View[]): View {
  const inner = resultView(instance);
  let current = entering;
  for (let i = 0; i < count; i++) {
    const before = current;
    current = compose(inner, [current, ...captured]);
    if (i < 1) continue;
    const step = difference(before, current);
    if (step) return advance(current, step, count - 1 - i);
    if (i > maxUneven) break;
  }
  return current;
}

/** A stride in every one of more iterations than this leaves nothing of any image. */
const maxUneven = 64;

type Growths = readonly (readonly number[] | undefined)[];

/** How much wider each reach has become; undefined where a stride has changed as well. */
function difference(before: View, after: View): Growths | undefined {
  if (before === "whole" || after === "whole" || !before || !after) return [];
  const even = after.every((reach, i) => {
    const strides = zip(reach?.stride ?? [], before[i]?.stride ?? [], 1, (a, b) => a - b);
    return strides.every((change) => change === 0);
  });
  if (!even) return undefined;
  return after.map((reach, i) => reach && zip(reach.growth, before[i]?.growth ?? [], 0, (a, b) => a - b));
}

function advance(view: View, growths: Growths, times: number): View {
  if (view === "whole" || view === undefined) return view;
  return view.map(
    (reach, i) =>
      reach && { ...reach, growth: zip(reach.growth, growths[i] ?? [], 0, (a, b) => a + b * times) },
  );
}

// ── a network ────────────────────────────────────────────────────────────────────────────────────

/** What the tensors that enter an instance see of the network's inputs, in each of its uses. */
type Entering = ReadonlyMap<string, readonly (ReceptiveField | undefined)[]>;

const enteringByRoot = new WeakMap<Instance, ReadonlyMap<Instance, Entering>>();

function enteringFields(root: Instance): ReadonlyMap<Instance, Entering> {
  return kept(enteringByRoot, root, () => {
    const found = new Map<Instance, Map<string, readonly (ReceptiveField | undefined)[]>>();
    const note = (instance: Instance, fields: readonly (ReceptiveField | undefined)[]) => {
      const known = found.get(instance) ?? new Map();
      found.set(instance, known);
      if (known.size < maxEntering) known.set(keyOf(fields), fields);
    };
    note(
      root,
      sourcesOf(root).map(({ shape }) => ownField(shape)),
    );
    for (const instance of usersFirst(root)) {
      const views = viewsOf(instance);
      for (const entering of [...(found.get(instance)?.values() ?? [])]) {
        const noteViews = (inner: Instance, inputs: readonly View[]) =>
          note(
            inner,
            inputs.map((view) => apply(view, entering)),
          );
        eachStep(instance.steps, (step) => {
          if (step.kind === "call")
            noteViews(
              step.instance,
              step.inputs.map((input) => views.get(input)),
            );
          if (step.kind !== "repeat") return;
          const captured = step.captured.map((input) => views.get(input));
          let current = views.get(step.input);
          for (const { instance: inner, count } of step.runs) {
            noteViews(inner, [current, ...captured]);
            // Those between the first and the last see no less and no more.
            if (count > 1) noteViews(inner, [power(inner, count - 1, current, captured), ...captured]);
            current = power(inner, count, current, captured);
          }
        });
      }
    }
    return found;
  });
}

/** Uses that are told apart; more of them say nothing new to a reader. */
const maxEntering = 1000;

function ownField(shape: Shape | undefined): ReceptiveField | undefined {
  const axes = shape && Math.max(0, shape.length - 1);
  return axes === undefined
    ? undefined
    : { size: Array<number>(axes).fill(1), stride: Array<number>(axes).fill(1) };
}

/** Every instance under a root, after all that use it. */
function usersFirst(root: Instance): readonly Instance[] {
  const seen = new Set<Instance>();
  const finished: Instance[] = [];
  const enter = (instance: Instance) => {
    if (seen.has(instance)) return;
    seen.add(instance);
    for (const run of instance.runs) enter(run.instance);
    finished.push(instance);
  };
  enter(root);
  return finished.reverse();
}

function apply(view: View, entering: readonly (ReceptiveField | undefined)[]): ReceptiveField | undefined {
  if (view === undefined || view === "whole") return view;
  let field: Exclude<ReceptiveField, "whole"> | undefined;
  for (const [i, reach] of view.entries()) {
    const below = entering[i];
    if (!reach) continue;
    if (below === undefined || below === "whole") return below;
    const size = below.size.map((n, axis) => n + (reach.growth[axis] ?? 0) * (below.stride[axis] ?? 1));
    const stride = below.stride.map((n, axis) => n * (reach.stride[axis] ?? 1));
    field = field
      ? { size: zip(field.size, size, 0, Math.max), stride: zip(field.stride, stride, 0, Math.max) }
      : { size, stride };
  }
  return field;
}

function keyOf(fields: readonly (ReceptiveField | undefined)[]): string {
  return fields
    .map((field) => (typeof field === "object" ? `${field.size},${field.stride}` : String(field)))
    .join(" ");
}

/** Axis by axis; a list that is shorter goes on with `missing`, or with 1 for strides. */
function zip(
  a: readonly number[],
  b: readonly number[],
  missing: number | undefined,
  combine: (a: number, b: number) => number,
): readonly number[] {
  const length = missing === undefined ? a.length : Math.max(a.length, b.length);
  const combined: number[] = [];
  for (let i = 0; i < length; i++) combined.push(combine(a[i] ?? missing ?? 1, b[i] ?? missing ?? 1));
  return combined;
}
