/**
 * Two full layers in a row with nothing nonlinear between them are one linear layer. Told where the pair can't be meant
 * as a factorisation: its middle is no narrower than both ends, and its kernels are square.
 */
import type { OperatorName } from "../ops/registry.ts";
import type { Flow, LayerUse } from "./flow.ts";
import { type FullLayer, fullLayer } from "./linearLayers.ts";
import { headOf, type PlanRule } from "./rule.ts";

/** What may stand between: linear itself, or the identity at inference. */
const transparent: readonly OperatorName[] = ["dropout", "flatten"];

export const linearChain: PlanRule = {
  sees: "plan",
  holds: "every",
  find({ flow, instance }, step) {
    const first = step.kind === "layer" ? fullLayer(step) : undefined;
    if (!first || step.node.kind !== "layer") return undefined;
    const next = followers(flow, { step: first.step, instance });
    const seconds = next?.map((use) => fullLayer(use.step)) ?? [];
    if (!next || seconds.length === 0 || !seconds.every((second) => second && couldBeOne(first, second)))
      return undefined;
    const [use] = next;
    const name = step.node.callee.name;
    const second = use?.step.node.kind === "layer" ? use.step.node.callee.name : name;
    return {
      code: "linear-chain",
      range: headOf(step.node),
      message: `nothing nonlinear stands between this \`${name}\` and the \`${second}\` after it: one could do for both`,
      related: use
        ? [
            {
              message: `the \`${second}\` after it`,
              location: { section: use.instance.section, range: headOf(use.step.node) },
            },
          ]
        : [],
      data: { kind: "add-activation", node: step.node },
    };
  },
};

/** The layers that take what one leaves, where in each use there is just one. */
function followers(flow: Flow, from: LayerUse): LayerUse[] | undefined {
  const found: LayerUse[] = [];
  const open = [from];
  for (let next = open.pop(); next; next = open.pop()) {
    const { layers, escapes, forks } = flow.consumers(next.instance, next.step.output);
    if (escapes || forks) return undefined;
    for (const use of layers) {
      if (transparent.includes(use.step.operator.name)) open.push(use);
      else found.push(use);
    }
  }
  return found;
}

function couldBeOne(first: FullLayer, second: FullLayer): boolean {
  const { inputs, outputs: middle } = first;
  const { outputs } = second;
  if (typeof inputs !== "number" || typeof middle !== "number" || typeof outputs !== "number") return false;
  const square = [first.kernel, second.kernel].every((kernel) => kernel.every((size) => size === kernel[0]));
  return square && middle >= Math.min(inputs, outputs);
}
