/**
 * Operators that join tensors: `concat`, `add` and `mul`. `residual`, `dense` and branches end in one of them.
 * The rules report in words that fit any use; the connections of the language add where each side came from.
 */
import { differs } from "../shape/conditions.ts";
import { add as addDims, equal } from "../shape/dim.ts";
import { channels, formatShape, type Shape, shapesDiffer, spatial } from "../shape/shape.ts";
import { defineOperator, noWork, operationsPerElement } from "./operator.ts";

export const concat = defineOperator({
  name: "concat",
  family: "combination",
  doc: "Stacks tensors along the channels. Their height and width must be equal; the channels add up.",
  params: {},
  arity: "many",
  infer(_args, inputs, ctx) {
    const [first, ...rest] = inputs;
    if (!first) return undefined;
    const odd = rest.find(
      (shape) => shape.length !== first.length || shapesDiffer(spatial(shape), spatial(first)),
    );
    if (odd) {
      ctx.report(
        "concat-mismatch",
        `concat needs equal height and width, but gets ${formatShape(first)} and ${formatShape(odd)}`,
      );
      return undefined;
    }
    return [rest.map(channels).reduce(addDims, channels(first)), ...spatial(first)];
  },
  work: () => noWork,
});

export const add = defineOperator({
  name: "add",
  family: "combination",
  doc: "Sum of tensors of the same shape.",
  params: {},
  arity: "many",
  infer(_args, inputs, ctx) {
    const [first, ...rest] = inputs;
    const odd = rest.find((shape) => shapesDiffer(shape, first));
    if (odd) {
      ctx.report(
        "shape-mismatch",
        `add needs equal shapes, but gets ${formatShape(first)} and ${formatShape(odd)}`,
      );
      return undefined;
    }
    return first;
  },
  work: (_args, inputs, output) => operationsPerElement(inputs.length - 1, output),
});

export const mul = defineOperator({
  name: "mul",
  family: "combination",
  doc: "Product of tensors. An axis of size 1 is broadcast, so that a C×1×1 gate scales channels.",
  params: {},
  arity: "many",
  infer(_args, inputs, ctx) {
    const [first, ...rest] = inputs;
    let result: Shape | undefined = first;
    for (const shape of rest) {
      const next: Shape | undefined = result && broadcast(result, shape);
      if (!next) {
        ctx.report(
          "shape-mismatch",
          `mul needs shapes that are equal or 1 along each axis, but gets ${formatShape(result)} and ${formatShape(shape)}`,
        );
        return undefined;
      }
      result = next;
    }
    return result;
  },
  work: (_args, inputs, output) => operationsPerElement(inputs.length - 1, output),
});

function broadcast(a: Shape, b: Shape): Shape | undefined {
  if (a.length !== b.length) return undefined;
  if (a.some((dim, i) => differs(dim, b[i]) && dim !== 1 && b[i] !== 1)) return undefined;
  return a.map((dim, i) => (equal(dim, 1) ? b[i] : dim));
}
