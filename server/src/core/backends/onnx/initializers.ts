/**
 * Weight tensors as pieces of the file: either within the model, each behind its length prefix, or in a file of
 * their own at aligned offsets.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { WeightTensor } from "../../ir/graph.ts";
import { type WeightOptions, weightBytes, weightValues } from "../../weights/weights.ts";
import { tensor } from "./codec.ts";
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";

/** Bytes as they are, or a tensor whose values are made when its turn comes. */
export type Piece = Uint8Array | WeightTensor;

/** A tensor with the name and dimensions that the file gives it. */
export interface FileTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly weight: WeightTensor;
}

/** Field numbers of onnx.proto: what is spliced is not written by the message encoder. */
const graphInitializer = 5;
const tensorRawData = 9;

/** Tensors below this stay in the model: a bias of 64 floats is not worth a page of the data file. */
const smallest = 1024;

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : weightBytes(piece)),
    0,
  );
}

/** A tag and a length: what goes before a field of so many bytes. */
export function fieldPrefix(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint64(BigInt(length)).finish();
}

/** The initializers as fields of the graph, values included. */
export function inlineInitializers(tensors: readonly FileTensor[]): Piece[] {
  return tensors.flatMap(({ name, dims, weight }) => {
    const bytes = weightBytes(weight);
    const header = toBinary(TensorProtoSchema, tensor(name, dims, DataType.FLOAT));
    const raw = fieldPrefix(tensorRawData, bytes);
    const prefix = fieldPrefix(graphInitializer, header.length + raw.length + bytes);
    return [prefix, header, raw, weight];
  });
}

export interface ExternalInitializers {
  /** For the graph message. */
  readonly protos: readonly TensorProto[];
  /** The data file. */
  readonly pieces: readonly Piece[];
}

/** The initializers as references into a data file. */
export function externalInitializers(
  tensors: readonly FileTensor[],
  location: string,
  options: WeightOptions,
): ExternalInitializers {
  const pieces: Piece[] = [];
  let offset = 0;
  const protos = tensors.map(({ name, dims, weight }) => {
    const length = weightBytes(weight);
    const proto = tensor(name, dims, DataType.FLOAT);
    if (length < smallest) {
      proto.rawData = new Uint8Array(weightValues(weight, options).buffer);
      return proto;
    }
    const gap = (alignment(length) - (offset % alignment(length))) % alignment(length);
    if (gap > 0) pieces.push(new Uint8Array(gap));
    pieces.push(weight);
    const entry = (key: string, value: string | number) => ({ key, value: String(value) });
    proto.dataLocation = DataLocation.EXTERNAL;
    const place = [entry("location", location), entry("offset", offset + gap), entry("length", length)];
    proto.externalData = place.map((e) => create(StringStringEntryProtoSchema, e));
    offset += gap + length;
    return proto;
  });
  return { protos, pieces };
}

/** Large tensors start on a page, so that a runtime can map them into memory. */
function alignment(length: number): number {
  return length >= 65536 ? 4096 : 64;
}
