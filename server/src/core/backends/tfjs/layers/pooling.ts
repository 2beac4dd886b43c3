/** Pools as Keras layers. Keras pads a maximum with nothing and a mean with cells that it doesn't count. */
import type { GraphNode } from "../../../ir/graph.ts";
import { adaptiveWindow, poolWindow } from "../../../ops/pooling.ts";
import type { WindowArgs } from "../../../ops/window.ts";
import { spatial } from "../../../shape/shape.ts";
import { coveringPads, declaredPads } from "../../pads.ts";
import type { LayersLowering } from "./lowering.ts";
import { padded, paddingWord } from "./windows.ts";

export function maxPool(node: GraphNode<"max_pool">, ctx: LayersLowering): void {
  const window = poolWindow(node.args);
  if (window.dilation.some((d) => d > 1))
    return ctx.problem("has cells apart from each other, for which TensorFlow.js has no pooling layer");
  const input = ctx.inputShape;
  const pads = coveringPads(window, input, node.output.shape);
  const word = paddingWord(window, input, pads);
  if (word) return ctx.output(pool("Max", window, word, ctx.input("last"), ctx), "last");
  // Zeros change no maximum of what is never below zero.
  if (ctx.notNegative && window.kernel.length === 2 && pads) {
    const source = padded(window, input, ctx.input("last"), ctx, pads);
    if (source) ctx.output(pool("Max", window, source.padding, source.tensor, ctx), "last");
    return;
  }
  // Every place's maximum, and of those each that the stride meets.
  const each = { ...window, stride: window.stride.map(() => 1), ceilMode: false };
  const declared = declaredPads(window, input);
  if (!declared || !pads || paddingWord(each, input, declared) !== "same" || overhangs(pads, declared))
    return ctx.problem("has padding such as no pooling layer of TensorFlow.js has");
  const all = pool("Max", each, "same", ctx.input("last"), ctx, "each");
  const ones = { ...window, kernel: window.kernel.map(() => 1) };
  ctx.output(pool("Max", ones, "valid", all, ctx), "last");
}

function overhangs(covering: readonly (readonly [number, number])[], declared: typeof covering): boolean {
  return covering.some(([, after], axis) => after > (declared[axis]?.[1] ?? 0));
}

export function avgPool(node: GraphNode<"avg_pool">, ctx: LayersLowering): void {
  const window = poolWindow(node.args);
  const input = ctx.inputShape;
  const declared = declaredPads(window, input);
  const covering = coveringPads(window, input, node.output.shape);
  const word = paddingWord(window, input, covering);
  const source = ctx.input("last");
  if (word === "valid") return ctx.output(pool("Average", window, word, source, ctx), "last");
  const past = !declared || !covering || overhangs(covering, declared);
  if (node.args.count_include_pad ? past : word !== "same")
    return ctx.problem("counts cells of its padding such as no pooling layer of TensorFlow.js does");
  if (!node.args.count_include_pad) return ctx.output(pool("Average", window, "same", source, ctx), "last");
  if (window.kernel.length !== 2)
    return ctx.problem("is padded along other than two axes, for which TensorFlow.js has no layer");
  const around = ctx.layer(
    { name: "pad", className: "ZeroPadding2D", config: { padding: covering } },
    source,
  );
  ctx.output(pool("Average", window, "valid", around, ctx), "last");
}

export function globalPool(kind: "Average" | "Max") {
  return (_node: GraphNode, ctx: LayersLowering): void => {
    const [count, ...sides] = ctx.inputShape;
    const rank = sides.length;
    if (sides.every((size) => typeof size === "number")) {
      const window = {
        kernel: sides,
        stride: sides,
        dilation: sides.map(() => 1),
        padding: "valid",
      } as const;
      return ctx.output(pool(kind, window, "valid", ctx.input("last"), ctx), "last");
    }
    if (rank === 3 || typeof count !== "number")
      return ctx.problem("needs to know the sizes of its input as numbers");
    const whole = ctx.layer({ name: "pool", className: `Global${kind}Pooling${rank}D` }, ctx.input("last"));
    const config = { target_shape: [...sides.map(() => 1), count] };
    ctx.output(ctx.layer({ className: "Reshape", config }, whole), "last");
  };
}

export function adaptivePool(kind: "Average" | "Max") {
  return (node: GraphNode<"adaptive_avg_pool" | "adaptive_max_pool">, ctx: LayersLowering): void => {
    const { size } = node.args;
    if (size.every((outputs) => outputs === 1)) return globalPool(kind)(node, ctx);
    const found = adaptiveWindow(size, ctx.inputShape);
    if (found === undefined || found === "whole")
      return ctx.problem(
        `pools ${spatial(ctx.inputShape).join("×")} to ${size.join("×")} in windows of several sizes, for which TensorFlow.js has no layer`,
      );
    const window = { ...found, padding: "valid" } as const;
    ctx.output(pool(kind, window, "valid", ctx.input("last"), ctx), "last");
  };
}

function pool(
  kind: "Average" | "Max",
  window: WindowArgs,
  padding: "valid" | "same",
  source: string,
  ctx: LayersLowering,
  name?: string,
): string {
  if (kind === "Max" && window.kernel.length === 3 && !ctx.notNegative)
    ctx.problem("takes maxima along three axes, which TensorFlow.js gets wrong below zero in WebAssembly");
  const config = { pool_size: window.kernel, strides: window.stride, padding };
  const className = `${kind}Pooling${window.kernel.length}D`;
  return ctx.layer({ ...(name === undefined ? {} : { name }), className, config }, source);
}
