/** What is worth saying of one layer, block or group in one use: exact counts with their formulas, memory, intensity. */
import { bytesPerElement, type Cost } from "../../cost/cost.ts";
import { formatBytes, formatExact } from "../../cost/format.ts";
import type { LayerStep, Step, Tensor } from "../../elaborate/instance.ts";
import { add, type Dim, multiply } from "../../shape/dim.ts";
import { elements, formatShape, type Shape } from "../../shape/shape.ts";
import type { Row } from "./markdown.ts";

/** `64×56×56 → 128×28×28`. */
export function flowText(inputs: readonly (Tensor | undefined)[], output: Tensor): string {
  const entering = inputs.flatMap((tensor) => (tensor ? [formatShape(tensor.shape)] : []));
  return [...(entering.length > 0 ? [entering.join(", ")] : []), formatShape(output.shape)].join(" → ");
}

export function inputsOf(step: Step): readonly (Tensor | undefined)[] {
  if (step.kind === "layer" || step.kind === "call") return step.inputs;
  return step.kind === "mark" ? [] : [step.input];
}

/** The counts of one step, exact. */
export function costRows(step: Step): Row[] {
  const { cost } = step;
  const formulas = step.kind === "layer" ? formulasOf(step) : {};
  return [
    ["parameters", counted(cost.params, formulas.params)],
    ["MACs", counted(cost.macs, formulas.macs)],
    ["FLOPs", counted(cost.flops)],
    ["memory", memoryText(cost)],
    ["intensity", step.kind === "layer" ? intensityText(step) : undefined],
  ];
}

/** `3·3·64·128 = 73,728`; nothing is said of nothing. */
function counted(count: Dim, formula?: string): string | undefined {
  if (count === 0 || count === undefined) return undefined;
  const exact = formatExact(count);
  return formula && formula !== exact && typeof count === "number" ? `${formula} = ${exact}` : exact;
}

function formulasOf({ operator, args, inputs, output, cost }: LayerStep) {
  const shapes = inputs.map(({ shape }) => shape);
  if (!output.shape || shapes.includes(undefined)) return {};
  const known = shapes as readonly Shape[];
  return {
    params: cost.params === 0 ? undefined : operator.formula(args, known),
    macs: cost.macs === 0 ? undefined : operator.macsFormula(args, known, output.shape),
  };
}

/** `weights 295 KB, activations 401 KB`. */
export function memoryText(cost: Cost): string | undefined {
  const weights = multiply(add(cost.params, cost.buffers), bytesPerElement);
  const parts = [
    weights === 0 || weights === undefined ? undefined : `weights ${formatBytes(weights)}`,
    cost.activationBytes === 0 || cost.activationBytes === undefined
      ? undefined
      : `activations ${formatBytes(cost.activationBytes)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** Arithmetic intensity: operations per byte of input, weights and output that is moved. */
function intensityText({ inputs, output, cost }: LayerStep): string | undefined {
  const moved = [...inputs, output].map((tensor) => elements(tensor.shape)).reduce(add, 0);
  const bytes = multiply(add(moved, add(cost.params, cost.buffers)), bytesPerElement);
  const { flops } = cost;
  if (typeof flops !== "number" || typeof bytes !== "number" || bytes === 0 || flops === 0) return undefined;
  const ratio = flops / bytes;
  return `${ratio >= 1000 ? formatExact(Math.round(ratio)) : ratio.toPrecision(3)} FLOPs/byte`;
}

/** A layer's tensors one by one. */
export function weightRows(step: Step): Row[] {
  if (step.kind !== "layer") return [];
  return step.weights.map(({ name, shape, trainable }) => {
    const count = formatExact(shape.reduce((a, b) => a * b, 1));
    const product = shape.length > 1 ? `${shape.join("×")} = ` : "";
    return [name === "" ? "tensor" : `\`${name}\``, `${product}${count}${trainable ? "" : " (buffer)"}`];
  });
}
