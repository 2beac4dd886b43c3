/** Enlarging by interpolation, as TensorFlow operators: its own where they read the same places, else cell by cell. */
import type { GraphNode } from "../../../ir/graph.ts";
import { type Shape, spatial } from "../../../shape/shape.ts";
import type { GraphLowering } from "./lowering.ts";
import { bool } from "./nodeDef.ts";
import { cut, gathered } from "./slices.ts";

export function upsample(node: GraphNode<"upsample">, ctx: GraphLowering): void {
  const { mode, scale, align_corners: corners } = node.args;
  const [sizes, sides] = [spatial(ctx.inputShape), spatial(node.output.shape)];
  const input = ctx.input("last");
  const linear = mode !== "nearest";
  const op = linear ? "ResizeBilinear" : "ResizeNearestNeighbor";
  const attributes = { align_corners: bool(corners), half_pixel_centers: bool(linear && !corners) };
  const resize = (size: string) => ctx.output(ctx.part("resized", op, [input, size], attributes), "last");
  if (!isNumbers(sizes) || !isNumbers(sides)) {
    if (!scale?.every(Number.isInteger) || sizes.length !== 2)
      return ctx.problem("needs height and width as numbers, its own and its input's");
    const now = cut("now", ctx.part("shape", "Shape", [input]), [{ axis: 0, start: 1, end: 3 }], ctx);
    return resize(ctx.part("size", "Mul", [now, ctx.integers("scale", scale)]));
  }
  const axes = sizes.map((size, axis): Axis => {
    const side = sides[axis] ?? 1;
    return { size, side, step: scale ? 1 / (scale[axis] ?? 1) : size / side };
  });
  if (axes.length === 2 && axes.every((axis) => isTheirs(axis, linear, corners)))
    return resize(ctx.integers("size", sides));
  let made = input;
  for (const [i, axis] of axes.entries()) {
    if (axis.size === axis.side && axis.step === 1) continue;
    made = alongAxis(`axis${i}`, made, i + 1, placesOf(axis, linear, corners), axes.length, ctx);
  }
  ctx.output(made, "last");
}

interface Axis {
  readonly size: number;
  readonly side: number;
  /** Cells of the input from one cell of the output to the next. */
  readonly step: number;
}

/** For each cell of the output, the place in the input that it is read at. */
function placesOf({ size, side, step }: Axis, linear: boolean, corners: boolean): number[] {
  return Array.from({ length: side }, (_, i) => {
    // A hair's breadth more: what should be a whole number may come out just below.
    if (!linear) return Math.min(size - 1, Math.floor(i * step + 1e-9));
    const place = corners ? (side === 1 ? 0 : (i * (size - 1)) / (side - 1)) : (i + 0.5) * step - 0.5;
    return Math.min(size - 1, Math.max(0, place));
  });
}

/** Whether TensorFlow.js, which goes by sizes alone and on some devices in single precision, reads the same places. */
function isTheirs(axis: Axis, linear: boolean, corners: boolean): boolean {
  const ratio = axis.size / axis.side;
  if (linear) return corners || Math.abs(axis.step - ratio) < 1e-9;
  const single = Math.fround(ratio);
  return placesOf(axis, false, false).every(
    (place, i) => place === Math.floor(i * ratio) && place === Math.floor(Math.fround(i * single)),
  );
}

/** The cells below and above each place, in shares. */
function alongAxis(
  name: string,
  tensor: string,
  axis: number,
  places: readonly number[],
  rank: number,
  ctx: GraphLowering,
): string {
  const below = places.map(Math.floor);
  const above = places.map(Math.ceil);
  const first = gathered(`${name}/below`, tensor, below, axis, ctx);
  const shares = places.map((place, i) => place - (below[i] ?? 0));
  if (shares.every((share) => share === 0)) return first;
  const second = gathered(`${name}/above`, tensor, above, axis, ctx);
  const shape = [1, ...Array.from({ length: rank }, (_, i) => (i + 1 === axis ? places.length : 1)), 1];
  const spread = (part: string, values: readonly number[]) => ctx.floats(`${name}/${part}`, values, shape);
  const rest = shares.map((share) => 1 - share);
  const products = [
    ctx.part(`${name}/lower`, "Mul", [first, spread("rest", rest)]),
    ctx.part(`${name}/upper`, "Mul", [second, spread("shares", shares)]),
  ];
  return ctx.part(name, "AddV2", products);
}

function isNumbers(sizes: Shape): sizes is readonly number[] {
  return sizes.every((size) => typeof size === "number");
}
