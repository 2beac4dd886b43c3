/** The layer that a fault is about, as it was elaborated where it failed: its input's shape and its arguments. */
import type { LayerCall } from "../../../../grammar/ast.ts";
import type { LayerStep } from "../elaborate/instance.ts";
import type { Shape } from "../shape/shape.ts";
import { type FixContext, nodesAtFault } from "./fix.ts";

export interface FailingLayer {
  readonly node: LayerCall;
  readonly step: LayerStep;
  readonly input: Shape;
}

export function failingLayer(ctx: FixContext): FailingLayer | undefined {
  const node = nodesAtFault(ctx).findLast((other): other is LayerCall => other.kind === "layer");
  const variants = (node && ctx.analysis.of(ctx.file)?.facts.get(node)?.variants) ?? [];
  for (const { step } of variants) {
    const input = step.kind === "layer" ? step.inputs[0]?.shape : undefined;
    if (node && step.kind === "layer" && input && !step.output.shape) return { node, step, input };
  }
  return undefined;
}
