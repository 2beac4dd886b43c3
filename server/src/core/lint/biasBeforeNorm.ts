/** A bias that the batch normalisation after it takes away again with the mean (Ioffe & Szegedy 2015, section 3.2). */

import { formatCount } from "../cost/format.ts";
import type { LayerStep } from "../elaborate/instance.ts";
import { headOf, type PlanRule } from "./rule.ts";

export const biasBeforeNorm: PlanRule = {
  sees: "plan",
  holds: "every",
  find({ flow, instance }, step) {
    if (step.kind !== "layer" || step.args.bias !== true || step.node.kind !== "layer") return undefined;
    const { layers, escapes } = flow.consumers(instance, step.output);
    // On a vector or a sequence other axes may be normalised than the bias is added along.
    const normalised =
      layers.length > 0 && layers.every(({ step: next }) => next.operator.name === "bn" && isImage(next));
    if (escapes || !normalised) return undefined;
    const count = biasSize(step);
    return {
      code: "bias-before-norm",
      range: headOf(step.node),
      message: `the \`bn\` after it takes this bias away: write \`bias: false\`${count === undefined ? "" : ` and spare ${formatCount(count)} parameters`}`,
      data: { kind: "bias", node: step.node },
    };
  },
};

function isImage(step: LayerStep): boolean {
  const rank = step.inputs[0]?.shape?.length;
  return rank !== undefined && rank !== 2;
}

function biasSize({ weights }: LayerStep): number | undefined {
  return weights.find(({ name }) => name === "bias" || name.endsWith(".bias"))?.shape[0];
}
