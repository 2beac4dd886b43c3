/** For every operator: layers in isolation, and what they compute by the plain loops of reference.ts. */
import type { OperatorArgs, OperatorName } from "../../server/src/core/ops/registry.ts";
import { attentionCases } from "./attentionCases.ts";
import { type OperatorCase, one } from "./operatorCase.ts";
import { rearrangingCases } from "./rearrangingCases.ts";
import * as reference from "./reference.ts";
import { at, plain } from "./reference.ts";
import { resizingCases } from "./resizingCases.ts";
import { windowCases } from "./windowCases.ts";

const image = [4, 7, 6];

export const operatorCases: readonly OperatorCase[] = [
  ...elementwise("relu", {}, (x) => Math.max(x, 0)),
  ...elementwise("relu6", {}, (x) => Math.min(Math.max(x * 1, 0), 6)),
  ...elementwise("leaky_relu", { slope: 0.2 }, (x) => (x < 0 ? 0.2 * x : x)),
  ...elementwise("elu", {}, (x) => (x < 0 ? Math.expm1(x) : x)),
  ...elementwise("elu", { alpha: 0.7 }, (x) => (x < 0 ? 0.7 * Math.expm1(x) : x)),
  ...elementwise("gelu", {}, (x) => 0.5 * x * (1 + reference.erf(x / Math.SQRT2))),
  ...elementwise("silu", {}, (x) => x / (1 + Math.exp(-x))),
  ...elementwise("sigmoid", {}, (x) => 1 / (1 + Math.exp(-x))),
  ...elementwise("tanh", {}, Math.tanh),
  ...elementwise("hard_sigmoid", {}, hardSigmoid),
  ...elementwise("hard_swish", {}, (x) => x * hardSigmoid(x)),
  ...elementwise("softplus", {}, (x) => Math.log1p(Math.exp(x))),
  ...elementwise("mish", {}, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))),
  ...elementwise("dropout", {}, (x) => x),
  ...elementwise("drop_path", {}, (x) => x),
  one("softmax", {}, [image], ([x]) => reference.softmax(x, 0)),
  one("softmax", {}, [[9]], ([x]) => reference.softmax(x, 0)),
  one("softmax", {}, [[5, 9]], ([x]) => reference.softmax(x, 1)),
  one("softmax", { axis: -1 }, [image], ([x]) => reference.softmax(x, 2)),
  ...[{}, { axis: 1 }].map((args) =>
    one("log_softmax", args, [image], ([x]) => {
      const { shape, data } = reference.softmax(x, args.axis ?? 0);
      return { shape, data: Array.from(data, Math.log) };
    }),
  ),
  ...[1, 4].map((slopes) =>
    one("prelu", { slopes }, [image], ([x], { weight }) =>
      plain(x.shape, (i) => slope(at(x, i) ?? 0, at(weight ?? x, [slopes === 1 ? 0 : (i[0] ?? 0)]) ?? 0)),
    ),
  ),
  one("prelu", { slopes: 5 }, [[5]], ([x], { weight }) =>
    plain(x.shape, (i) => slope(at(x, i) ?? 0, at(weight ?? x, i) ?? 0)),
  ),
  ...[true, false].flatMap((affine) =>
    [image, [5], [5, 3]].map((shape) =>
      one("bn", { affine, eps: 1e-3 }, [shape], ([x], w) =>
        plain(shape, (i) => {
          const of = (name: string, other: number) => {
            const tensor = w[name];
            return tensor ? (at(tensor, [i[0] ?? 0]) ?? 0) : other;
          };
          const normal = ((at(x, i) ?? 0) - of("running_mean", 0)) / Math.sqrt(of("running_var", 1) + 1e-3);
          return normal * of("weight", 1) + of("bias", 0);
        }),
      ),
    ),
  ),
  ...[1, 2, 3, 4, 5].map((size) =>
    one("lrn", { size, alpha: 0.3, beta: 0.75, k: 2 }, [[6, 3, 4]], ([x]) =>
      reference.lrn(x, size, 0.3, 0.75, 2),
    ),
  ),
  one("lrn", { alpha: 0.3 }, [[6, 5]], ([x]) => reference.lrn(x, 5, 0.3, 0.75, 1)),
  one("lrn", { alpha: 0.3 }, [[6, 2, 3, 2]], ([x]) => reference.lrn(x, 5, 0.3, 0.75, 1)),
  ...[true, false].flatMap((bias) =>
    [[6], [3, 6]].map((shape) =>
      one("linear", { features: 5, bias }, [shape], ([x], w) => reference.linear(x, w.weight ?? x, w.bias)),
    ),
  ),
  ...[true, false].flatMap((bias) => [
    one("linear", { features: 5, bias, axis: 0 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 0),
    ),
    one("linear", { features: 5, bias, axis: 0 }, [[3, 6]], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 0),
    ),
    one("linear", { features: 5, bias, axis: 1 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 1),
    ),
    one("linear", { features: 5, bias, axis: -1 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 2),
    ),
  ]),
  one("concat", {}, [image, [2, 7, 6], [1, 7, 6]], (inputs) =>
    plain([7, 7, 6], ([c = 0, ...rest]) => {
      const [a, b, last] = inputs;
      return at(a, [c, ...rest]) ?? at(b ?? a, [c - 4, ...rest]) ?? at(last ?? a, [c - 6, ...rest]) ?? 0;
    }),
  ),
  one(
    "concat",
    {},
    [
      [2, 5],
      [3, 5],
    ],
    ([a, b]) => plain([5, 5], ([i = 0, f = 0]) => at(a, [i, f]) ?? at(b ?? a, [i - 2, f]) ?? 0),
  ),
  ...[2, 3, 4].map((count) =>
    one("add", {}, Array(count).fill(image), (inputs) =>
      plain(image, (i) => inputs.reduce((sum, x) => sum + (at(x, i) ?? 0), 0)),
    ),
  ),
  one("mul", {}, [image, [4, 1, 1], [1, 7, 6]], ([x, gate, mask]) =>
    plain(image, (i) => {
      const [c = 0, y = 0, z = 0] = i;
      return (at(x, i) ?? 0) * (at(gate ?? x, [c, 0, 0]) ?? 0) * (at(mask ?? x, [0, y, z]) ?? 0);
    }),
  ),
  one(
    "mul",
    {},
    [
      [5, 1],
      [1, 6],
    ],
    ([a, b]) => plain([5, 6], ([i = 0, j = 0]) => (at(a, [i, 0]) ?? 0) * (at(b ?? a, [0, j]) ?? 0)),
  ),
  ...windowCases,
  ...normalizationCases(),
  ...resizingCases,
  ...rearrangingCases,
  ...attentionCases,
];

function normalizationCases(): OperatorCase[] {
  return [true, false].flatMap((affine) => [
    ...[image, [9], [5, 9], [4, 3, 2, 5]].map((shape) =>
      one("layer_norm", { affine, eps: 1e-3 }, [shape], ([x], w) =>
        reference.normalize(x, [shape.length > 2 ? 0 : shape.length - 1], 1e-3, w.weight, w.bias),
      ),
    ),
    one("layer_norm", { affine, axis: 1 }, [image], ([x], w) =>
      reference.normalize(x, [1], 1e-6, w.weight, w.bias),
    ),
    one("layer_norm", { affine, axis: -1 }, [image], ([x], w) =>
      reference.normalize(x, [2], 1e-6, w.weight, w.bias),
    ),
    ...[[6, 4, 3], [6], [6, 5], [6, 2, 3, 2]].flatMap((shape) =>
      [1, 2, 3].map((groups) =>
        one("group_norm", { groups, affine, eps: 1e-4 }, [shape], ([x], w) =>
          reference.groupNorm(x, groups, 1e-4, w.weight, w.bias),
        ),
      ),
    ),
    ...[image, [4, 9], [4, 3, 2, 3]].map((shape) =>
      one("instance_norm", { affine, eps: 1e-4 }, [shape], ([x], w) =>
        reference.groupNorm(x, 4, 1e-4, w.weight, w.bias),
      ),
    ),
  ]);
}

function elementwise<N extends OperatorName>(
  op: N,
  args: Partial<OperatorArgs<N>>,
  f: (x: number) => number,
): OperatorCase[] {
  return [image, [6]].map((shape) =>
    one(op, args, [shape], ([x]) => ({ shape, data: Array.from(x.data, f) })),
  );
}

function hardSigmoid(x: number): number {
  return Math.min(Math.max(x + 3, 0), 6) / 6;
}

function slope(x: number, negative: number): number {
  return x < 0 ? negative * x : x;
}
