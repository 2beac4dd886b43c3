/**
 * Layers that are a trained tensor and little else. Those that are one single tensor in a state_dict (`class_token`,
 * `encoder.pos_embedding`, `layer_scale`) give it an empty name, so that the layer's label is all of its name.
 */
import { add } from "../shape/dim.ts";
import { formatShape, type Shape } from "../shape/shape.ts";
import { broadcastShape, featureAxis, sizeAlong } from "./axes.ts";
import { defineOperator, type InferContext, noWork, operationsPerElement } from "./operator.ts";
import { float, int } from "./params.ts";

/** The spread that torchvision gives to embeddings. */
const spread = { kind: "spread", deviation: 0.02 } as const;

export const scale = defineOperator({
  name: "scale",
  family: "normalization",
  doc: "Multiplies each channel of a feature map, or each feature of a sequence, by a trained factor: the layer scale of ConvNeXt and CaiT (Touvron et al. 2021). C parameters, named as the layer itself.",
  params: { init: float({ doc: "What the factors start from; ConvNeXt has 1e-6.", default: 1 }) },
  infer(_args, [input], ctx) {
    if (input && input.length === 0) {
      ctx.report("wrong-rank", "scale needs channels, but its input is a scalar");
      return undefined;
    }
    return input;
  },
  weights(args, [input]) {
    if (!input || typeof sizeAlong(undefined, input) !== "number") return [];
    const shape = broadcastShape(featureAxis(input), input);
    return [{ name: "", shape, initializer: { kind: "constant", value: args.init }, trainable: true }];
  },
  work: (_args, _inputs, output) => operationsPerElement(1, output),
  formula: (_args, [input]) => String(sizeAlong(undefined, input) ?? "?"),
});

export const class_token = defineOperator({
  name: "class_token",
  family: "embedding",
  doc: "Puts one trained element before a sequence, which gathers what is said of the whole: L×E to (L + 1)×E (ViT, Dosovitskiy et al. 2021). E parameters, named as the layer itself. `slice(axis: 0, end: 1)` takes it out again.",
  params: {},
  infer(_args, [input], ctx) {
    if (!input || !isSequence(input, "class_token", ctx)) return undefined;
    return [add(input[0], 1), input[1]];
  },
  weights: (_args, [input]) =>
    typeof input?.[1] === "number"
      ? [{ name: "", shape: [1, 1, input[1]], initializer: { kind: "zeros" }, trainable: true }]
      : [],
  work: () => noWork,
  formula: (_args, [input]) => String(input?.[1] ?? "?"),
});

export const position_embedding = defineOperator({
  name: "position_embedding",
  family: "embedding",
  doc: "Adds a trained tensor of the input's own shape, so that positions can be told apart (ViT, Dosovitskiy et al. 2021). Parameters: as many as the input has elements, named as the layer itself.",
  params: {},
  infer(_args, [input], ctx) {
    if (input?.length === 0) {
      ctx.report("wrong-rank", "position_embedding needs positions, but its input is a scalar");
      return undefined;
    }
    return input;
  },
  weights(_args, [input]) {
    if (!input?.every((size) => typeof size === "number")) return [];
    return [{ name: "", shape: [1, ...input], initializer: spread, trainable: true }];
  },
  work: (_args, _inputs, output) => operationsPerElement(1, output),
  formula: (_args, [input]) => input?.map(String).join("·"),
});

export const embedding = defineOperator({
  name: "embedding",
  family: "embedding",
  doc: "Looks up a trained vector for each index of a list: L to L×features. The indices are numbers from 0 to count − 1; fractions are cut off. Parameters: count·features.",
  params: {
    count: int({ doc: "Vectors in the table: the size of the vocabulary." }),
    features: int({ doc: "Features of each vector." }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length !== 1) {
      ctx.report(
        "wrong-rank",
        `embedding needs a list of indices, such as \`input words: [128]\`, but its input is ${formatShape(input)}`,
      );
      return undefined;
    }
    return [...input, args.features];
  },
  weights: (args) => [
    { name: "weight", shape: [args.count, args.features], initializer: spread, trainable: true },
  ],
  work: () => noWork,
  formula: (args) => `${args.count}·${args.features}`,
});

function isSequence(input: Shape, operator: string, ctx: InferContext): boolean {
  if (input.length === 2) return true;
  const fix = input.length > 2 ? "; make a sequence of it first: `flatten(1) -> transpose`" : "";
  ctx.report(
    "wrong-rank",
    `${operator} needs a sequence (length×features), but its input is ${formatShape(input)}${fix}`,
  );
  return false;
}
