/** An activation that another one makes void: `relu` of what is never negative, or the same squashing twice. */
import type { Instance, LayerStep, Tensor } from "../elaborate/instance.ts";
import type { OperatorName } from "../ops/registry.ts";
import type { Flow, LayerUse } from "./flow.ts";
import { headOf, type PlanRule } from "./rule.ts";

const upToOne: readonly OperatorName[] = ["sigmoid", "hard_sigmoid", "softmax"];

/** What an activation leaves as it is. */
const voidAfter: Partial<Record<OperatorName, readonly OperatorName[]>> = {
  relu: ["relu", "relu6", "softplus", ...upToOne],
  leaky_relu: ["relu", "relu6", "softplus", ...upToOne],
  relu6: ["relu6", ...upToOne],
};

/** Applied twice, these only flatten the values. */
const squashing: readonly OperatorName[] = ["sigmoid", "hard_sigmoid", "tanh", "softmax", "log_softmax"];

/** Layers whose outputs lie between their inputs' least and greatest. */
const keepsRange: readonly OperatorName[] = [
  "max_pool",
  "global_avg_pool",
  "global_max_pool",
  "adaptive_avg_pool",
  "adaptive_max_pool",
  "dropout",
  "flatten",
  "reshape",
  "permute",
  "transpose",
  "channel_shuffle",
  "pixel_shuffle",
];

export const doubledActivation: PlanRule = {
  sees: "plan",
  holds: "every",
  find({ flow, instance }, step) {
    if (step.kind !== "layer" || step.node.kind !== "layer" || step.operator.family !== "activation")
      return undefined;
    const { name } = step.operator;
    const [input] = step.inputs;
    const idle = voidAfter[name];
    const found = input && (idle || squashing.includes(name)) ? sources(flow, instance, input) : undefined;
    const names = new Set(found?.map((source) => source.step.operator.name));
    const [first] = names;
    if (!found || !first) return undefined;
    const told = { code: "doubled-activation", range: headOf(step.node) } as const;
    const remove = { kind: "remove-layer", node: step.node } as const;
    if (idle && [...names].every((source) => idle.includes(source))) {
      return {
        ...told,
        message: `\`${name}\` changes nothing here: what comes from \`${first}\` is ${name === "relu6" ? "between 0 and 6" : "never negative"}`,
        related: relatedTo(found, first),
        data: remove,
      };
    }
    if (names.size > 1 || first !== name || !squashing.includes(name)) return undefined;
    const message = `\`${name}\` is applied twice in a row`;
    return { ...told, message, related: relatedTo(found, first), data: remove };
  },
};

/** The activations that a tensor comes from, through layers that keep the range; undefined when not all are such. */
function sources(flow: Flow, instance: Instance, tensor: Tensor): readonly LayerUse[] | undefined {
  const found: LayerUse[] = [];
  const open: (readonly [Instance, Tensor])[] = [[instance, tensor]];
  const seen = new Set<LayerStep>();
  for (let next = open.pop(); next; next = open.pop()) {
    const { layers, enters } = flow.producers(...next);
    if (enters || layers.length === 0) return undefined;
    for (const use of layers) {
      const { operator, inputs } = use.step;
      if (seen.has(use.step)) continue;
      seen.add(use.step);
      if (operator.family === "activation") found.push(use);
      else if (keepsRange.includes(operator.name) && inputs[0]) open.push([use.instance, inputs[0]]);
      else return undefined;
    }
  }
  return found;
}

function relatedTo(found: readonly LayerUse[], name: OperatorName) {
  const [use] = found;
  if (!use) return [];
  const location = { section: use.instance.section, range: headOf(use.step.node) };
  return [{ message: `\`${name}\` here`, location }];
}
