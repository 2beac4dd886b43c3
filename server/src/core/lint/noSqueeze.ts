/** A Fire module whose first layer has as many channels as those that it feeds (Iandola et al. 2016, section 3.2). */
import type { GroupStep, LayerStep } from "../elaborate/instance.ts";
import type { LayerUse } from "./flow.ts";
import { fullLayer } from "./linearLayers.ts";
import { headOf, type PlanRule } from "./rule.ts";

export const noSqueeze: PlanRule = {
  sees: "plan",
  holds: "some",
  find({ flow, instance }, step) {
    if (step.kind !== "layer" || step.node.kind !== "layer") return undefined;
    const squeeze = fullLayer(step);
    if (!squeeze || squeeze.kernel.length === 0 || squeeze.kernel.some((size) => size !== 1))
      return undefined;
    let after: readonly LayerUse[] = flow.consumers(instance, step.output).layers;
    // A repeat of one activation feeds itself.
    const passed = new Set<LayerStep>();
    for (let [next, more] = after; next && !more && !passed.has(next.step); [next, more] = after) {
      if (!passesOn(next.step)) break;
      passed.add(next.step);
      after = flow.consumers(next.instance, next.step.output).layers;
    }
    const expand = after.map((use) => fullLayer(use.step));
    const kernels = new Set(expand.map((layer) => layer?.kernel.join()));
    if (expand.length < 2 || kernels.size < 2 || !expand.every((layer) => layer !== undefined))
      return undefined;
    if (!expand.some((layer) => layer.kernel.every((size) => size === 1)) || !allStacked(after))
      return undefined;
    const from = squeeze.outputs;
    const to = expand.map((layer) => layer.outputs);
    if (typeof from !== "number" || !to.every((count) => typeof count === "number")) return undefined;
    const total = to.reduce((a, b) => a + b, 0);
    if (from < total) return undefined;
    return {
      code: "no-squeeze",
      range: headOf(step.node),
      message: `this layer does not squeeze: its ${from} channels are not fewer than the ${to.join(" + ")} that come after it`,
      data: { kind: "squeeze", node: step.node, expanded: total },
    };
  },
};

/** Between squeeze and expand stand an activation and perhaps a normalisation. */
function passesOn({ operator }: LayerStep): boolean {
  return operator.family === "activation" || operator.family === "normalization";
}

/** Whether the layers stand in the branches of one `concat`, one in each. */
function allStacked(uses: readonly LayerUse[]): boolean {
  const [first] = uses;
  return (
    uses.every(({ instance }) => instance === first?.instance) && first !== undefined && concatOf(first, uses)
  );
}

function concatOf({ instance }: LayerUse, uses: readonly LayerUse[]): boolean {
  const holds = (group: GroupStep): boolean =>
    group.node.kind === "combine" &&
    group.node.operator === "concat" &&
    group.form === "connection" &&
    branchesOf(group).length === uses.length &&
    branchesOf(group).every((branch) => uses.some(({ step }) => convolutionsIn(branch).includes(step)));
  const search = (steps: readonly GroupStep["steps"][number][]): boolean =>
    steps.some((step) => step.kind === "group" && (holds(step) || search(step.steps)));
  return search(instance.steps);
}

function branchesOf(group: GroupStep): GroupStep[] {
  return group.steps.filter((step): step is GroupStep => step.kind === "group" && step.form === "branch");
}

/** The convolutions of a branch that has just one. */
function convolutionsIn(branch: GroupStep): LayerStep[] {
  const layers = (steps: GroupStep["steps"]): LayerStep[] =>
    steps.flatMap((step) =>
      step.kind === "layer" ? [step] : step.kind === "group" ? layers(step.steps) : [],
    );
  const found = layers(branch.steps).filter((step) => step.operator.family === "convolution");
  return found.length === 1 ? found : [];
}
