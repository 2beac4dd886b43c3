/** Operators that rearrange elements without computing anything. Axes are counted without the batch. */
import { differs } from "../shape/conditions.ts";
import { type Dim, floorDivide, multiply, product } from "../shape/dim.ts";
import { channels, elements, formatShape, type Shape, spatial } from "../shape/shape.ts";
import { axisOf, indivisible, resolveAxis } from "./axes.ts";
import { type ArgsOf, defineOperator, noWork } from "./operator.ts";
import { axes, int, position, shape } from "./params.ts";
import { isFeatureMap } from "./window.ts";

export const flatten = defineOperator({
  name: "flatten",
  family: "reshaping",
  doc: "All elements of an image in one vector: C×H×W to C·H·W; or only the axes from one on: `flatten(1)` gives C×(H·W).",
  view: true,
  params: { start: position({ doc: "The first of the axes that become one.", default: 0 }) },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length === 0) return [1];
    const start = resolveAxis(args.start, input, ctx, "start");
    return start === undefined ? undefined : [...input.slice(0, start), product(input.slice(start))];
  },
  work: () => noWork,
});

export const reshape = defineOperator({
  name: "reshape",
  family: "reshaping",
  doc: "The same elements in the same order, in another shape: `reshape([8, -1])`. The batch stays apart.",
  view: true,
  params: { shape: shape({ doc: "The new sizes; one may be -1 and takes what the others leave." }) },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    const all = elements(input);
    const given = product(args.shape.filter((size) => size !== -1));
    const open = args.shape.indexOf(-1);
    if (open < 0) {
      if (!differs(all, given)) return args.shape;
      ctx.report(
        "shape-mismatch",
        `${formatShape(input)} has ${all} elements, but ${formatShape(args.shape)} has ${given}; one size may be -1, which takes what the others leave`,
        "shape",
      );
      return undefined;
    }
    if (typeof all === "number" && typeof given === "number" && all % given !== 0) {
      ctx.report(
        "shape-mismatch",
        `no size fits for -1: ${given} does not divide the ${all} elements of ${formatShape(input)}`,
        "shape",
      );
      return undefined;
    }
    return args.shape.with(open, floorDivide(all, given));
  },
  work: () => noWork,
});

export const permute = defineOperator({
  name: "permute",
  family: "reshaping",
  doc: "Puts the axes into another order: `permute([1, 2, 0])` makes C×H×W into H×W×C.",
  params: { order: axes({ doc: "For each axis of the output, the axis of the input that it is." }) },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    const order = permutation(args, input);
    if (input.every((_, axis) => order.includes(axis)) && order.length === input.length)
      return order.map((axis) => input[axis]);
    ctx.report(
      "wrong-argument",
      `${formatShape(input)} has ${input.length} axes: the order must name each of ${input.map((_, i) => i).join(", ")} once, but is [${args.order.join(", ")}]`,
      "order",
    );
    return undefined;
  },
  work: () => noWork,
});

/** The order counted from 0. */
export function permutation(args: ArgsOf<typeof permute.params>, input: Shape): number[] {
  return args.order.map((axis) => axisOf(axis, input));
}

export const transpose = defineOperator({
  name: "transpose",
  family: "reshaping",
  doc: "Swaps two axes, the last two unless told otherwise: C×L to L×C.",
  params: {
    first: position({ doc: "One of the axes.", default: -2 }),
    second: position({ doc: "The other one.", default: -1 }),
  },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length < 2) {
      ctx.report("wrong-rank", `transpose needs two axes at least, but its input is ${formatShape(input)}`);
      return undefined;
    }
    const first = resolveAxis(args.first, input, ctx, "first");
    const second = first === undefined ? undefined : resolveAxis(args.second, input, ctx, "second");
    if (first === undefined || second === undefined) return undefined;
    return input.with(first, input[second]).with(second, input[first]);
  },
  work: () => noWork,
});

export const channel_shuffle = defineOperator({
  name: "channel_shuffle",
  family: "reshaping",
  doc: "Mixes the channels of groups (ShuffleNet, Zhang et al. 2018): the channels, written as groups×n, are read as n×groups.",
  params: { groups: int({ doc: "Groups that the channels come in." }) },
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "channel_shuffle", ctx)) return undefined;
    const count = channels(input);
    if (typeof count !== "number" || count % args.groups === 0) return input;
    ctx.report("channels-not-divisible", indivisible(count, "channels", args.groups, "groups"), "groups");
    return undefined;
  },
  work: () => noWork,
});

export const pixel_shuffle = defineOperator({
  name: "pixel_shuffle",
  family: "reshaping",
  doc: "Makes pixels of channels (Shi et al. 2016): (C·r²)×H×W to C×(r·H)×(r·W).",
  params: { factor: int({ doc: "r: how much higher and wider the output is." }) },
  infer(args, [input], ctx) {
    if (!input) return undefined;
    if (input.length !== 3) {
      ctx.report(
        "wrong-rank",
        `pixel_shuffle needs channels×height×width, but its input is ${formatShape(input)}`,
      );
      return undefined;
    }
    const parts = args.factor ** 2;
    const count = channels(input);
    if (typeof count === "number" && count % parts !== 0) {
      ctx.report(
        "channels-not-divisible",
        `${count} channels don't make ${args.factor}×${args.factor} pixels each: ${parts} does not divide ${count}`,
        "factor",
      );
      return undefined;
    }
    const enlarged = spatial(input).map((size): Dim => multiply(size, args.factor));
    return [floorDivide(count, parts), ...enlarged];
  },
  work: () => noWork,
  window: (args) => ({ kernel: [1, 1], stride: [1 / args.factor, 1 / args.factor], dilation: [1, 1] }),
});
