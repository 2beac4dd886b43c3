/** Which tensors of a graph hold nothing below zero: their padding may be zeros where a maximum is taken. */
import type { Graph } from "../../../ir/graph.ts";
import type { OperatorName } from "../../../ops/registry.ts";

const makes: ReadonlySet<OperatorName> = new Set([
  "relu",
  "relu6",
  "sigmoid",
  "softplus",
  "hard_sigmoid",
  "softmax",
]);

const keeps: ReadonlySet<OperatorName> = new Set([
  "max_pool",
  "avg_pool",
  "global_avg_pool",
  "global_max_pool",
  "adaptive_avg_pool",
  "adaptive_max_pool",
  "concat",
  "add",
  "mul",
  "upsample",
  "dropout",
  "drop_path",
  "channel_shuffle",
]);

/** By the tensors' names. */
export function notNegative(graph: Graph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { op, inputs, output } of graph.nodes) {
    if (makes.has(op) || (keeps.has(op) && inputs.every(({ name }) => found.has(name))))
      found.add(output.name);
  }
  return found;
}
