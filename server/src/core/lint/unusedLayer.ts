/** A layer that was computed for nothing: neither a later statement nor an output takes what it leaves. */
import type { Statement } from "../../../../grammar/ast.ts";
import { headOf, type PlanRule } from "./rule.ts";

export const unusedLayer: PlanRule = {
  sees: "plan",
  holds: "every",
  find({ flow, instance }, step) {
    if (!flow.isComplete) return undefined;
    if (step.kind === "mark" && step.node.kind === "input") {
      const { layers, escapes } = flow.consumers(instance, step.output);
      if (escapes || layers.length > 0) return undefined;
      return {
        code: "unused-variable",
        range: step.node.name.range,
        message: `nothing uses the input \`${step.node.name.name}\``,
      };
    }
    if (step.kind !== "layer" || flow.isTaken(instance, step.output)) return undefined;
    const { layers, escapes } = flow.consumers(instance, step.output);
    if (escapes || layers.length > 0) return undefined;
    return {
      code: "unused-layer",
      range: headOf(step.node),
      message: `nothing uses what this ${nameOf(step.node)} leaves: no later statement, and no output`,
    };
  },
};

function nameOf(node: Statement): string {
  if (node.kind === "layer") return `\`${node.callee.name}\``;
  return node.kind === "combine" ? `\`${node.operator}\`` : `\`${node.kind}\``;
}
