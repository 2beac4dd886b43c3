/** Element-wise activations: same shape out as in. */
import { multiply } from "../shape/dim.ts";
import { channels, elements, type Shape } from "../shape/shape.ts";
import { featureAxis, resolveAxis } from "./axes.ts";
import { type ArgsOf, defineOperator, type InferContext, operationsPerElement } from "./operator.ts";
import { float, int, position } from "./params.ts";

/** An activation without parameters. `operations` counts arithmetic per element. */
function activation<const N extends string>(name: N, doc: string, operations: number) {
  return defineOperator({
    name,
    family: "activation",
    doc,
    params: {},
    infer: (_args, [input]) => input,
    work: (_args, _inputs, output) => ({ macs: 0, flops: multiply(operations, elements(output)) }),
  });
}

export const relu = activation("relu", "Rectified linear unit: max(x, 0).", 1);
export const relu6 = activation("relu6", "Rectified linear unit capped at 6: min(max(x, 0), 6).", 2);
export const sigmoid = activation("sigmoid", "Logistic function: 1 / (1 + e^−x).", 3);
export const tanh = activation("tanh", "Hyperbolic tangent.", 1);
export const silu = activation("silu", "Sigmoid-weighted linear unit, also called swish: x · sigmoid(x).", 4);
export const gelu = activation("gelu", "Gaussian error linear unit: x · Φ(x), by the error function.", 4);
export const softplus = activation("softplus", "Smooth ReLU: ln(1 + e^x).", 3);
export const mish = activation("mish", "x · tanh(ln(1 + e^x)) (Misra 2019).", 5);
export const hard_sigmoid = activation("hard_sigmoid", "min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).", 4);
export const hard_swish = activation("hard_swish", "x · hard_sigmoid(x) (Howard et al. 2019).", 5);

export const leaky_relu = defineOperator({
  name: "leaky_relu",
  family: "activation",
  doc: "max(x, 0) + slope · min(x, 0).",
  params: { slope: float({ doc: "Slope of the negative part.", default: 0.01 }) },
  infer: (_args, [input]) => input,
  work: (_args, _inputs, output) => ({ macs: 0, flops: multiply(2, elements(output)) }),
});

export const elu = defineOperator({
  name: "elu",
  family: "activation",
  doc: "x for positive x, else alpha · (e^x − 1).",
  params: { alpha: float({ doc: "Scale of the negative part.", default: 1 }) },
  infer: (_args, [input]) => input,
  work: (_args, _inputs, output) => ({ macs: 0, flops: multiply(3, elements(output)) }),
});

export const prelu = defineOperator({
  name: "prelu",
  family: "activation",
  doc: "Leaky ReLU whose slope is trained, one for each channel or one for all (He et al. 2015).",
  params: { slopes: int({ doc: "1 for one slope, else the number of channels.", default: 1 }) },
  infer(args, [input], ctx) {
    const count = channels(input);
    if (typeof count === "number" && args.slopes !== 1 && args.slopes !== count) {
      ctx.report(
        "wrong-argument",
        `prelu takes 1 slope or one for each of the ${count} channels, not ${args.slopes}`,
        "slopes",
      );
      return undefined;
    }
    return input;
  },
  weights: (args) => [
    { name: "weight", shape: [args.slopes], initializer: { kind: "constant", value: 0.25 }, trainable: true },
  ],
  work: (_args, _inputs, output) => ({ macs: 0, flops: multiply(2, elements(output)) }),
  formula: (args) => String(args.slopes),
});

const softmaxParams = {
  axis: position({
    doc: "The axis whose elements share the sum.",
    defaultText: "the channels of a feature map, else the last",
  }),
};

function inferSoftmax(
  args: ArgsOf<typeof softmaxParams>,
  [input]: readonly Shape[],
  ctx: InferContext,
): Shape | undefined {
  if (!input || input.length === 0) return input;
  return resolveAxis(args.axis ?? featureAxis(input), input, ctx) === undefined ? undefined : input;
}

export const softmax = defineOperator({
  name: "softmax",
  family: "activation",
  doc: "e^x / Σ e^x over the last axis of a vector or sequence, over the channels of a feature map.",
  params: softmaxParams,
  infer: inferSoftmax,
  work: (_args, _inputs, output) => operationsPerElement(3, output),
});

export const log_softmax = defineOperator({
  name: "log_softmax",
  family: "activation",
  doc: "Logarithm of `softmax`: x − ln Σ e^x over the last axis of a vector or sequence, over the channels of a feature map.",
  params: softmaxParams,
  infer: inferSoftmax,
  work: (_args, _inputs, output) => operationsPerElement(3, output),
});
