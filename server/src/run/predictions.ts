/** What a classifier says of its first image: the likeliest classes. */
import type { Classification, Prediction } from "./protocol.ts";

const shown = 5;

/** `values` are those of one image. */
export function predictions(
  values: Float32Array,
  { values: kind, labels }: Classification,
): readonly Prediction[] {
  return probabilities(values, kind)
    .map((probability, index) => ({
      index,
      probability,
      ...(labels?.[index] ? { label: labels[index] } : {}),
    }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, shown);
}

/** A network that ends in a softmax has taken it already. */
function probabilities(values: Float32Array, kind: Classification["values"]): number[] {
  const all = Array.from(values);
  if (kind === "probabilities") return all;
  if (kind === "log-probabilities") return all.map(Math.exp);
  const most = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = all.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
