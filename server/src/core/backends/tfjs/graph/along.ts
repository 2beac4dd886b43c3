/** Something that works along the last axis, on any: the axis is put there, and back. */
import { axisOf } from "../../../ops/axes.ts";
import type { GraphLowering } from "./lowering.ts";

export function alongLast(axis: number, ctx: GraphLowering, make: (input: string) => string): void {
  const rank = ctx.inputShape.length;
  const at = axisOf(axis, ctx.inputShape);
  if (at === rank - 1) return ctx.output(make(ctx.input("first")), "first");
  if (at === 0) return ctx.output(make(ctx.input("last")), "last");
  const order = ctx.inputShape.map((_, i) => (i === at ? rank - 1 : i === rank - 1 ? at : i));
  const turned = transposed("turned", ctx.input("first"), order, ctx);
  ctx.output(transposed("back", make(turned), order, ctx), "first");
}

/** `order` is without the batch, which stays in front. */
export function transposed(
  name: string,
  tensor: string,
  order: readonly number[],
  ctx: GraphLowering,
): string {
  const perm = ctx.integers(`${name}/order`, [0, ...order.map((axis) => axis + 1)]);
  return ctx.part(name, "Transpose", [tensor, perm]);
}
