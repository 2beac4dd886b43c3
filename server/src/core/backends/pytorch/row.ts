/** What a row of the operator table says: how a layer is made and used in Python. */
import type { GraphNode } from "../../ir/graph.ts";
import { type Shape, spatial } from "../../shape/shape.ts";
import { type Expr, type Scalar, type Slot, slot, text, tuple } from "./expression.ts";

export interface Row {
  /** The module's constructor. A layer with weights needs one, or is one parameter. */
  readonly module?: Expr;
  /** A layer that is one single tensor in a state_dict. */
  readonly parameter?: Expr;
  /** How the module or parameter is used, where it isn't simply called with its input. */
  readonly use?: (self: Expr, inputs: readonly Expr[]) => Expr;
  /** The layer without a module. */
  readonly plain?: (inputs: readonly Expr[]) => Expr;
}

/** Why a layer can't be written; the sentence goes on after its name. */
export interface Refusal {
  readonly problem: string;
}

export function inputShape(node: GraphNode): Shape {
  return node.inputs[0]?.shape ?? [];
}

/** `2d` for height and width. */
export function dimensionality(node: GraphNode): string {
  return `${spatial(inputShape(node)).length}d`;
}

/** The only input. */
export function first(inputs: readonly Expr[]): Expr {
  return inputs[0] ?? text("x");
}

/** PyTorch lists cells from the last axis to the first: `(left, right, top, bottom)`. */
export function cells(pads: readonly (readonly [number, number])[], hint = "pad"): Expr {
  return tuple(...pads.toReversed().flatMap((pad) => pad.map((count): Slot => slot(hint, count))));
}

export function numbers(values: readonly unknown[]): readonly number[] | undefined {
  return values.every((value): value is number => typeof value === "number") ? values : undefined;
}

export const number = (value: Scalar, hint = "value"): Slot => slot(hint, value);
