/** A pool whose last window ends before the input does: rows or columns that no output sees. */
import { poolWindow } from "../ops/pooling.ts";
import { extent, resolvePadding } from "../ops/window.ts";
import { formatShape, spatial } from "../shape/shape.ts";
import { headOf, type PlanRule } from "./rule.ts";

export const poolingDropsRows: PlanRule = {
  sees: "plan",
  holds: "some",
  find(_ctx, step) {
    if (step.kind !== "layer" || step.node.kind !== "layer") return undefined;
    const { operator, args, inputs, output } = step;
    const input = inputs[0]?.shape;
    if ((operator.name !== "max_pool" && operator.name !== "avg_pool") || !input || !output.shape)
      return undefined;
    const window = poolWindow(args as unknown as Parameters<typeof poolWindow>[0]);
    const padding = resolvePadding(window, input);
    const lost = spatial(input).map((size, axis) => {
      const outputs = spatial(output.shape ?? [])[axis];
      const before = padding[axis]?.[0];
      if (typeof size !== "number" || typeof outputs !== "number" || typeof before !== "number") return 0;
      const span = extent(window.kernel[axis] ?? 1, window.dilation[axis] ?? 1);
      return size - ((outputs - 1) * (window.stride[axis] ?? 1) + span - before);
    });
    const parts = lost.flatMap((count, axis) => (count > 0 ? [lostText(count, axis, lost.length)] : []));
    if (parts.length === 0) return undefined;
    return {
      code: "pooling-drops-rows",
      range: headOf(step.node),
      message: `no window reaches the last ${parts.join(" and ")} of ${formatShape(input)}: \`ceil_mode: true\` or padding keeps what is there`,
      data: { kind: "ceil-mode", node: step.node },
    };
  },
};

function lostText(count: number, axis: number, axes: number): string {
  const noun =
    axis === axes - 1 && axes > 1 ? "column" : axes === 1 ? "place" : axis === axes - 2 ? "row" : "slice";
  return count === 1 ? noun : `${count} ${noun}s`;
}
