/**
 * What a lowering writes to: collects the nodes and constants of one layer after another, and settles the names.
 * A layer's main node bears the layer's name, the others `layer/part`: that is how profiles find their way back.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { GraphNode, GraphValue, WeightTensor } from "../../ir/graph.ts";
import type { ExportProblem } from "../backend.ts";
import {
  type Attribute,
  byteTensor,
  floatTensor,
  halfTensor,
  int,
  integerTensor,
  ints,
  nodeProto,
} from "./codec.ts";
import {
  TensorProto_DataType as DataType,
  type NodeProtoSchema,
  type TensorProto,
} from "./generated/onnx_pb.ts";
import type { FileTensor } from "./initializers.ts";
import type { Names } from "./names.ts";
import { isEight, isQuantized, isWide, largestWeight, type Precision } from "./precision.ts";
import { type Quantization, takesQuantized, weightOfBias } from "./quantization.ts";
import type { Encoding, Stored } from "./stored.ts";

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
  /** A weight of two axes with inputs first, as products of matrices take it. */
  transposedWeight(name: string): string | undefined;
  /** A tensor of numbers that are no weights. */
  constant(name: string, dims: readonly number[], values: readonly number[]): string;
  /** A list of numbers that are float32 in a network of 16 bits as well, as scales are. */
  single(name: string, values: readonly number[]): string;
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
  /** What is written of each weight, by its full name. */
  readonly tensors: Map<string, readonly FileTensor[]>;
  /** The tensors that come out of 8 bits, by the names of those that went in. */
  readonly dequantized: Map<string, string>;
}

/** What the lowerings of one file share. */
export interface LoweringContext {
  readonly names: Names;
  readonly into: Collected;
  readonly opset: number;
  readonly precision: Precision;
  /** The 16-bit copies of those inputs of the network that have 32 bits, by their names. */
  readonly narrowed: ReadonlyMap<string, string>;
  /** How tensors are quantized, under `int8`. */
  readonly quantized: ReadonlyMap<string, Quantization>;
}

export function lowering(node: GraphNode, context: LoweringContext, docString: string | undefined): Lowering {
  const { names, into, opset, precision, narrowed, quantized } = context;
  const half = precision === "fp16";
  const most = largestWeight(precision);
  const widened = half && isWide(node, opset);
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
  const part = (name: string, opType: string, input: readonly string[], attributes: Attributes = {}) => {
    const output = names.fresh(`${node.name}/${name}`);
    emit(`${node.name}/${name}`, opType, input, output, attributes);
    return output;
  };
  /** A tensor as it comes out of 8 bits, the same one for all layers that take it. */
  const quantizedOnce = (value: GraphValue, name: string, quantization: Quantization): string => {
    const known = into.dequantized.get(value.name);
    if (known !== undefined) return known;
    const [scale, zero] = [names.fresh(`${name}/scale`), names.fresh(`${name}/zero`)];
    into.constants.push(floatTensor(scale, [], [quantization.scale]), byteTensor(zero, quantization.zero));
    const [narrow, result] = [names.fresh(`${name}/uint8`), names.fresh(`${name}/dequantized`)];
    emit(`${value.name}/quantize`, "QuantizeLinear", [name, scale, zero], narrow, {});
    emit(`${value.name}/dequantize`, "DequantizeLinear", [narrow, scale, zero], result, {});
    into.dequantized.set(value.name, result);
    return result;
  };
  const inputs = node.inputs.map((value, i) => {
    const name = names.ofValue(value);
    const quantization = quantized.get(value.name);
    if (quantization && takesQuantized(node)) return quantizedOnce(value, name, quantization);
    if (!half) return name;
    const copy = narrowed.get(value.name);
    if (copy !== undefined) return widened || node.op === "embedding" ? name : copy;
    return widened ? part(`input${i}`, "Cast", [name], { to: int(DataType.FLOAT) }) : name;
  });
  const store = (tensor: WeightTensor, dims: readonly number[]): string => {
    const name = names.ofWeight(tensor);
    if (into.tensors.has(tensor.fullName)) return name;
    const put = (...tensors: FileTensor[]) => into.tensors.set(tensor.fullName, tensors);
    const input = quantized.get(node.inputs[0]?.name ?? "");
    const weight = input && weightOfBias(node, tensor);
    const beside = input && weight ? { beside: { weight, input: input.scale } } : {};
    const stored = (encoding: Encoding): Stored => ({ weight: tensor, encoding, most, ...beside });
    if (weight || (isEight(precision) && isQuantized(node, tensor))) {
      const type = weight ? "int32" : "int8";
      const [values, scale] = [names.fresh(`${name}/${type}`), names.fresh(`${name}/scale`)];
      put(
        { name: values, dims, stored: stored(type) },
        { name: scale, dims: dims.slice(0, 1), stored: stored("scale") },
      );
      // What comes out has the tensor's name: there is no other of that name in the file.
      const dequantize = `${node.name}/${tensor.name}_dequantized`;
      emit(dequantize, "DequantizeLinear", [values, scale], name, { axis: int(0) });
    } else put({ name, dims, stored: stored(half && !widened ? "float16" : "float32") });
    return name;
  };
  /** Of 8 bits, it lies transposed in the file: what is between rounding and product would be done at each run. */
  const storeTransposed = (tensor: WeightTensor): string => {
    const name = names.ofWeight(tensor);
    const turn = `${node.name}/${tensor.name}_transposed`;
    const result = names.fresh(`${name}/transposed`);
    if (!isEight(precision) || !isQuantized(node, tensor)) {
      emit(turn, "Transpose", [store(tensor, tensor.shape)], result, { perm: ints([1, 0]) });
      return result;
    }
    const [values, scale] = [names.fresh(`${name}/int8`), names.fresh(`${name}/scale`)];
    into.tensors.set(tensor.fullName, [
      {
        name: values,
        dims: tensor.shape.toReversed(),
        stored: { weight: tensor, encoding: "int8-transposed", most },
      },
      { name: scale, dims: tensor.shape.slice(0, 1), stored: { weight: tensor, encoding: "scale", most } },
    ]);
    emit(turn, "DequantizeLinear", [values, scale], result, { axis: int(1) });
    return result;
  };
  const find = (name: string) => node.weights.find((w) => w.name === name);
  return {
    opset,
    inputs,
    input: inputs[0] ?? "",
    weight(name) {
      const tensor = find(name);
      return tensor && store(tensor, tensor.shape);
    },
    reshapedWeight(name, dims) {
      const tensor = find(name);
      return tensor && store(tensor, dims);
    },
    transposedWeight(name) {
      const tensor = find(name);
      return tensor && storeTransposed(tensor);
    },
    constant(name, dims, values) {
      const tensor = names.fresh(`${node.name}/${name}`);
      into.constants.push((half && !widened ? halfTensor : floatTensor)(tensor, dims, values));
      return tensor;
    },
    single(name, values) {
      const tensor = names.fresh(`${node.name}/${name}`);
      into.constants.push(floatTensor(tensor, [values.length], values));
      return tensor;
    },
    integers(name, values) {
      const tensor = names.fresh(`${node.name}/${name}`);
      into.constants.push(integerTensor(tensor, values));
      return tensor;
    },
    part,
    main(opType, input, attributes = {}) {
      const output = names.ofValue(node.output);
      if (!widened) return void emit(node.name, opType, input, output, attributes);
      const result = names.fresh(`${node.name}/wide`);
      emit(node.name, opType, input, result, attributes);
      emit(`${node.name}/narrowed`, "Cast", [result], output, { to: int(DataType.FLOAT16) });
    },
    problem: (message) => into.problems.push({ node: node.name, origin: node.origin, message }),
  };
}
