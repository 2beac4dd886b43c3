/**
 * Weight tensors as pieces of the file: either within the model, each behind its length prefix, or in a file of
 * their own at aligned offsets.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { WeightOptions } from "../../weights/weights.ts";
import { tensor } from "./codec.ts";
import {
  TensorProto_DataLocation as DataLocation,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";
import { dataTypes, type OnCut, type Stored, storedBytes, storedChunks } from "./stored.ts";

/** Bytes as they are, or a tensor whose values are made when its turn comes. */
export type Piece = Uint8Array | Stored;

/** A tensor with the name and dimensions that the file gives it. */
export interface FileTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly stored: Stored;
}

/** Field numbers of onnx.proto: what is spliced is not written by the message encoder. */
const graphInitializer = 5;
const tensorRawData = 9;

/** Tensors below this stay in the model: a bias of 64 floats is not worth a page of the data file. */
const smallest = 1024;

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : storedBytes(piece)),
    0,
  );
}

/** A tag and a length: what goes before a field of so many bytes. */
export function fieldPrefix(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint64(BigInt(length)).finish();
}

/** The initializers as fields of the graph, values included. */
export function inlineInitializers(tensors: readonly FileTensor[]): Piece[] {
  return tensors.flatMap(({ name, dims, stored }) => {
    const bytes = storedBytes(stored);
    const header = toBinary(TensorProtoSchema, tensor(name, dims, dataTypes[stored.encoding]));
    const raw = fieldPrefix(tensorRawData, bytes);
    const prefix = fieldPrefix(graphInitializer, header.length + raw.length + bytes);
    return [prefix, header, raw, stored];
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
  onCut: OnCut,
): ExternalInitializers {
  const pieces: Piece[] = [];
  let offset = 0;
  const protos = tensors.map(({ name, dims, stored }) => {
    const length = storedBytes(stored);
    const proto = tensor(name, dims, dataTypes[stored.encoding]);
    if (length < smallest) {
      proto.rawData = new Uint8Array(length);
      let at = 0;
      for (const chunk of storedChunks(stored, options, onCut)) {
        proto.rawData.set(chunk, at);
        at += chunk.length;
      }
      return proto;
    }
    const gap = (alignment(length) - (offset % alignment(length))) % alignment(length);
    if (gap > 0) pieces.push(new Uint8Array(gap));
    pieces.push(stored);
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
