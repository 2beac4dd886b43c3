/**
 * The flat graph: one node per executed layer, in an order that can be run. What exporters, the runner and the
 * picture read; they know nothing of blocks, repeats or syntax beyond each node's origin.
 */
import type { Location } from "../../../../grammar/ast.ts";
import type { Instance } from "../elaborate/instance.ts";
import type { WeightSpec } from "../ops/operator.ts";
import type { OperatorArgs, OperatorName } from "../ops/registry.ts";
import type { Dim } from "../shape/dim.ts";
import type { Shape } from "../shape/shape.ts";
import type { ScopeTrace } from "./trace.ts";

/** A tensor of the graph; its name is unique. */
export interface GraphValue {
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
}

/** Where a node comes from. */
export interface Origin {
  /** In the network's own file: of the layer, or of the call that leads to it in another file. */
  readonly location: Location;
  /** Names of the labelled scopes, blocks and iterations around it, outermost first. */
  readonly path: readonly string[];
}

export interface WeightTensor extends WeightSpec {
  /** As in a state_dict: `layer1.0.conv1.weight`. Unique in the graph. */
  readonly fullName: string;
  /** Where a pass made it out of others: its own values are then never asked for. */
  readonly computed?: ComputedWeight;
}

/** Values that are made of those of other tensors as they are written. */
export interface ComputedWeight {
  /** The tensor whose values are changed, of the same shape; zeros without one. */
  readonly of: WeightTensor | undefined;
  /** Small tensors whose values are needed at once. */
  readonly needs: readonly WeightTensor[];
  /** Given those values, changes a run of values in place; `offset` is the place of its first in the tensor. */
  readonly change: (needed: readonly Float32Array[]) => (values: Float32Array, offset: number) => void;
}

interface NodeOf<N extends OperatorName> {
  readonly op: N;
  readonly args: OperatorArgs<N>;
  /** `layer1.0.conv1`; unique in the graph. */
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly output: GraphValue;
  readonly weights: readonly WeightTensor[];
  readonly macs: Dim;
  readonly flops: Dim;
  readonly origin: Origin;
}

/** A union over the operators: testing `op` narrows `args`. */
export type GraphNode<N extends OperatorName = OperatorName> = { readonly [K in N]: NodeOf<K> }[N];

export interface GraphOutput {
  readonly name: string;
  readonly value: GraphValue;
}

/** Where a graph comes from, as files that are made of it tell. */
export interface GraphSource {
  /** Name of the text's file, without its folder. */
  readonly file: string;
  /** The comment above the network. */
  readonly doc: string | undefined;
  /** The network's parameters with their values, `growth: 32, blocks: [6, 12, 24, 16]`; empty without any. */
  readonly arguments: string;
  /** `resnet.lwnet:31`. */
  readonly placeOf: (node: GraphNode) => string;
}

export interface Graph {
  /** The network's name. */
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphOutput[];
  readonly nodes: readonly GraphNode[];
  /** What it was expanded from, where it was: for what is written with its blocks and repeats. */
  readonly plan?: Instance;
  readonly source?: GraphSource;
  /** The same nodes by the scopes that their names come from. */
  readonly trace?: ScopeTrace;
}
