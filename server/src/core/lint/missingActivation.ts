/**
 * A residual unit in ResNet's manner that lacks its last activation (He et al. 2016, figure 2). Units that are meant so
 * look different: pre-activation units end in a convolution, linear bottlenecks (Sandler et al. 2018) filter by channel
 * or end thinner than they are inside.
 */
import type { GroupStep, Instance, LayerStep, Step } from "../elaborate/instance.ts";
import { innerSteps } from "../elaborate/instance.ts";
import { fullLayer, isConvolution } from "./linearLayers.ts";
import { headOf, type PlanRule } from "./rule.ts";

export const missingActivation: PlanRule = {
  sees: "plan",
  holds: "every",
  find({ flow, instance }, step) {
    if (step.kind !== "group" || step.form !== "connection" || step.node.kind !== "residual")
      return undefined;
    const main = step.steps.find((inner): inner is GroupStep => inner.kind === "group");
    const sum = step.steps.at(-1);
    if (!main || sum?.kind !== "layer" || !isPostActivation(main)) return undefined;
    const { layers, escapes } = flow.consumers(instance, sum.output);
    if (escapes || layers.length === 0) return undefined;
    const direct = layers.every((use) => isConvolution(use.step) || use.step.operator.name === "add");
    if (!direct || !layers.some((use) => isConvolution(use.step))) return undefined;
    return {
      code: "missing-activation",
      range: headOf(step.node),
      message: `the sum goes into the next convolution without an activation: ResNet's units have \`relu\` after it`,
      data: { kind: "add-activation", node: step.node },
    };
  },
};

/** conv … bn, activation, …, conv, bn: with full convolutions only, of which the last one does not narrow. */
function isPostActivation(main: GroupStep): boolean {
  const layers = layersOf(main.steps);
  const last = layers.at(-1);
  const convolution = layers.findLast(isConvolution);
  const [first] = layers;
  if (!first || !last || !convolution || !isConvolution(first)) return false;
  if (last.operator.family !== "normalization" || !layers.some(isActivation)) return false;
  const full = layers.filter(isConvolution).map(fullLayer);
  if (!full.every((layer) => layer !== undefined)) return false;
  const end = fullLayer(convolution);
  return typeof end?.inputs === "number" && typeof end.outputs === "number" && end.outputs >= end.inputs;
}

/** In order, calls and repeats entered. */
function layersOf(steps: readonly Step[]): LayerStep[] {
  return steps.flatMap((step): LayerStep[] => {
    if (step.kind === "layer") return [step];
    if (step.kind === "call") return layersIn(step.instance);
    if (step.kind === "repeat") return step.runs.flatMap((run) => layersIn(run.instance));
    return layersOf(innerSteps(step));
  });
}

function layersIn(instance: Instance): LayerStep[] {
  return layersOf(instance.steps);
}

function isActivation({ operator }: LayerStep): boolean {
  return operator.family === "activation";
}
