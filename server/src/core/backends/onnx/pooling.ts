/** Pools, such that their means count exactly the cells that PyTorch's count. */
import type { GraphNode } from "../../ir/graph.ts";
import { adaptiveProblem, adaptiveSpans, adaptiveWindow, poolWindow } from "../../ops/pooling.ts";
import type { WindowArgs } from "../../ops/window.ts";
import { type Shape, spatial } from "../../shape/shape.ts";
import { coveringPads, declaredPads, type Pads } from "../pads.ts";
import { int, ints, text } from "./codec.ts";
import type { Attributes, Lowering } from "./lowering.ts";
import { reduced } from "./reduction.ts";
import { exceedsKernel, paddingAttributes, padsAttribute, windowAttributes } from "./windows.ts";

/** The lowest finite float32: what a maximum's padding holds. */
const lowest = -3.4028234663852886e38;

export function maxPool(node: GraphNode<"max_pool">, ctx: Lowering): void {
  const window = poolWindow(node.args);
  const input = inputShape(node);
  const pads = coveringPads(window, input, node.output.shape);
  if (!pads) {
    ctx.main("MaxPool", [ctx.input], {
      ...windowAttributes(window),
      ...poolPadding(window, input, ctx),
      ...(window.ceilMode ? { ceil_mode: int(1) } : {}),
    });
    return;
  }
  const apart = exceedsKernel(pads, window);
  const source = apart ? padded(pads, lowest, ctx) : ctx.input;
  ctx.main("MaxPool", [source], {
    ...windowAttributes(window),
    ...(apart ? {} : { pads: padsAttribute(pads) }),
  });
}

/** Between windows that leave cells out ONNX Runtime pads by less than nothing, for some sizes, and stops. */
function poolPadding(window: WindowArgs, input: Shape, ctx: Lowering): Attributes {
  const leavesOut = window.kernel.some((size, axis) => size < (window.stride[axis] ?? 1));
  if (window.padding === "same" && leavesOut && !declaredPads(window, input))
    ctx.problem(
      "needs height and width as numbers: its stride is larger than its kernel, and its padding `same`",
    );
  return paddingAttributes(window, input, ctx);
}

export function avgPool(node: GraphNode<"avg_pool">, ctx: Lowering): void {
  const window = poolWindow(node.args);
  const input = inputShape(node);
  const declared = declaredPads(window, input);
  const covering = coveringPads(window, input, node.output.shape);
  const includePad = node.args.count_include_pad;
  if (!declared || !covering) {
    if (window.ceilMode && includePad) {
      ctx.problem("rounds its size up while counting the padding, which needs a height and width in numbers");
      return;
    }
    ctx.main("AveragePool", [ctx.input], {
      ...windowAttributes(window),
      ...poolPadding(window, input, ctx),
      ...(window.ceilMode ? { ceil_mode: int(1) } : {}),
      ...(includePad ? { count_include_pad: int(1) } : {}),
    });
    return;
  }
  // What a rounded-up window covers past the declared padding is never counted.
  const overhang = covering.map(([, after], axis) => Math.max(0, after - (declared[axis]?.[1] ?? 0)));
  const apart = exceedsKernel(covering, window) || (includePad && overhang.some((cells) => cells > 0));
  if (!apart) {
    ctx.main("AveragePool", [ctx.input], {
      ...windowAttributes(window),
      pads: padsAttribute(covering),
      ...(includePad ? { count_include_pad: int(1) } : {}),
    });
    return;
  }
  if (!includePad) {
    ctx.problem("has padding as large as its kernel, so that some means would be over no cell at all");
    return;
  }
  const counted = covering.map(
    ([before, after], axis) => [before, Math.min(after, declared[axis]?.[1] ?? 0)] as const,
  );
  const source = counted.some(([before, after]) => before + after > 0) ? padded(counted, 0, ctx) : ctx.input;
  ctx.main("AveragePool", [source], {
    ...windowAttributes(window),
    pads: padsAttribute(overhang.map((cells) => [0, cells])),
  });
}

/**
 * One window where the sizes divide evenly. Otherwise the windows differ in size, but a mean over a rectangle is
 * one mean along the height of means along the width: a product with a matrix of weights on either side.
 */
export function adaptiveAvgPool(node: GraphNode<"adaptive_avg_pool">, ctx: Lowering): void {
  const { size } = node.args;
  if (size.every((outputs) => outputs === 1)) return ctx.main("GlobalAveragePool", [ctx.input]);
  const input = inputShape(node);
  const window = adaptiveWindow(size, input);
  if (window !== undefined && window !== "whole") {
    const { kernel, stride } = window;
    return ctx.main("AveragePool", [ctx.input], { kernel_shape: ints(kernel), strides: ints(stride) });
  }
  const sizes = spatial(input);
  const known = sizes.filter((n) => typeof n === "number");
  const [outer, inner] = size.length === 1 ? [undefined, 0] : [0, 1];
  if (known.length !== sizes.length) return ctx.problem(adaptiveProblem(size, input));
  if (size.length > 2) return alongEachAxis(known, size, "ReduceMean", ctx);
  const means = (axis: number) => meanMatrix(known[axis] ?? 1, size[axis] ?? 1);
  const right = transposed(means(inner));
  const columns = ctx.constant("columns", [right.length, size[inner] ?? 1], right.flat());
  if (outer === undefined) return ctx.main("MatMul", [ctx.input, columns]);
  const left = means(outer);
  const rows = ctx.constant("rows", [left.length, known[outer] ?? 1], left.flat());
  ctx.main("MatMul", [rows, ctx.part("along_width", "MatMul", [ctx.input, columns])]);
}

/** One window where the sizes divide evenly; else maxima along one axis after another. */
export function adaptiveMaxPool(node: GraphNode<"adaptive_max_pool">, ctx: Lowering): void {
  const { size } = node.args;
  if (size.every((outputs) => outputs === 1)) return ctx.main("GlobalMaxPool", [ctx.input]);
  const input = inputShape(node);
  const window = adaptiveWindow(size, input);
  if (window !== undefined && window !== "whole") {
    const { kernel, stride } = window;
    return ctx.main("MaxPool", [ctx.input], { kernel_shape: ints(kernel), strides: ints(stride) });
  }
  const sizes = spatial(input);
  const known = sizes.filter((n) => typeof n === "number");
  if (known.length !== sizes.length) return ctx.problem(adaptiveProblem(size, input));
  alongEachAxis(known, size, "ReduceMax", ctx);
}

/** Windows of different sizes one by one: each is cut out, reduced, and they are joined. */
function alongEachAxis(
  inputs: readonly number[],
  outputs: readonly number[],
  reduce: "ReduceMax" | "ReduceMean",
  ctx: Lowering,
): void {
  let source = ctx.input;
  for (const [i, size] of inputs.entries()) {
    const axis = i + 2;
    const axes = ctx.integers(`axis${i}`, [axis]);
    const parts = adaptiveSpans(size, outputs[i] ?? 1).map(([start, end], part) => {
      const name = `axis${i}_${part}`;
      const bounds = [ctx.integers(`${name}_start`, [start]), ctx.integers(`${name}_end`, [end])];
      const cut = ctx.part(`${name}_cut`, "Slice", [source, ...bounds, axes]);
      return reduced(ctx, name, reduce, cut, axis);
    });
    if (i === inputs.length - 1) ctx.main("Concat", parts, { axis: int(axis) });
    else source = ctx.part(`axis${i}_joined`, "Concat", parts, { axis: int(axis) });
  }
}

/** Row i holds the share of each input cell in output i. */
function meanMatrix(inputs: number, outputs: number): number[][] {
  return adaptiveSpans(inputs, outputs).map(([start, end]) =>
    Array.from({ length: inputs }, (_, j) => (j >= start && j < end ? 1 / (end - start) : 0)),
  );
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0));
}

/** The input with its padding written out. */
function padded(pads: Pads, value: number, ctx: Lowering): string {
  const none = [0, 0];
  const all = [...none, ...pads.map(([before]) => before), ...none, ...pads.map(([, after]) => after)];
  return ctx.part(
    "pad",
    "Pad",
    [ctx.input, ctx.integers("pads", all), ctx.constant("pad_value", [], [value])],
    {
      mode: text("constant"),
    },
  );
}

function inputShape(node: GraphNode): Shape {
  return node.inputs[0]?.shape ?? [];
}
