/** Nodes of a TensorFlow graph in the JSON form of its protocol buffers, and their attributes. */
import { base64Encode, getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Shape } from "../../../shape/shape.ts";

export type Attribute =
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly type: DataType }
  | { readonly shape: TensorShape }
  | { readonly list: { readonly i?: readonly string[]; readonly s?: readonly string[] } };

export type Attributes = Readonly<Record<string, Attribute>>;

export type DataType = "DT_FLOAT" | "DT_INT32";

export interface TensorShape {
  readonly dim: readonly { readonly size: string }[];
}

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Attributes;
}

export const int = (value: number): Attribute => ({ i: String(value) });
export const ints = (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } });
export const float = (value: number): Attribute => ({ f: value });
export const bool = (value: boolean): Attribute => ({ b: value });
export const text = (value: string): Attribute => ({ s: bytes(value) });
export const texts = (values: readonly string[]): Attribute => ({ list: { s: values.map(bytes) } });
export const type = (value: DataType): Attribute => ({ type: value });

function bytes(value: string): string {
  return base64Encode(getTextEncoding().encodeUtf8(value));
}

/** The batch in front; what is not known as a number is free. */
export function tensorShape(shape: Shape): TensorShape {
  const sizes = shape.map((size) => (typeof size === "number" ? size : -1));
  return { dim: [-1, ...sizes].map((size) => ({ size: String(size) })) };
}
