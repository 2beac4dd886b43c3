/** Cases of sequences: products of matrices, attention, and layers that are one trained tensor. */
import { type OperatorCase, one } from "./operatorCase.ts";
import * as reference from "./reference.ts";
import { at, type Plain, plain } from "./reference.ts";

export const attentionCases: readonly OperatorCase[] = [
  one(
    "matmul",
    {},
    [
      [4, 3],
      [3, 5],
    ],
    ([a, b]) => reference.matmul(a, b ?? a),
  ),
  one(
    "matmul",
    {},
    [
      [2, 4, 3],
      [2, 3, 5],
    ],
    ([a, b]) => reference.matmul(a, b ?? a),
  ),
  one(
    "matmul",
    { transpose: true },
    [
      [2, 4, 3],
      [2, 5, 3],
    ],
    ([a, b]) => reference.matmul(a, reference.permute(b ?? a, [0, 2, 1])),
  ),
  ...[true, false].flatMap((bias) =>
    [1, 2, 6].map((heads) => one("attention", { heads, bias }, [[5, 6]], ([x], w) => attention(x, heads, w))),
  ),
  one("embedding", { count: 7, features: 3 }, [[9]], ([x], { weight }) =>
    plain([9, 3], ([i = 0, f = 0]) => at(weight ?? x, [x.data[i] ?? 0, f]) ?? Number.NaN),
  ),
  one("class_token", {}, [[4, 3]], ([x], w) =>
    plain(
      [5, 3],
      ([i = 0, f = 0]) => (i === 0 ? at(w[""] ?? x, [0, 0, f]) : at(x, [i - 1, f])) ?? Number.NaN,
    ),
  ),
  ...[[4, 3], [2, 3, 4], [6]].map((shape) =>
    one("position_embedding", {}, [shape], ([x], w) =>
      plain(shape, (i) => (at(x, i) ?? 0) + (at(w[""] ?? x, [0, ...i]) ?? Number.NaN)),
    ),
  ),
  ...[[4, 3, 2], [6, 4], [5]].map((shape) =>
    one("scale", {}, [shape], ([x], w) =>
      plain(shape, (i) => {
        const channel = shape.length > 2 ? [i[0] ?? 0, 0, 0] : i.slice(-1);
        return (at(x, i) ?? 0) * (at(w[""] ?? x, channel) ?? Number.NaN);
      }),
    ),
  ),
];

/** PyTorch's MultiheadAttention, head by head. */
function attention(x: Plain, heads: number, w: Readonly<Record<string, Plain>>): Plain {
  const [length = 1, features = 1] = x.shape;
  const size = features / heads;
  const stacked = reference.linear(x, w.in_proj_weight ?? x, w.in_proj_bias);
  const part = (which: number, head: number) =>
    plain([length, size], ([i = 0, f = 0]) => at(stacked, [i, which * features + head * size + f]) ?? 0);
  const results = Array.from({ length: heads }, (_, head) => {
    const scores = reference.matmul(part(0, head), reference.permute(part(1, head), [1, 0]));
    const scaled = plain(scores.shape, (i) => (at(scores, i) ?? 0) / Math.sqrt(size));
    return reference.matmul(reference.softmax(scaled, 1), part(2, head));
  });
  const joined = plain(
    x.shape,
    ([i = 0, f = 0]) => at(results[Math.floor(f / size)] ?? x, [i, f % size]) ?? Number.NaN,
  );
  return reference.linear(joined, w["out_proj.weight"] ?? x, w["out_proj.bias"]);
}
