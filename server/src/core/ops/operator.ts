/**
 * What an operator declares: parameters, shape rule, weights and cost, once, in one place. Completion,
 * hovers, the reference page, validation and the cost model all read this declaration; the back ends add one
 * lowering each. Knows nothing of syntax, blocks or editors.
 */
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { type Dim, multiply } from "../shape/dim.ts";
import { elements, formatShape, type Shape } from "../shape/shape.ts";
import type { Param } from "./params.ts";

export type ParamSpecs = Readonly<Record<string, Param<unknown>>>;

/** The typed arguments that an operator's parameters read: `{ channels: number; kernel: Sizes; … }`. */
export type ArgsOf<P extends ParamSpecs> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never;
};

export type Family =
  | "convolution"
  | "linear"
  | "normalization"
  | "activation"
  | "pooling"
  | "combination"
  | "reshaping"
  | "resampling"
  | "attention"
  | "embedding"
  | "regularization";

/** Where a shape rule reports what does not fit. `at` names the parameter to underline. */
export interface InferContext {
  report(code: DiagnosticCode, message: string, at?: string): void;
}

/** How a weight tensor starts out: those that are multiplied by what they join, else a spread or a constant. */
export type Initializer =
  /** Random, scaled by how many inputs reach one output, and how many outputs one input reaches. */
  | { readonly kind: "scaled"; readonly fanIn: number; readonly fanOut: number }
  /** Random with a standard deviation of its own, as embeddings are. */
  | { readonly kind: "spread"; readonly deviation: number }
  | { readonly kind: "zeros" | "ones" }
  | { readonly kind: "constant"; readonly value: number };

export interface WeightSpec {
  /** The last part of its name in a state_dict: `weight`, `running_mean`. Empty: it bears the layer's own name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** Trainable ones count as parameters; running statistics are buffers. */
  readonly trainable: boolean;
}

/** Where a weight stands in a state_dict, given its layer's name. */
export function weightName(layer: string, weight: WeightSpec): string {
  return weight.name === "" ? layer : `${layer}.${weight.name}`;
}

/**
 * The input window that one output element sees along each spatial axis; a stride below 1 enlarges. `whole` covers
 * it all.
 */
export type Window =
  | {
      readonly kernel: readonly number[];
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
    }
  | "whole";

/** Multiply-adds, and all arithmetic operations (2 per multiply-add), of one image. */
export interface Work {
  readonly macs: Dim;
  readonly flops: Dim;
}

export interface Operator<P extends ParamSpecs = ParamSpecs, N extends string = string> {
  readonly name: N;
  readonly family: Family;
  /** One sentence, then details; Markdown. */
  readonly doc: string;
  readonly params: P;
  /** Of parameters of which one must be given, that which mostly is. */
  readonly mostly?: string & keyof P;
  /** Number of tensors it takes: one and those of its tensor parameters, or two and more for a combination. */
  readonly arity: "one" | "many";
  /** Its output is its input's memory, read differently or not at all: it needs none of its own. */
  readonly view?: true;
  /** Output shape of known input shapes; undefined after a report. */
  infer(args: ArgsOf<P>, inputs: readonly Shape[], ctx: InferContext): Shape | undefined;
  weights(args: ArgsOf<P>, inputs: readonly Shape[]): readonly WeightSpec[];
  work(args: ArgsOf<P>, inputs: readonly Shape[], output: Shape): Work;
  window(args: ArgsOf<P>, inputs: readonly Shape[]): Window | undefined;
  /** The parameter count as a formula with the numbers put in, for hovers: `(3·3·128 + 0)·32`. */
  formula(args: ArgsOf<P>, inputs: readonly Shape[]): string | undefined;
  /** The multiply-adds likewise: `3·3·64·128·28·28`. */
  macsFormula(args: ArgsOf<P>, inputs: readonly Shape[], output: Shape): string | undefined;
}

type Declared<P extends ParamSpecs, N extends string> = Pick<
  Operator<P, N>,
  "name" | "family" | "doc" | "params" | "infer"
> &
  Partial<Operator<P, N>>;

/** Declares an operator; what it leaves out has no weights, no window and one operation per output element. */
export function defineOperator<const N extends string, P extends ParamSpecs>(
  declared: Declared<P, N>,
): Operator<P, N> {
  return {
    arity: "one",
    weights: () => [],
    work: (_args, _inputs, output) => operationsPerElement(1, output),
    window: () => undefined,
    formula: () => undefined,
    macsFormula: () => undefined,
    ...declared,
  };
}

/** The work of an operator without multiply-adds: so many operations for each output element. */
export function operationsPerElement(operations: number, output: Shape): Work {
  return { macs: 0, flops: multiply(operations, elements(output)) };
}

/** The work of an operator that only moves data. */
export const noWork: Work = { macs: 0, flops: 0 };

/** `3·3·64·128·28·28`; sizes known by name as they are. */
export function productText(factors: readonly Dim[]): string {
  return factors.map((factor) => formatShape([factor])).join("·");
}

export function parameterCount(weights: readonly WeightSpec[]): number {
  let count = 0;
  for (const weight of weights) if (weight.trainable) count += elementsOf(weight);
  return count;
}

/** Trainable or not. */
export function elementCount(weights: readonly WeightSpec[]): number {
  let count = 0;
  for (const weight of weights) count += elementsOf(weight);
  return count;
}

function elementsOf({ shape }: WeightSpec): number {
  return shape.reduce((a, b) => a * b, 1);
}
