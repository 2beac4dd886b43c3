/** What goes into a graph and comes out of it, for engines whose files forget it. */
import type { Graph } from "../../core/index.ts";
import type { ModelSignature } from "../../run/protocol.ts";

export function signatureOf({ inputs, outputs }: Graph): ModelSignature {
  return {
    inputs: inputs.map(({ name, shape }) => ({
      name,
      shape: shape.map((size) => (typeof size === "number" ? size : String(size))),
    })),
    outputs: outputs.map(({ name }) => name),
  };
}
