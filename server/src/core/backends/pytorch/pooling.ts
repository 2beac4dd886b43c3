/** Pools, such that their means count exactly the cells that ours count. */
import type { GraphNode } from "../../ir/graph.ts";
import { poolWindow } from "../../ops/pooling.ts";
import type { WindowArgs } from "../../ops/window.ts";
import { coveringPads, declaredPads, type Pads } from "../pads.ts";
import { paddingArgument } from "./convolution.ts";
import { type Arg, call, type Expr, keyword, slot, text } from "./expression.ts";
import { cells, dimensionality, first, inputShape, type Refusal, type Row } from "./row.ts";

const needsNumbers = "needs height and width as numbers for its padding";

export function maxPool(node: GraphNode<"max_pool">): Row | Refusal {
  const window = poolWindow(node.args);
  const input = inputShape(node);
  const declared = declaredPads(window, input);
  if (!declared) return { problem: needsNumbers };
  const rank = dimensionality(node);
  const dilation = keyword("dilation", slot("dilation", window.dilation), 1);
  if (isPlain(declared, window)) {
    const args = [
      ...windowArguments(window, declared),
      dilation,
      keyword("ceil_mode", slot("ceil_mode", window.ceilMode ?? false), false),
    ];
    return both(`nn.MaxPool${rank}`, `F.max_pool${rank}`, args);
  }
  const covering = coveringPads(window, input, node.output.shape);
  if (!covering) return { problem: needsNumbers };
  const pads = cells(covering);
  const args = [...windowArguments(window, undefined), dilation];
  const lowest = text('float("-inf")');
  return {
    module: call(
      "nn.Sequential",
      call(`nn.ConstantPad${rank}`, pads, lowest),
      call(`nn.MaxPool${rank}`, ...args),
    ),
    plain: (inputs) =>
      call(`F.max_pool${rank}`, call("F.pad", first(inputs), pads, keyword("value", lowest)), ...args),
  };
}

export function avgPool(node: GraphNode<"avg_pool">): Row | Refusal {
  const window = poolWindow(node.args);
  const input = inputShape(node);
  const declared = declaredPads(window, input);
  if (!declared) return { problem: needsNumbers };
  const rank = dimensionality(node);
  const ceil = keyword("ceil_mode", slot("ceil_mode", window.ceilMode ?? false), false);
  const counts = slot("count_include_pad", node.args.count_include_pad);
  if (isPlain(declared, window)) {
    const padded = declared.some(([cells]) => cells > 0);
    const args = [
      ...windowArguments(window, declared),
      ceil,
      ...(padded ? [keyword("count_include_pad", counts, true)] : []),
    ];
    return both(`nn.AvgPool${rank}`, `F.avg_pool${rank}`, args);
  }
  const covering = coveringPads(window, input, node.output.shape);
  if (!covering) return { problem: needsNumbers };
  // A window that would start past the input is dropped: the padding that only it would see is left out.
  const pads = cells(
    declared.map(([before, after], i) => [before, Math.min(after, covering[i]?.[1] ?? after)]),
  );
  const args = [...windowArguments(window, undefined), ceil];
  const pool = (of: Expr) => call(`F.avg_pool${rank}`, of, ...args);
  if (!node.args.count_include_pad) {
    if (declared.some((pad, i) => Math.max(...pad) >= (window.kernel[i] ?? 1)))
      return {
        problem: "has padding as large as its kernel, so that some means would be over no cell at all",
      };
    const cellsThatCount = keyword("pads", pads);
    return { plain: (inputs) => call(`mean_pool${rank}`, first(inputs), ...args, cellsThatCount) };
  }
  return {
    module: call(
      "nn.Sequential",
      call(`nn.ConstantPad${rank}`, pads, text("0.0")),
      call(`nn.AvgPool${rank}`, ...args),
    ),
    plain: (inputs) => pool(call("F.pad", first(inputs), pads)),
  };
}

export function globalPool(node: GraphNode, kind: "Avg" | "Max"): Row {
  return adaptive(node, kind, slot("size", 1));
}

export function adaptivePool(
  node: GraphNode<"adaptive_avg_pool" | "adaptive_max_pool">,
  kind: "Avg" | "Max",
): Row {
  return adaptive(node, kind, slot("size", node.args.size));
}

function adaptive(node: GraphNode, kind: "Avg" | "Max", size: Expr): Row {
  const rank = dimensionality(node);
  return both(`nn.Adaptive${kind}Pool${rank}`, `F.adaptive_${kind.toLowerCase()}_pool${rank}`, [size]);
}

/** Whether PyTorch's own padding says it: the same on both sides, and half the kernel at most. */
function isPlain(pads: Pads, window: WindowArgs): boolean {
  return pads.every(([before, after], axis) => before === after && 2 * before <= (window.kernel[axis] ?? 1));
}

function windowArguments(window: WindowArgs, pads: Pads | undefined): (Expr | Arg)[] {
  const isKernel = window.stride.every((stride, axis) => stride === window.kernel[axis]);
  return [
    slot("kernel", window.kernel),
    ...(isKernel ? [] : [keyword("stride", slot("stride", window.stride))]),
    ...(pads ? [paddingArgument(pads)] : []),
  ];
}

function both(module: string, plain: string, args: readonly (Expr | Arg)[]): Row {
  return { module: call(module, ...args), plain: (inputs) => call(plain, first(inputs), ...args) };
}
