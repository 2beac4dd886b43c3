/**
 * What a lowering writes to: collects the nodes and constants of one layer after another, and settles the names.
 * A layer's main node bears the layer's name, the others `layer/part`: that is how profiles find their way back.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { GraphNode } from "../../ir/graph.ts";
import type { ExportProblem } from "../backend.ts";
import { type Attribute, floatTensor, integerTensor, nodeProto } from "./codec.ts";
import type { NodeProtoSchema, TensorProto } from "./generated/onnx_pb.ts";
import type { Names } from "./names.ts";

export type Attributes = Readonly<Record<string, Attribute>>;

/** What a row of the operator table gets for its layer. */
export interface Lowering {
  /** Version of ONNX's operators that may be used. */
  readonly opset: number;
  /** Names of the input tensors. */
  readonly inputs: readonly string[];
  /** The only or first input. */
  readonly input: string;
  /** The tensor of a weight (`weight`, `bias`), or undefined where the layer has none of that name. */
  weight(name: string): string | undefined;
  /** Gives a weight other dimensions than it has in a state_dict; the order of its values stays. */
  reshapedWeight(name: string, dims: readonly number[]): string | undefined;
  /** A tensor of numbers that are no weights. */
  constant(name: string, dims: readonly number[], values: readonly number[]): string;
  /** The same for whole numbers, as shapes and paddings are. */
  integers(name: string, values: readonly number[]): string;
  /** A node on the way, named `layer/name`; gives the name of its output. */
  part(name: string, opType: string, inputs: readonly string[], attributes?: Attributes): string;
  /** The node that bears the layer's name and makes its output. */
  main(opType: string, inputs: readonly string[], attributes?: Attributes): void;
  /** The layer can't be written; the sentence goes on after its name. */
  problem(message: string): void;
}

export interface Collected {
  readonly nodes: MessageInitShape<typeof NodeProtoSchema>[];
  readonly constants: TensorProto[];
  readonly problems: ExportProblem[];
  /** Dimensions of weights that differ from the declared ones, by full name. */
  readonly weightDims: Map<string, readonly number[]>;
}

export function lowering(
  node: GraphNode,
  names: Names,
  into: Collected,
  opset: number,
  docString: string | undefined,
): Lowering {
  const inputs = node.inputs.map((value) => names.ofValue(value));
  const emit = (
    name: string,
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Attributes,
  ) =>
    into.nodes.push(
      nodeProto({
        name,
        opType,
        input,
        output,
        attributes,
        ...(docString === undefined ? {} : { docString }),
      }),
    );
  const find = (name: string) => node.weights.find((w) => w.name === name);
  return {
    opset,
    inputs,
    input: inputs[0] ?? "",
    weight(name) {
      const tensor = find(name);
      return tensor && names.ofWeight(tensor);
    },
    reshapedWeight(name, dims) {
      const tensor = find(name);
      if (!tensor) return undefined;
      into.weightDims.set(tensor.fullName, dims);
      return names.ofWeight(tensor);
    },
    constant(name, dims, values) {
      const tensor = names.fresh(`${node.name}/${name}`);
      into.constants.push(floatTensor(tensor, dims, values));
      return tensor;
    },
    integers(name, values) {
      const tensor = names.fresh(`${node.name}/${name}`);
      into.constants.push(integerTensor(tensor, values));
      return tensor;
    },
    part(name, opType, input, attributes = {}) {
      const output = names.fresh(`${node.name}/${name}`);
      emit(`${node.name}/${name}`, opType, input, output, attributes);
      return output;
    },
    main: (opType, input, attributes = {}) =>
      emit(node.name, opType, input, names.ofValue(node.output), attributes),
    problem: (message) => into.problems.push({ node: node.name, origin: node.origin, message }),
  };
}
