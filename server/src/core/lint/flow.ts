/**
 * Where a network's tensors come from and go to, across blocks and iterations: over distinct instances, not over
 * layers. An answer covers all uses of an instance at once.
 */
import type { CallStep, Instance, LayerStep, RepeatStep, Step, Tensor } from "../elaborate/instance.ts";
import { kept, stepsOf } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";

export interface LayerUse {
  readonly step: LayerStep;
  readonly instance: Instance;
}

export interface Consumers {
  readonly layers: readonly LayerUse[];
  /** It leaves the network as an output. */
  readonly escapes: boolean;
  /** Somewhere on the way more than one takes it. */
  readonly forks: boolean;
}

export interface Producers {
  readonly layers: readonly LayerUse[];
  /** It may be an input of the network. */
  readonly enters: boolean;
}

export interface Flow {
  /** Whether all of the network is known: where there is an error, what seems unused may have been meant for a use. */
  readonly isComplete: boolean;
  /** Whether a layer of the same instance takes it: most are, and need no further look. */
  readonly isTaken: (instance: Instance, tensor: Tensor) => boolean;
  readonly consumers: (instance: Instance, tensor: Tensor) => Consumers;
  readonly producers: (instance: Instance, tensor: Tensor) => Producers;
}

/** One place that an instance is used at: a call, or a run of a repeat. */
interface Use {
  readonly outer: Instance;
  readonly step: CallStep | RepeatStep;
  readonly run: number;
}

export function flowOf(root: Instance): Flow {
  const uses = new Map<Instance, Use[]>();
  for (const outer of countUses(root).keys()) {
    for (const step of stepsOf(outer)) {
      if (step.kind === "call") note(uses, step.instance, { outer, step, run: 0 });
      if (step.kind === "repeat")
        for (const [run, { instance }] of step.runs.entries()) note(uses, instance, { outer, step, run });
    }
  }
  return {
    isComplete: root.cost.params !== undefined,
    isTaken: (instance, tensor) =>
      localFlow(instance)
        .takers.get(tensor)
        ?.some(({ kind }) => kind === "layer") === true,
    consumers: (instance, tensor) => consumersOf(uses, root, instance, tensor),
    producers: (instance, tensor) => producersOf(uses, instance, tensor),
  };
}

function note<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

type Uses = ReadonlyMap<Instance, readonly Use[]>;
type Place = readonly [Instance, Tensor];

function consumersOf(uses: Uses, root: Instance, instance: Instance, tensor: Tensor): Consumers {
  const layers: LayerUse[] = [];
  let escapes = false;
  let forks = false;
  const seen = new Set<Tensor>();
  const enter = ([owner, current]: Place) => {
    if (seen.has(current)) return;
    seen.add(current);
    const local = localFlow(owner);
    const takers = local.takers.get(current) ?? [];
    const isResult = owner.result === current && !(owner === root && root.outputs.length > 0);
    const isOutput = owner.outputs.some((output) => output.tensor === current);
    if (takers.length + (isResult ? 1 : 0) + (isOutput ? 1 : 0) > 1) forks = true;
    if (isOutput || (isResult && owner === root)) escapes = true;
    for (const step of takers) {
      if (step.kind === "layer") layers.push({ step, instance: owner });
      else for (const place of inside(step, current)) enter(place);
    }
    if (!isResult) return;
    for (const use of uses.get(owner) ?? []) for (const place of after(use)) enter(place);
  };
  enter([instance, tensor]);
  return { layers, escapes, forks };
}

function producersOf(uses: Uses, instance: Instance, tensor: Tensor): Producers {
  const layers: LayerUse[] = [];
  let enters = false;
  const seen = new Set<Tensor>();
  const enter = ([owner, current]: Place) => {
    if (seen.has(current)) return;
    seen.add(current);
    const maker = localFlow(owner).makers.get(current);
    if (maker?.kind === "layer") layers.push({ step: maker, instance: owner });
    else if (maker?.kind === "call") enter([maker.instance, maker.instance.result]);
    else if (maker) {
      const last = maker.runs.at(-1)?.instance;
      if (last) enter([last, last.result]);
    } else {
      const position = owner.inputs.indexOf(current);
      const known = position < 0 ? [] : (uses.get(owner) ?? []);
      if (known.length === 0) enters = true;
      for (const use of known) for (const place of before(use, position)) enter(place);
    }
  };
  enter([instance, tensor]);
  return { layers, enters };
}

/** Where a tensor that a call or a repeat takes is inside of it. */
function inside(step: CallStep | RepeatStep, tensor: Tensor): Place[] {
  const places: Place[] = [];
  const add = (instance: Instance, position: number) => {
    const input = instance.inputs[position];
    if (input) places.push([instance, input]);
  };
  if (step.kind === "call") {
    for (const [position, input] of step.inputs.entries()) if (input === tensor) add(step.instance, position);
    return places;
  }
  const [first] = step.runs;
  if (first && step.input === tensor) add(first.instance, 0);
  for (const [i, captured] of step.captured.entries())
    if (captured === tensor) for (const { instance } of step.runs) add(instance, i + 1);
  return places;
}

/** What the result of an instance is where it was used: the caller's tensor, or what the next iteration takes. */
function after({ outer, step, run }: Use): Place[] {
  if (step.kind === "call") return [[outer, step.output]];
  const places: Place[] = [];
  const own = step.runs[run];
  const next = step.runs[run + 1];
  if (own && own.count > 1 && own.instance.inputs[0]) places.push([own.instance, own.instance.inputs[0]]);
  if (next?.instance.inputs[0]) places.push([next.instance, next.instance.inputs[0]]);
  if (!next) places.push([outer, step.output]);
  return places;
}

/** What an input of an instance is where it was used: the caller's tensor, or what the iteration before left. */
function before({ outer, step, run }: Use, position: number): Place[] {
  if (step.kind === "call") {
    const input = step.inputs[position];
    return input ? [[outer, input]] : [];
  }
  if (position > 0) {
    const captured = step.captured[position - 1];
    return captured ? [[outer, captured]] : [];
  }
  const own = step.runs[run];
  const previous = step.runs[run - 1];
  const places: Place[] = [previous ? [previous.instance, previous.instance.result] : [outer, step.input]];
  if (own && own.count > 1) places.push([own.instance, own.instance.result]);
  return places;
}

interface LocalFlow {
  readonly takers: ReadonlyMap<Tensor, readonly (LayerStep | CallStep | RepeatStep)[]>;
  readonly makers: ReadonlyMap<Tensor, LayerStep | CallStep | RepeatStep>;
}

const localFlows = new WeakMap<Instance, LocalFlow>();

/** Within one instance. */
function localFlow(instance: Instance): LocalFlow {
  return kept(localFlows, instance, () => {
    const takers = new Map<Tensor, (LayerStep | CallStep | RepeatStep)[]>();
    const makers = new Map<Tensor, LayerStep | CallStep | RepeatStep>();
    for (const step of stepsOf(instance)) {
      const inputs = inputsOf(step);
      if (!inputs || step.kind === "group" || step.kind === "mark") continue;
      for (const [i, input] of inputs.entries()) if (inputs.indexOf(input) === i) note(takers, input, step);
      // A repeat of no iterations hands its input on.
      if (!inputs.includes(step.output)) makers.set(step.output, step);
    }
    return { takers, makers };
  });
}

function inputsOf(step: Step): readonly Tensor[] | undefined {
  switch (step.kind) {
    case "layer":
    case "call":
      return step.inputs;
    case "repeat":
      return step.runs.length === 0 ? [step.output] : [step.input, ...step.captured];
    default:
      return undefined;
  }
}
