/**
 * What decided a shape: the argument that set the channels, the statement that last changed height and width. Goes back
 * over the steps, into the blocks that are called and out of the repeats around.
 */
import type { LayerCall, Location, Statement, TextRange } from "../../../../grammar/ast.ts";
import type { Facts } from "../cost/facts.ts";
import { eachStep, type Instance, kept, type Step, type Tensor } from "../elaborate/instance.ts";
import { bindArguments, operatorParameters } from "../sema/arguments.ts";
import type { Shape } from "../shape/shape.ts";

/** The first axis, or those behind it. */
export type ShapePart = "channels" | "sizes";

export interface ShapeOrigin {
  readonly location: Location;
  /** What stands there; undefined where it is a block's name: its callers decide. */
  readonly statement: Statement | undefined;
}

/** What decided a part of what a step of an instance leaves. `facts` tell what is around a repeat. */
export function shapeOrigin(
  facts: Facts,
  instance: Instance,
  step: Step,
  part: ShapePart,
): ShapeOrigin | undefined {
  const trail = { facts, part, left: maxSteps };
  return originOf(trail, instance, step.output) ?? entering(trail, instance, step.output);
}

/** A chain of more steps than this is not followed to its end. */
const maxSteps = 20_000;

interface Trail {
  readonly facts: Facts;
  readonly part: ShapePart;
  left: number;
}

/** Undefined where a tensor is one that enters the instance, and only passes through. */
function originOf(trail: Trail, instance: Instance, tensor: Tensor): ShapeOrigin | undefined {
  const steps = producers(instance);
  let current = tensor;
  for (;;) {
    const step = steps.get(current);
    if (!step || trail.left-- <= 0) return undefined;
    const found = decidedBy(trail, instance, step);
    if (found) return found;
    const next = step.kind === "repeat" ? step.input : step.kind === "mark" ? undefined : inputOf(step);
    if (!next) return undefined;
    current = next;
  }
}

function inputOf(step: Step): Tensor | undefined {
  return step.kind === "layer" || step.kind === "call" ? step.inputs[0] : undefined;
}

function decidedBy(trail: Trail, instance: Instance, step: Step): ShapeOrigin | undefined {
  if (step.kind === "mark" && step.node.kind === "input")
    return at(instance, step.node, step.node.dimsRange.end > 0 ? step.node.dimsRange : step.node.range);
  if (step.kind === "call") return originOf(trail, step.instance, step.instance.result);
  if (step.kind === "repeat") {
    for (const run of step.runs.toReversed()) {
      const found = originOf(trail, run.instance, run.instance.result);
      if (found) return found;
    }
  }
  if (step.kind !== "layer") return undefined;
  const argument = trail.part === "channels" ? channelsArgument(step) : undefined;
  if (argument) return at(instance, step.node, argument);
  const same = samePart(step.inputs[0]?.shape, step.output.shape, trail.part);
  return same ? undefined : at(instance, step.node, step.node.head);
}

/** Where the channels are written, for layers that have them as an argument. */
function channelsArgument({
  node,
  operator,
  output,
}: Extract<Step, { kind: "layer" }>): TextRange | undefined {
  if (node.kind !== "layer") return undefined;
  // On a sequence the features are the last axis.
  const name = "channels" in operator.params ? "channels" : "features";
  if (name === "features" && output.shape?.length !== 1) return undefined;
  return argumentNamed(node, operator, name);
}

function argumentNamed(
  { args, callee }: LayerCall,
  operator: Extract<Step, { kind: "layer" }>["operator"],
  name: string,
): TextRange | undefined {
  const value = bindArguments(operatorParameters(operator), args, callee).bound.get(name)?.value;
  // `pad` has channels that it adds, in a list.
  return value && value.kind !== "list" ? value.range : undefined;
}

function samePart(before: Shape | undefined, after: Shape | undefined, part: ShapePart): boolean {
  if (!before || !after || before.length !== after.length) return false;
  const of = (shape: Shape) => (part === "channels" ? shape.slice(0, 1) : shape.slice(1));
  return of(before).every((dim, i) => String(dim) === String(of(after)[i]));
}

/** Around a repeat that a tensor only passes through; else the name of the block that it enters. */
function entering(trail: Trail, instance: Instance, tensor: Tensor): ShapeOrigin | undefined {
  const { owner, section } = instance;
  if (owner.kind !== "repeat")
    return { location: { section, range: owner.name.range }, statement: undefined };
  const around = trail.facts
    .get(owner)
    ?.variants.find(
      ({ step }) => step.kind === "repeat" && step.runs.some((run) => run.instance === instance),
    );
  if (around?.step.kind !== "repeat" || trail.left <= 0) return undefined;
  const { step, instance: outer } = around;
  const before = step.runs[step.runs.findIndex((run) => run.instance === instance) - 1];
  const found = before && originOf(trail, before.instance, before.instance.result);
  if (found) return found;
  const captured = instance.inputs.slice(1).indexOf(tensor);
  const outside = step.captured[captured] ?? step.input;
  return originOf(trail, outer, outside) ?? entering(trail, outer, outside);
}

function at({ section }: Instance, statement: Statement, range: TextRange): ShapeOrigin {
  return { location: { section, range }, statement };
}

const producersOf = new WeakMap<Instance, ReadonlyMap<Tensor, Step>>();

/** The step that made each tensor. */
function producers(instance: Instance): ReadonlyMap<Tensor, Step> {
  return kept(producersOf, instance, () => {
    const steps = new Map<Tensor, Step>();
    eachStep(instance.steps, (step) => {
      const makes = step.kind !== "group" && (step.kind !== "mark" || step.node.kind === "input");
      if (makes) steps.set(step.output, step);
    });
    return steps;
  });
}
