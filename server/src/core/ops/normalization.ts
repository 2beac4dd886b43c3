/** Normalisation layers. At inference batch normalisation is a scale and a shift per channel. */
import { channels } from "../shape/shape.ts";
import { defineOperator, operationsPerElement } from "./operator.ts";
import { bool, float, int } from "./params.ts";
import { isFeatureMap } from "./window.ts";

export const bn = defineOperator({
  name: "bn",
  family: "normalization",
  doc: "Batch normalisation (Ioffe & Szegedy 2015). 2·C parameters (scale and shift) and 2·C buffers (running mean and variance); two operations per element at inference.",
  params: {
    eps: float({ doc: "Added to the variance.", default: 1e-5, min: 0 }),
    affine: bool({ doc: "Has a trainable scale and shift.", default: true }),
  },
  infer(_args, [input], ctx) {
    if (input && input.length === 0) {
      ctx.report("wrong-rank", "bn needs channels, but its input is a scalar");
      return undefined;
    }
    return input;
  },
  weights(args, [input]) {
    const count = channels(input);
    if (typeof count !== "number") return [];
    const shape = [count];
    const affine = args.affine
      ? ([
          { name: "weight", shape, initializer: { kind: "ones" }, trainable: true },
          { name: "bias", shape, initializer: { kind: "zeros" }, trainable: true },
        ] as const)
      : [];
    return [
      ...affine,
      { name: "running_mean", shape, initializer: { kind: "zeros" }, trainable: false },
      { name: "running_var", shape, initializer: { kind: "ones" }, trainable: false },
    ];
  },
  work: (_args, _inputs, output) => operationsPerElement(2, output),
  formula: (args, [input]) => (args.affine ? `2·${channels(input)}` : "0"),
});

export const lrn = defineOperator({
  name: "lrn",
  family: "normalization",
  doc: "Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3): x / (k + alpha/size · Σ x²)^beta.",
  params: {
    size: int({ doc: "Channels that a sum spans.", default: 5 }),
    alpha: float({ doc: "Scale of the sum.", default: 1e-4 }),
    beta: float({ doc: "Exponent.", default: 0.75 }),
    k: float({ doc: "Added to the sum.", default: 1 }),
  },
  infer: (_args, [input], ctx) => (input && isFeatureMap(input, "lrn", ctx) ? input : undefined),
  work: (args, _inputs, output) => operationsPerElement(2 * args.size + 3, output),
});
