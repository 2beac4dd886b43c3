/**
 * Batch normalisation into the layer before it: at inference both are one product and one sum for each channel, so
 * that γ/√(σ² + ε) goes into the weights and the rest into the bias. The layer keeps its name and those of its
 * tensors; the normalisation is gone, and a bias may be new. Weights are computed as they are written.
 */
import { linearAxis } from "../../ops/linear.ts";
import type { ComputedWeight, Graph, GraphNode, GraphValue, WeightTensor } from "../graph.ts";

/** The graph without those normalisations whose layer before has no other use. */
export function foldBatchNorm(graph: Graph): Graph {
  const uses = new Map<GraphValue, number>();
  const used = (value: GraphValue) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(used);
  for (const output of graph.outputs) used(output.value);

  const moved = new Map<GraphValue, GraphValue>();
  const now = (value: GraphValue) => moved.get(value) ?? value;
  const nodes = new Map<GraphValue, GraphNode>();
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(now) } as GraphNode;
    const [source] = node.inputs;
    const before = source && nodes.get(source);
    const folded = node.op === "bn" && before && uses.get(source) === 1 ? folding(before, node) : undefined;
    if (!folded) nodes.set(node.output, node);
    else {
      nodes.set(folded.output, folded);
      moved.set(node.output, folded.output);
      uses.set(folded.output, uses.get(node.output) ?? 0);
    }
  }
  const outputs = graph.outputs.map((output) => ({ ...output, value: now(output.value) }));
  return { ...graph, nodes: [...nodes.values()], outputs };
}

/** The weight of the layer and the place of its channels in it. */
interface Foldable {
  readonly weight: WeightTensor;
  readonly bias: WeightTensor | undefined;
  readonly biasName: string;
  /** Of output channels, in the order of the values. */
  readonly channelAt: (index: number) => number;
}

function folding(layer: GraphNode, norm: GraphNode<"bn">): GraphNode | undefined {
  const found = foldable(layer);
  const mean = tensor(norm, "running_mean");
  const variance = tensor(norm, "running_var");
  if (!found || !mean || !variance) return undefined;
  const { weight, bias, biasName, channelAt } = found;
  const [gamma, beta] = [tensor(norm, "weight"), tensor(norm, "bias")];
  const { eps } = norm.args;
  const factors = (variances: Float32Array, gammas: Float32Array | undefined) =>
    Float64Array.from(variances, (v, i) => (gammas?.[i] ?? 1) / Math.sqrt(v + eps));

  const scaled: ComputedWeight = {
    of: weight,
    needs: gamma ? [variance, gamma] : [variance],
    change([variances = none, gammas]) {
      const factor = factors(variances, gammas);
      return (values, offset) => {
        for (let i = 0; i < values.length; i++) {
          const value = values[i] ?? 0;
          values[i] = value * (factor[channelAt(offset + i)] ?? 1);
        }
      };
    },
  };
  const shifted: ComputedWeight = {
    of: bias,
    needs: [mean, variance, ...(gamma ? [gamma] : []), ...(beta ? [beta] : [])],
    change(needed) {
      const [means = none, variances = none] = needed;
      const factor = factors(variances, gamma && needed[2]);
      const betas = beta && needed[gamma ? 3 : 2];
      return (values, offset) => {
        for (let i = 0; i < values.length; i++) {
          const channel = offset + i;
          const centred = (values[i] ?? 0) - (means[channel] ?? 0);
          values[i] = centred * (factor[channel] ?? 1) + (betas?.[channel] ?? 0);
        }
      };
    },
  };
  const fullName = bias?.fullName ?? weight.fullName.replace(/weight$/, "bias");
  const newBias: WeightTensor = { ...mean, ...bias, name: biasName, fullName, computed: shifted };
  const weights = layer.weights.filter((w) => w !== weight && w !== bias);
  const result = { ...layer, weights: [...weights, { ...weight, computed: scaled }, newBias] };
  return { ...result, args: { ...layer.args, bias: true } } as GraphNode;
}

function foldable(layer: GraphNode): Foldable | undefined {
  const named = (
    weightName: string,
    biasName: string,
    channelAt: (w: WeightTensor) => Foldable["channelAt"],
  ) => {
    const weight = tensor(layer, weightName);
    if (!weight) return undefined;
    return { weight, bias: tensor(layer, biasName), biasName, channelAt: channelAt(weight) };
  };
  switch (layer.op) {
    case "conv":
    case "depthwise":
      return named("weight", "bias", rows);
    case "separable":
      return named("pointwise.weight", "pointwise.bias", rows);
    case "conv_transpose":
      return named("weight", "bias", (weight) => transposedChannels(weight, layer.args.groups));
    case "linear": {
      // The features must be what is normalised: the first axis.
      const isFirst = linearAxis(layer.args.axis, layer.inputs[0]?.shape ?? []) === 0;
      return isFirst ? named("weight", "bias", rows) : undefined;
    }
    default:
      return undefined;
  }
}

function rows({ shape: [, ...inner] }: WeightTensor): Foldable["channelAt"] {
  const size = inner.reduce((a, b) => a * b, 1);
  return (index) => Math.floor(index / size);
}

/** Transposed convolutions have inputs first, then the outputs of a group. */
function transposedChannels(
  { shape: [inputs = 1, outputs = 1, ...inner] }: WeightTensor,
  groups: number,
): Foldable["channelAt"] {
  const size = inner.reduce((a, b) => a * b, 1);
  return (index) => {
    const [input, output] = [Math.floor(index / size / outputs), Math.floor(index / size) % outputs];
    return Math.floor(input / (inputs / groups)) * outputs + output;
  };
}

function tensor(node: GraphNode, name: string): WeightTensor | undefined {
  return node.weights.find((weight) => weight.name === name);
}

const none = new Float32Array();
