/** Layers that rearrange, cut or surround, as Keras layers. */
import type { GraphNode } from "../../../ir/graph.ts";
import { axisOf } from "../../../ops/axes.ts";
import { permutation } from "../../../ops/reshaping.ts";
import { cropOffsets, padPairs } from "../../../ops/slicing.ts";
import type { Shape } from "../../../shape/shape.ts";
import type { LayersLowering } from "./lowering.ts";

const unknownSizes = "needs to know its sizes as numbers";

/** Sizes as numbers, if they all are. */
function numbers(shape: Shape): readonly number[] | undefined {
  return shape.every((size) => typeof size === "number") ? shape : undefined;
}

/** Elements are counted with their channels first, so that the weights of a linear layer after it fit as they are. */
export function flatten(node: GraphNode<"flatten">, ctx: LayersLowering): void {
  // Keras flattens no vector: reshaping leaves one as it is.
  if (node.output.shape.length > 1 || ctx.inputShape.length === 1) return reshape(node, ctx);
  if (!numbers(ctx.inputShape)) return ctx.problem(unknownSizes);
  ctx.output(ctx.layer({ className: "Flatten" }, ctx.elements()), "first");
}

export function reshape(node: GraphNode, ctx: LayersLowering): void {
  const shape = numbers(node.output.shape);
  if (!shape) return ctx.problem(unknownSizes);
  ctx.output(ctx.layer({ className: "Reshape", config: { target_shape: shape } }, ctx.elements()), "first");
}

/** Keras counts axes from 1. */
export function permuted(order: readonly number[]): object {
  return { dims: order.map((axis) => axis + 1) };
}

export function permute(node: GraphNode<"permute">, ctx: LayersLowering): void {
  reorder(permutation(node.args, ctx.inputShape), ctx);
}

export function transpose(node: GraphNode<"transpose">, ctx: LayersLowering): void {
  const first = axisOf(node.args.first, ctx.inputShape);
  const second = axisOf(node.args.second, ctx.inputShape);
  const axes = ctx.inputShape.map((_, axis) => axis);
  reorder(axes.with(first, second).with(second, first), ctx);
}

function reorder(order: readonly number[], ctx: LayersLowering): void {
  ctx.output(ctx.layer({ className: "Permute", config: permuted(order) }, ctx.input("first")), "first");
}

export function channelShuffle(node: GraphNode<"channel_shuffle">, ctx: LayersLowering): void {
  const sizes = numbers(ctx.inputShape);
  const { groups } = node.args;
  if (!sizes) return ctx.problem(unknownSizes);
  const [count = 1, ...sides] = sizes;
  const parted = { target_shape: [...sides, groups, count / groups] };
  const grouped = ctx.layer({ name: "grouped", className: "Reshape", config: parted }, ctx.input("last"));
  const axes = sides.map((_, axis) => axis);
  const config = permuted([...axes, sides.length + 1, sides.length]);
  const mixed = ctx.layer({ name: "mixed", className: "Permute", config }, grouped);
  const joined = { className: "Reshape", config: { target_shape: [...sides, count] } };
  ctx.output(ctx.layer(joined, mixed), "last");
}

export function pixelShuffle(node: GraphNode<"pixel_shuffle">, ctx: LayersLowering): void {
  const input = numbers(ctx.inputShape);
  const { factor } = node.args;
  if (!input) return ctx.problem(unknownSizes);
  const [count = 1, height = 1, width = 1] = input;
  const kept = count / factor ** 2;
  const parted = { target_shape: [height, width, kept, factor, factor] };
  const parts = ctx.layer({ name: "parts", className: "Reshape", config: parted }, ctx.input("last"));
  const config = permuted([0, 3, 1, 4, 2]);
  const mixed = ctx.layer({ name: "mixed", className: "Permute", config }, parts);
  const joined = { className: "Reshape", config: { target_shape: [factor * height, factor * width, kept] } };
  ctx.output(ctx.layer(joined, mixed), "last");
}

export function crop(node: GraphNode<"crop">, ctx: LayersLowering): void {
  const offsets = numbers(cropOffsets(node.args, ctx.inputShape));
  const sizes = numbers(node.args.size);
  const sides = numbers(ctx.inputShape.slice(1));
  if (!offsets || !sizes || !sides)
    return ctx.problem("needs height and width as numbers, its own and its input's");
  if (sides.length !== 2)
    return ctx.problem("cuts along other than two axes, for which TensorFlow.js has no layer");
  const cropping = sides.map((size, axis) => {
    const before = offsets[axis] ?? 0;
    return [before, size - before - (sizes[axis] ?? 0)];
  });
  ctx.output(ctx.layer({ className: "Cropping2D", config: { cropping } }, ctx.input("last")), "last");
}

export function pad(node: GraphNode<"pad">, ctx: LayersLowering): void {
  const [around, ...pads] = padPairs(node.args, ctx.inputShape);
  const { mode, value } = node.args;
  if (mode !== "constant" || value !== 0 || pads.length !== 2)
    return ctx.problem(
      "surrounds with other than zeros in height and width, for which TensorFlow.js has no layer",
    );
  if (around?.some((cells) => cells > 0))
    return ctx.problem("adds channels, for which TensorFlow.js has no layer");
  ctx.output(ctx.layer({ className: "ZeroPadding2D", config: { padding: pads } }, ctx.input("last")), "last");
}
