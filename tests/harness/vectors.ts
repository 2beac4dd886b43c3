/**
 * What is recorded of a run by PyTorch, and the weights and inputs that it was given. tests/data/record_pytorch.py gets
 * these from here, so that nothing of any size is kept.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { exportPytorch } from "../../server/src/core/backends/pytorch/exportPytorch.ts";
import type { Graph, WeightTensor } from "../../server/src/core/ir/graph.ts";
import type { Initializer } from "../../server/src/core/ops/operator.ts";
import { uniformStream } from "../../server/src/core/weights/random.ts";
import type { GivenWeights } from "../../server/src/core/weights/weights.ts";

export interface RecordedRun {
  /** Digest of the source that ran. */
  readonly source: string;
  /** Of names and shapes of the module's state_dict. */
  readonly keys: string;
  /** Of each output: the mean, the root of the mean square, and elements at even distances. */
  readonly outputs: readonly (readonly number[])[];
}

export interface Recording {
  readonly operators: Readonly<Record<string, RecordedRun>>;
  readonly networks: Readonly<Record<string, RecordedRun>>;
}

/** The networks of the papers that everything began with: what is recorded of them is torchvision's. */
export const compared: readonly string[] = ["ResNet18", "SqueezeNet1_1", "DenseNet121", "MobileNetV2"];

export const recording: Recording = JSON.parse(readFileSync("tests/data/pytorch.json", "utf8"));

/** Throws what the exporter reports. */
export function pytorchSource(graph: Graph): string {
  const result = exportPytorch(graph, { fileName: "net.py", version: "0.0.0" });
  if (!result.ok)
    throw new Error(result.problems.map(({ node, message }) => `${node} ${message}`).join("\n"));
  return Buffer.concat([...(result.files.at(-1)?.chunks() ?? [])]).toString();
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Names and shapes of a graph's weights, as the script digests those of a module. */
export function keysOf(graph: Graph): string {
  const lines = graph.nodes.flatMap((node) => node.weights.map((w) => `${w.fullName} ${w.shape.join("x")}`));
  return digestOf(lines.sort((a, b) => (a < b ? -1 : 1)).join("\n"));
}

/** Weights that no layer is the identity with: zeros and ones would hide mistakes. */
export function drawnWeights(graph: Graph): GivenWeights {
  const weights = graph.nodes.flatMap((node) => node.weights);
  return new Map(weights.map((weight) => [weight.fullName, () => drawn(weight)]));
}

const part = 1 << 18;

function* drawn(weight: WeightTensor): Generator<Float32Array> {
  const [center, spread] = rangeOf(weight.initializer);
  const next = uniformStream(1, weight.fullName);
  let left = weight.shape.reduce((a, b) => a * b, 1);
  const buffer = new Float32Array(Math.min(left, part));
  for (; left > 0; left -= buffer.length) {
    const values = buffer.subarray(0, Math.min(left, buffer.length));
    next(values, spread);
    if (center !== 0) for (let i = 0; i < values.length; i++) values[i] = center + (values[i] ?? 0);
    yield values;
  }
}

/** A middle, and how far from it values lie. */
function rangeOf(initializer: Initializer): readonly [number, number] {
  switch (initializer.kind) {
    case "scaled":
      return [0, Math.sqrt(6 / initializer.fanIn)];
    case "spread":
      return [0, initializer.deviation];
    case "zeros":
      return [0, 0.1];
    case "ones":
      return [1, 0.3];
    case "constant":
      return [0.3, 0.2];
  }
}

/** To 1e-4 of what is recorded, and where that is small of the outputs' usual size. */
export function expectRecorded(values: ArrayLike<number>, recorded: readonly number[] | undefined): void {
  const actual = pickedOf(values, Math.max(0, (recorded?.length ?? 0) - 2));
  expect(actual).toHaveLength(recorded?.length ?? 0);
  const [, usual = 1] = recorded ?? [];
  recorded?.forEach((want, i) => {
    const off = Math.abs((actual[i] ?? Number.NaN) - want) / Math.max(Math.abs(want), usual);
    if (!(off <= 1e-4)) expect.fail(`${namesOf(i)} is ${actual[i]}, and PyTorch's ${want}`);
  });
}

function pickedOf(values: ArrayLike<number>, count: number): readonly number[] {
  const { length } = values;
  const all = Array.from(values);
  const mean = all.reduce((sum, v) => sum + v, 0) / length;
  const usual = Math.sqrt(all.reduce((sum, v) => sum + v * v, 0) / length);
  const places = Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
  return [mean, usual, ...places.map((place) => values[place] ?? Number.NaN)];
}

function namesOf(i: number): string {
  return ["the mean", "the root of the mean square"][i] ?? `picked element ${i - 2}`;
}
