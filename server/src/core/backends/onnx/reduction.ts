/** Reductions along an axis. Where the axis stands changed with opset 18, and for sums with 13. */
import { int, ints } from "./codec.ts";
import type { Lowering } from "./lowering.ts";

/** The reduced axis stays, with size 1. */
export function reduced(
  ctx: Lowering,
  name: string,
  opType: "ReduceMax" | "ReduceMean" | "ReduceSum",
  input: string,
  axis: number,
): string {
  const keepdims = int(1);
  if (opType === "ReduceSum" || ctx.opset >= 18)
    return ctx.part(name, opType, [input, ctx.integers(`${name}_axis`, [axis])], { keepdims });
  return ctx.part(name, opType, [input], { axes: ints([axis]), keepdims });
}
