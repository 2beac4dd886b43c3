/**
 * What expressions evaluate to. `undefined` is the unknown value: it comes from an error reported
 * elsewhere, and whatever is computed from it is unknown too.
 */
import { type Dim, DimExpr } from "./shape/dim.ts";
import type { Shape } from "./shape/shape.ts";

export type Value = Scalar | readonly Value[] | BlockValue | TensorValue | undefined;
export type Scalar = number | DimExpr | boolean | string;

/** A layer, block or network as a value: `unit: bottleneck`, `act: relu`. */
export interface BlockValue {
  readonly kind: "block";
  readonly name: string;
  /** Distinguishes equally named blocks of different files. */
  readonly key: string;
  /** The file that sees it under its name; absent for a layer of the language. */
  readonly file?: string;
}

export interface TensorValue {
  readonly kind: "tensor";
  readonly shape: Shape | undefined;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isBlock(value: Value): value is BlockValue {
  return typeof value === "object" && "kind" in value && value.kind === "block";
}

export function isTensor(value: Value): value is TensorValue {
  return typeof value === "object" && "kind" in value && value.kind === "tensor";
}

export function isDim(value: Value): value is number | DimExpr {
  return typeof value === "number" || value instanceof DimExpr;
}

export function asDim(value: Value): Dim {
  return isDim(value) ? value : undefined;
}

/** As a message or a hover writes it. */
export function formatValue(value: Value): string {
  if (value === undefined) return "?";
  if (isList(value)) return `[${value.map(formatValue).join(", ")}]`;
  if (isBlock(value)) return value.name;
  if (isTensor(value)) return "a tensor";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The word for its type in messages: `a number`, `a list`. */
export function describeType(value: Value): string {
  if (value === undefined) return "unknown";
  if (isList(value)) return "a list";
  if (isBlock(value)) return "a block";
  if (isTensor(value)) return "a tensor";
  if (value instanceof DimExpr) return "a dimension that is only known by name";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a fraction";
  return typeof value === "boolean" ? "a truth value" : "a string";
}

/** Identifies a value in memo keys. */
export function valueKey(value: Value): string {
  if (value === undefined) return "?";
  if (isList(value)) return `[${value.map(valueKey).join(",")}]`;
  if (isBlock(value)) return `@${value.key}`;
  if (isTensor(value)) return "tensor";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
