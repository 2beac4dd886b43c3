/** Layers that rearrange, cut or surround. Sizes are numbers in the file; what is known by name is left to be copied. */
import type { GraphNode } from "../../ir/graph.ts";
import { axisOf } from "../../ops/axes.ts";
import { permutation } from "../../ops/reshaping.ts";
import { cropOffsets, padPairs } from "../../ops/slicing.ts";
import { equal } from "../../shape/dim.ts";
import { channels, type Shape } from "../../shape/shape.ts";
import { ints, text } from "./codec.ts";
import type { Attributes, Lowering } from "./lowering.ts";

/** Past the end of any axis. */
const end = 2 ** 31 - 1;

/**
 * The shape that a reshape asks for: 0 copies an axis of its input, the batch above all, and -1 takes what is left.
 * Undefined where more than one size is known by name only.
 */
function targetShape(input: Shape, output: Shape): number[] | undefined {
  const sizes = output.map((size, axis) => {
    if (typeof size === "number") return size;
    return equal(size, input[axis]) ? 0 : -1;
  });
  return sizes.filter((size) => size === -1).length > 1 ? undefined : [0, ...sizes];
}

/** The layer's own reshape, from its input's shape to its output's. */
export function reshape(node: GraphNode, ctx: Lowering): void {
  const target = targetShape(inputShape(node), node.output.shape);
  if (!target) return ctx.problem("has more than one size that is known by name only");
  ctx.main("Reshape", [ctx.input, ctx.integers("shape", target)]);
}

/** Gives a tensor the shape of the layer's input, whatever its sizes turn out to be. */
export function inputShapeOperand(node: GraphNode, ctx: Lowering): string {
  const sizes = inputShape(node);
  if (sizes.filter((size) => typeof size !== "number").length > 1)
    return ctx.part("shape", "Shape", [ctx.input]);
  return ctx.integers("shape", [0, ...sizes.map((size) => (typeof size === "number" ? size : -1))]);
}

/** Axes in another order; the batch stays in front. */
export function permuted(order: readonly number[]): Attributes {
  return { perm: ints([0, ...order.map((axis) => axis + 1)]) };
}

/** Two axes change places. */
export function swapped(rank: number, first: number, second: number): Attributes {
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return permuted(order.with(first, second).with(second, first));
}

export function permute(node: GraphNode<"permute">, ctx: Lowering): void {
  ctx.main("Transpose", [ctx.input], permuted(permutation(node.args, inputShape(node))));
}

export function transpose(node: GraphNode<"transpose">, ctx: Lowering): void {
  const input = inputShape(node);
  const { first, second } = node.args;
  ctx.main("Transpose", [ctx.input], swapped(input.length, axisOf(first, input), axisOf(second, input)));
}

/** Groups and their channels become two axes, change places and become one again. */
export function channelShuffle(node: GraphNode<"channel_shuffle">, ctx: Lowering): void {
  const { groups } = node.args;
  const count = channels(inputShape(node));
  if (typeof count !== "number") return ctx.problem("needs to know its channels as a number");
  const parted = ctx.integers("parts", [0, groups, count / groups, -1]);
  const grouped = ctx.part("grouped", "Reshape", [ctx.input, parted]);
  const mixed = ctx.part("mixed", "Transpose", [grouped], { perm: ints([0, 2, 1, 3]) });
  ctx.main("Reshape", [mixed, inputShapeOperand(node, ctx)]);
}

export function slice(node: GraphNode<"slice">, ctx: Lowering): void {
  const { args } = node;
  const axes = args.axis.map((axis) => axisOf(axis, inputShape(node)));
  const all = (value: number) => axes.map(() => value);
  cut(ctx, axes, all(args.start), all(args.end ?? end), all(args.step));
}

export function chunk(node: GraphNode<"chunk">, ctx: Lowering): void {
  const axis = axisOf(node.args.axis, inputShape(node));
  const size = node.output.shape[axis];
  if (typeof size !== "number") return ctx.problem("needs to know the size of what it divides as a number");
  const start = node.args.index * size;
  cut(ctx, [axis], [start], [start + size]);
}

export function crop(node: GraphNode<"crop">, ctx: Lowering): void {
  const offsets = cropOffsets(node.args, inputShape(node));
  const starts = offsets.filter((offset) => typeof offset === "number");
  const sizes = node.args.size.filter((size) => typeof size === "number");
  if (starts.length < offsets.length || sizes.length < offsets.length)
    return ctx.problem("needs height and width as numbers, its own and its input's");
  cut(
    ctx,
    starts.map((_, i) => i + 1),
    starts,
    starts.map((start, i) => start + (sizes[i] ?? 0)),
  );
}

function cut(
  ctx: Lowering,
  axes: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): void {
  ctx.main("Slice", [
    ctx.input,
    ctx.integers("starts", starts),
    ctx.integers("ends", ends),
    ctx.integers(
      "axes",
      axes.map((axis) => axis + 1),
    ),
    ctx.integers("steps", steps),
  ]);
}

const padModes = { constant: "constant", reflect: "reflect", replicate: "edge" } as const;

export function pad(node: GraphNode<"pad">, ctx: Lowering): void {
  const pads = padPairs(node.args, inputShape(node));
  const cells = [0, ...pads.map(([before]) => before), 0, ...pads.map(([, after]) => after)];
  const operands = [ctx.input, ctx.integers("pads", cells)];
  if (node.args.mode === "constant") operands.push(ctx.constant("value", [], [node.args.value]));
  ctx.main("Pad", operands, { mode: text(padModes[node.args.mode]) });
}

function inputShape(node: GraphNode): Shape {
  return node.inputs[0]?.shape ?? [];
}
