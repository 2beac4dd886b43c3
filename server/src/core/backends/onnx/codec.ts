/** Short constructors for the messages of onnx.proto. Knows the format, and nothing of layers. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Dim, DimExpr } from "../../shape/dim.ts";
import type { Shape } from "../../shape/shape.ts";
import { toFloat16 } from "../../weights/float16.ts";
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type TensorShapeProto_DimensionSchema,
  type ValueInfoProtoSchema,
} from "./generated/onnx_pb.ts";

/** The value of an attribute. Number kinds are written apart, since the format tells 1 from 1.0. */
export type Attribute = Omit<MessageInitShape<typeof AttributeProtoSchema>, "$typeName" | "name">;

export const int = (value: number): Attribute => ({ type: AttributeType.INT, i: BigInt(value) });
export const ints = (values: readonly number[]): Attribute => ({
  type: AttributeType.INTS,
  ints: values.map(BigInt),
});
export const float = (value: number): Attribute => ({ type: AttributeType.FLOAT, f: value });
export const text = (value: string): Attribute => ({
  type: AttributeType.STRING,
  s: Uint8Array.from(value, (c) => c.charCodeAt(0)),
});

export interface NodeParts {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly docString?: string;
}

export function nodeProto(parts: NodeParts): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name: parts.name,
    opType: parts.opType,
    input: [...parts.input],
    output: [parts.output],
    attribute: Object.entries(parts.attributes).map(([name, value]) => ({ ...value, name })),
    ...(parts.docString === undefined ? {} : { docString: parts.docString }),
  };
}

/** A tensor's name, type and shape. The batch comes first: a number, or by the name given. */
export function valueInfo(
  name: string,
  shape: Shape,
  batch: string | number,
  elemType: DataType = DataType.FLOAT,
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const first = typeof batch === "number" ? dimension(batch) : namedDimension(batch);
  const dim = [first, ...shape.map(dimension)];
  return {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  };
}

export function floatTensor(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  const floats = new Float32Array(values);
  return tensor(name, dims, DataType.FLOAT, new Uint8Array(floats.buffer));
}

/** What is beyond 16 bits becomes the largest number that is not. */
export function halfTensor(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  const words = new Uint16Array(values.length);
  toFloat16(new Float32Array(values), words);
  return tensor(name, dims, DataType.FLOAT16, new Uint8Array(words.buffer));
}

/** One whole number of 8 bits without a sign. */
export function byteTensor(name: string, value: number): TensorProto {
  return tensor(name, [], DataType.UINT8, Uint8Array.of(value));
}

export function integerTensor(name: string, values: readonly number[]): TensorProto {
  const integers = BigInt64Array.from(values, BigInt);
  return tensor(name, [values.length], DataType.INT64, new Uint8Array(integers.buffer));
}

export function tensor(name: string, dims: readonly number[], type: number, raw?: Uint8Array): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: type,
    ...(raw === undefined ? {} : { rawData: raw }),
  });
}

/** The name of a dimension that is nothing but a name: the format has no arithmetic. */
export function dimensionName(dim: Dim): string | undefined {
  if (!(dim instanceof DimExpr) || dim.terms.length !== 1) return undefined;
  const [term] = dim.terms;
  const [factor] = term?.factors ?? [];
  return term?.coefficient === 1 && term.factors.length === 1 && factor?.kind === "name"
    ? factor.key
    : undefined;
}

type Dimension = MessageInitShape<typeof TensorShapeProto_DimensionSchema>;

function dimension(dim: Dim): Dimension {
  if (typeof dim === "number") return { value: { case: "dimValue", value: BigInt(dim) } };
  const name = dimensionName(dim);
  return name === undefined ? {} : namedDimension(name);
}

function namedDimension(name: string): Dimension {
  return { value: { case: "dimParam", value: name } };
}
