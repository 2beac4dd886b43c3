/** Parts of tensors in a TensorFlow graph. */
import type { GraphLowering } from "./lowering.ts";
import { int } from "./nodeDef.ts";

/** Places start, start + step, … before end along an axis; without an end, to the end. */
export interface Cut {
  /** With the batch counted. */
  readonly axis: number;
  readonly start: number;
  readonly end?: number | undefined;
  readonly step?: number;
}

export function cut(name: string, tensor: string, cuts: readonly Cut[], ctx: GraphLowering): string {
  const rank = 1 + Math.max(...cuts.map(({ axis }) => axis));
  const of = (axis: number) => cuts.find((c) => c.axis === axis);
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const operands = [
    ctx.integers(
      `${name}/start`,
      axes.map((axis) => of(axis)?.start ?? 0),
    ),
    ctx.integers(
      `${name}/end`,
      axes.map((axis) => of(axis)?.end ?? 0),
    ),
    ctx.integers(
      `${name}/step`,
      axes.map((axis) => of(axis)?.step ?? 1),
    ),
  ];
  const mask = (whole: (axis: number) => boolean) =>
    int(axes.reduce((bits, axis) => bits + (whole(axis) ? 2 ** axis : 0), 0));
  return ctx.part(name, "StridedSlice", [tensor, ...operands], {
    begin_mask: mask((axis) => of(axis) === undefined),
    end_mask: mask((axis) => of(axis)?.end === undefined),
  });
}

export function joined(name: string, tensors: readonly string[], axis: number, ctx: GraphLowering): string {
  const [only, more] = tensors;
  if (only !== undefined && more === undefined) return only;
  return ctx.part(name, "ConcatV2", [...tensors, ctx.integers(`${name}/axis`, [axis], [])], {
    N: int(tensors.length),
  });
}

/** Equal parts along an axis. */
export function parts(
  name: string,
  tensor: string,
  count: number,
  axis: number,
  ctx: GraphLowering,
): readonly string[] {
  if (count === 1) return [tensor];
  const split = ctx.part(name, "Split", [ctx.integers(`${name}/axis`, [axis], []), tensor], {
    num_split: int(count),
  });
  return Array.from({ length: count }, (_, i) => (i === 0 ? split : `${split}:${i}`));
}

/** Places of an axis in any order, each as often as wanted. */
export function gathered(
  name: string,
  tensor: string,
  places: readonly number[],
  axis: number,
  ctx: GraphLowering,
): string {
  const operands = [tensor, ctx.integers(`${name}/places`, places), ctx.integers(`${name}/axis`, [axis], [])];
  return ctx.part(name, "GatherV2", operands);
}
