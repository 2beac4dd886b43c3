/**
 * Where channels stand. lwnet counts them first, TensorFlow.js wants them last: this is the one place that knows of both.
 * A layer asks for its input in the layout that it works in, and says in which it leaves its output; what lies
 * between is transposed once, only where the two differ. Vectors have but one layout.
 */
import type { GraphValue } from "../../ir/graph.ts";
import type { Shape } from "../../shape/shape.ts";

export type Layout = "first" | "last";

export interface Layouts {
  /** The tensor in that layout. */
  read(value: GraphValue, layout: Layout): string;
  /** The layout that it is had in for free. */
  layoutOf(value: GraphValue): Layout;
  /** The tensor as its elements are counted in lwnet's order; its axes may stand otherwise where nothing has to move. */
  readElements(value: GraphValue): string;
  write(value: GraphValue, tensor: string, layout: Layout): void;
}

/** `transpose` makes a transposed tensor: `order` is without the batch and counted from 0. */
export function layoutsOf(
  transpose: (tensor: string, order: readonly number[], value: GraphValue) => string,
): Layouts {
  const home = new Map<string, Layout>();
  const tensors = new Map<string, string>();
  const key = (value: GraphValue, layout: Layout) => `${layout}:${value.name}`;
  const layoutOf = (value: GraphValue) => home.get(value.name) ?? "first";
  const read = (value: GraphValue, layout: Layout): string => {
    const found = tensors.get(key(value, layout));
    if (found !== undefined) return found;
    const other = tensors.get(key(value, layout === "first" ? "last" : "first")) ?? value.name;
    const rank = value.shape.length;
    if (rank < 2) return other;
    const axes = Array.from({ length: rank - 1 }, (_, i) => i);
    const order = layout === "first" ? [rank - 1, ...axes] : [...axes.map((axis) => axis + 1), 0];
    const made = transpose(other, order, value);
    tensors.set(key(value, layout), made);
    return made;
  };
  return {
    read,
    layoutOf,
    readElements(value) {
      const [count, ...others] = value.shape;
      const still = count === 1 || others.every((size) => size === 1);
      return read(value, still ? layoutOf(value) : "first");
    },
    write(value, tensor, layout) {
      home.set(value.name, layout);
      tensors.set(key(value, layout), tensor);
    },
  };
}

/** An axis as the file counts it: with the batch in front, in that layout. */
export function axisIn(layout: Layout, axis: number, rank: number): number {
  if (layout === "first") return axis + 1;
  return axis === 0 ? rank : axis;
}

/** A shape without the batch, in that layout. */
export function shapeIn(layout: Layout, shape: Shape): Shape {
  return layout === "first" ? shape : [...shape.slice(1), ...shape.slice(0, 1)];
}

/** How the network's own inputs and outputs stand: images with their channels last, all else as declared. */
export function outerLayout(shape: Shape): Layout {
  return shape.length > 2 ? "last" : "first";
}
