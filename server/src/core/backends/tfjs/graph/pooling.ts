/** Pools as TensorFlow operators. Padding is written out, and a mean is corrected where PyTorch counts other cells. */
import type { GraphNode } from "../../../ir/graph.ts";
import { adaptiveProblem, adaptiveSpans, adaptiveWindow, poolWindow } from "../../../ops/pooling.ts";
import type { WindowArgs } from "../../../ops/window.ts";
import { type Shape, spatial } from "../../../shape/shape.ts";
import { coveringPads, declaredPads, type Pads } from "../../pads.ts";
import type { GraphLowering } from "./lowering.ts";
import { bool, text } from "./nodeDef.ts";
import { cut, joined } from "./slices.ts";
import { isPadded, lifted, paddedLast, perAxis, withAxis, withoutAxis } from "./windows.ts";

type Kind = "Max" | "Avg";

/** The lowest finite float32: what a maximum's padding holds. */
const lowest = -3.4028234663852886e38;

const unknownSizes = "needs height and width as numbers, to pad them";

export function maxPool(node: GraphNode<"max_pool">, ctx: GraphLowering): void {
  const window = poolWindow(node.args);
  const pads = coveringPads(window, ctx.inputShape, node.output.shape);
  const input = ctx.input("last");
  if (pads && (!isSliced(window) || numbers(node.output.shape)))
    return ctx.output(maxima(window, paddedLast("pad", input, pads, lowest, ctx), node, ctx), "last");
  if (window.padding !== "same" || window.ceilMode || isSliced(window)) return ctx.problem(unknownSizes);
  ctx.output(pool("Max", window, input, "SAME", ctx), "last");
}

/** No operator has cells apart from each other; that of three axes is wrong below zero in WebAssembly (4.22). */
function isSliced({ kernel, dilation }: WindowArgs): boolean {
  return kernel.length === 3 || dilation.some((d) => d > 1);
}

/** Of a tensor that is padded already. */
function maxima(window: WindowArgs, input: string, { output }: GraphNode, ctx: GraphLowering): string {
  if (!isSliced(window)) return pool("Max", window, input, "VALID", ctx);
  // Along one axis after another, the largest of as many slices as the kernel has cells.
  return window.kernel.reduce((tensor, size, i) => {
    const [step, apart] = [window.stride[i] ?? 1, window.dilation[i] ?? 1];
    const reach = (Number(output.shape[i + 1]) - 1) * step + 1;
    const cells = Array.from({ length: size }, (_, cell) => {
      const start = cell * apart;
      return cut(`axis${i}/cell${cell}`, tensor, [{ axis: i + 1, start, end: start + reach, step }], ctx);
    });
    return cells.reduce((a, b, cell) => ctx.part(`axis${i}/largest${cell}`, "Maximum", [a, b]));
  }, input);
}

export function avgPool(node: GraphNode<"avg_pool">, ctx: GraphLowering): void {
  const window = poolWindow(node.args);
  const { count_include_pad: includePad } = node.args;
  const input = ctx.input("last");
  const declared = declaredPads(window, ctx.inputShape);
  const covering = coveringPads(window, ctx.inputShape, node.output.shape);
  const sizes = numbers(spatial(ctx.inputShape));
  const sides = numbers(spatial(node.output.shape));
  if (declared && covering && sizes && sides) {
    const padded = paddedLast("pad", input, covering, 0, ctx);
    const shares = countedShares(window, sizes, sides, declared, includePad);
    const mean = pool("Avg", window, padded, "VALID", ctx);
    return ctx.output(corrected(mean, shares, ctx), "last");
  }
  // With sizes known by name: the cells of SAME are never counted, those of written padding always.
  if (window.ceilMode) return ctx.problem(unknownSizes);
  if (declared && (includePad || !isPadded(declared))) {
    return ctx.output(pool("Avg", window, paddedLast("pad", input, declared, 0, ctx), "VALID", ctx), "last");
  }
  if (window.padding !== "same" || includePad) return ctx.problem(unknownSizes);
  ctx.output(pool("Avg", window, input, "SAME", ctx), "last");
}

/** For each axis and output: all cells of the window, over those that count. */
function countedShares(
  { kernel, stride }: WindowArgs,
  sizes: readonly number[],
  sides: readonly number[],
  declared: Pads,
  includePad: boolean,
): readonly (readonly number[])[] {
  return sides.map((side, axis) => {
    const [before, after] = declared[axis] ?? [0, 0];
    const [size, span] = [sizes[axis] ?? 1, kernel[axis] ?? 1];
    const [first, end] = includePad ? [-before, size + after] : [0, size];
    return Array.from({ length: side }, (_, i) => {
      const start = i * (stride[axis] ?? 1) - before;
      return span / (Math.min(start + span, end) - Math.max(start, first));
    });
  });
}

function corrected(mean: string, shares: readonly (readonly number[])[], ctx: GraphLowering): string {
  const all = shares.reduce<readonly number[]>(
    (product, axis) => product.flatMap((a) => axis.map((b) => a * b)),
    [1],
  );
  if (all.every((share) => share === 1)) return mean;
  const factors = ctx.floats("factors", all, [1, ...shares.map(({ length }) => length), 1]);
  return ctx.part("corrected", "Mul", [mean, factors]);
}

export function globalPool(kind: Kind) {
  return (_node: GraphNode, ctx: GraphLowering): void => {
    const axes = spatial(ctx.inputShape).map((_, axis) => axis + 1);
    ctx.output(reduced("pool", kind, ctx.input("last"), axes, ctx), "last");
  };
}

export function adaptivePool(kind: Kind) {
  return (node: GraphNode<"adaptive_avg_pool" | "adaptive_max_pool">, ctx: GraphLowering): void => {
    const { size } = node.args;
    if (size.every((outputs) => outputs === 1)) return globalPool(kind)(node, ctx);
    const window = adaptiveWindow(size, ctx.inputShape);
    const input = ctx.input("last");
    if (window !== undefined && window !== "whole") {
      const valid = { ...window, padding: "valid" } as const;
      const made = kind === "Max" ? maxima(valid, input, node, ctx) : pool(kind, valid, input, "VALID", ctx);
      return ctx.output(made, "last");
    }
    const sizes = numbers(spatial(ctx.inputShape));
    if (!sizes) return ctx.problem(adaptiveProblem(size, ctx.inputShape));
    // Windows of different sizes one by one, along one axis after another.
    let made = input;
    for (const [i, cells] of sizes.entries()) {
      const axis = i + 1;
      const spans = adaptiveSpans(cells, size[i] ?? 1).map(([start, end], at) => {
        const name = `axis${i}/part${at}`;
        return reduced(name, kind, cut(`${name}/cut`, made, [{ axis, start, end }], ctx), [axis], ctx);
      });
      made = joined(`axis${i}`, spans, axis, ctx);
    }
    ctx.output(made, "last");
  };
}

/** The reduced axes stay, with size 1. */
export function reduced(
  name: string,
  kind: Kind,
  tensor: string,
  axes: readonly number[],
  ctx: GraphLowering,
): string {
  const op = kind === "Max" ? "Max" : "Mean";
  return ctx.part(name, op, [tensor, ctx.integers(`${name}/axes`, axes)], { keep_dims: bool(true) });
}

function pool(
  kind: Kind,
  window: WindowArgs,
  input: string,
  padding: "VALID" | "SAME",
  ctx: GraphLowering,
): string {
  const flat = lifted(window, undefined);
  const { kernel, stride } = flat.window;
  const made = ctx.part(
    "pool",
    kernel.length === 3 ? `${kind}Pool3D` : `${kind}Pool`,
    [withAxis(input, flat, ctx)],
    { ksize: perAxis(kernel), strides: perAxis(stride), padding: text(padding) },
  );
  return withoutAxis(made, flat, ctx);
}

function numbers(sizes: Shape): readonly number[] | undefined {
  return sizes.every((size) => typeof size === "number") ? sizes : undefined;
}
