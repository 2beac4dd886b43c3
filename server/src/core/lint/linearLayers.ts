/** Layers that are linear in their input, as the rules about activations see them. */
import type { LayerStep } from "../elaborate/instance.ts";
import type { Dim } from "../shape/dim.ts";
import { channels } from "../shape/shape.ts";

/** A full convolution or a linear layer: every output sees every input channel. */
export interface FullLayer {
  readonly step: LayerStep;
  readonly inputs: Dim;
  readonly outputs: Dim;
  readonly kernel: readonly number[];
}

/** Undefined for what is not full: groups, depthwise halves. */
export function fullLayer(step: LayerStep): FullLayer | undefined {
  const { args, operator } = step;
  const before = step.inputs[0]?.shape;
  const after = step.output.shape;
  if (!before || !after) return undefined;
  if (operator.name === "linear") {
    if (before.length > 2 || args.axis !== undefined) return undefined;
    return { step, inputs: before.at(-1), outputs: after.at(-1), kernel: [] };
  }
  if (operator.name !== "conv" || args.groups !== 1) return undefined;
  return {
    step,
    inputs: channels(before),
    outputs: channels(after),
    kernel: args.kernel as readonly number[],
  };
}

export function isConvolution({ operator }: LayerStep): boolean {
  return operator.family === "convolution";
}
