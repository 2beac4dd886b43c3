/** Layers that rearrange, cut or surround, as TensorFlow operators. */
import type { GraphNode } from "../../../ir/graph.ts";
import { axisOf } from "../../../ops/axes.ts";
import { permutation } from "../../../ops/reshaping.ts";
import { cropOffsets, padPairs } from "../../../ops/slicing.ts";
import { channels } from "../../../shape/shape.ts";
import type { Pads } from "../../pads.ts";
import { axisIn } from "../layout.ts";
import { transposed } from "./along.ts";
import type { GraphLowering } from "./lowering.ts";
import { int, text } from "./nodeDef.ts";
import { type Cut, cut, gathered } from "./slices.ts";
import { surrounded } from "./windows.ts";

/** From its input's shape to its output's; of sizes that are known by name one may be left, the batch is free. */
export function reshape(node: GraphNode, ctx: GraphLowering): void {
  const { shape } = node.output;
  const known = shape.map((size) => (typeof size === "number" ? size : -1));
  if (known.includes(-1)) return ctx.problem("needs to know its sizes as numbers");
  const target = ctx.integers("shape", [-1, ...known]);
  ctx.output(ctx.part("reshaped", "Reshape", [ctx.elements(), target]), "first");
}

export function permute(node: GraphNode<"permute">, ctx: GraphLowering): void {
  ctx.output(
    transposed("permuted", ctx.input("first"), permutation(node.args, ctx.inputShape), ctx),
    "first",
  );
}

export function transpose(node: GraphNode<"transpose">, ctx: GraphLowering): void {
  const first = axisOf(node.args.first, ctx.inputShape);
  const second = axisOf(node.args.second, ctx.inputShape);
  const axes = ctx.inputShape.map((_, axis) => axis);
  const order = axes.with(first, second).with(second, first);
  ctx.output(transposed("transposed", ctx.input("first"), order, ctx), "first");
}

export function channelShuffle(node: GraphNode<"channel_shuffle">, ctx: GraphLowering): void {
  const count = channels(ctx.inputShape);
  const { groups } = node.args;
  if (typeof count !== "number") return ctx.problem("needs to know its channels as a number");
  const places = Array.from(
    { length: count },
    (_, c) => (c % groups) * (count / groups) + Math.floor(c / groups),
  );
  ctx.output(gathered("shuffled", ctx.input("last"), places, ctx.inputShape.length, ctx), "last");
}

/** TensorFlow takes the pixels of a cell before its channels, we the channels before the pixels. */
export function pixelShuffle(node: GraphNode<"pixel_shuffle">, ctx: GraphLowering): void {
  const count = channels(ctx.inputShape);
  const { factor } = node.args;
  if (typeof count !== "number") return ctx.problem("needs to know its channels as a number");
  const pixels = factor ** 2;
  const kept = count / pixels;
  const places = Array.from({ length: count }, (_, i) => (i % kept) * pixels + Math.floor(i / kept));
  const input = ctx.input("last");
  const ordered = factor === 1 ? input : gathered("ordered", input, places, 3, ctx);
  const attributes = { block_size: int(factor), data_format: text("NHWC") };
  const shuffled = factor === 1 ? ordered : ctx.part("shuffled", "DepthToSpace", [ordered], attributes);
  ctx.output(shuffled, "last");
}

export function slice(node: GraphNode<"slice">, ctx: GraphLowering): void {
  const { start, end, step } = node.args;
  keep(
    node.args.axis.map((axis) => ({ axis: axisOf(axis, ctx.inputShape), start, end, step })),
    ctx,
  );
}

export function chunk(node: GraphNode<"chunk">, ctx: GraphLowering): void {
  const axis = axisOf(node.args.axis, ctx.inputShape);
  const size = node.output.shape[axis];
  if (typeof size !== "number") return ctx.problem("needs to know the size of what it divides as a number");
  keep([{ axis, start: node.args.index * size, end: (node.args.index + 1) * size }], ctx);
}

export function crop(node: GraphNode<"crop">, ctx: GraphLowering): void {
  const cuts = cropOffsets(node.args, ctx.inputShape).map((start, i) => ({
    start,
    size: node.args.size[i],
    i,
  }));
  const known = cuts.flatMap(({ start, size, i }) =>
    typeof start === "number" && typeof size === "number" ? [{ axis: i + 1, start, end: start + size }] : [],
  );
  if (known.length < cuts.length)
    return ctx.problem("needs height and width as numbers, its own and its input's");
  keep(known, ctx);
}

/** Axes are counted as lwnet does. */
function keep(cuts: readonly Cut[], ctx: GraphLowering): void {
  const rank = ctx.inputShape.length;
  const there = cuts.map((c) => ({ ...c, axis: axisIn(ctx.layout, c.axis, rank) }));
  ctx.output(cut("kept", ctx.input(ctx.layout), there, ctx), ctx.layout);
}

export function pad(node: GraphNode<"pad">, ctx: GraphLowering): void {
  const { mode, value } = node.args;
  const [around = [0, 0], ...sides] = padPairs(node.args, ctx.inputShape);
  const { layout } = ctx;
  const input = ctx.input(layout);
  const inLayout = layout === "first" ? [around, ...sides] : [...sides, around];
  const pads: Pads = [[0, 0], ...inLayout];
  if (mode === "constant") return ctx.output(surrounded("padded", input, pads, value, ctx), layout);
  if (mode === "reflect") {
    const cells = ctx.integers("cells", pads.flat(), [pads.length, 2]);
    return ctx.output(ctx.part("padded", "MirrorPad", [input, cells], { mode: text("REFLECT") }), layout);
  }
  const shape = layout === "first" ? ctx.inputShape : [...ctx.inputShape.slice(1), ctx.inputShape[0]];
  let made = input;
  for (const [i, [before, after]] of inLayout.entries()) {
    if (before + after === 0) continue;
    const size = shape[i];
    if (typeof size !== "number")
      return ctx.problem("needs to know its sizes as numbers, to repeat its edge");
    const places = Array.from({ length: before + size + after }, (_, at) =>
      Math.min(size - 1, Math.max(0, at - before)),
    );
    made = gathered(`axis${i}`, made, places, i + 1, ctx);
  }
  ctx.output(made, layout);
}
