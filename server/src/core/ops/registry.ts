/** The list of operators: one line each. Back ends are typed by it, so that a missing lowering does not compile. */
import * as activation from "./activation.ts";
import * as combination from "./combination.ts";
import { conv, depthwise } from "./convolution.ts";
import { linear } from "./linear.ts";
import * as normalization from "./normalization.ts";
import type { ArgsOf, Operator } from "./operator.ts";
import * as pooling from "./pooling.ts";
import { dropout } from "./regularization.ts";
import { flatten } from "./reshaping.ts";

export const operators = {
  conv,
  depthwise,
  linear,
  bn: normalization.bn,
  lrn: normalization.lrn,
  relu: activation.relu,
  relu6: activation.relu6,
  leaky_relu: activation.leaky_relu,
  prelu: activation.prelu,
  elu: activation.elu,
  gelu: activation.gelu,
  silu: activation.silu,
  sigmoid: activation.sigmoid,
  tanh: activation.tanh,
  hard_swish: activation.hard_swish,
  hard_sigmoid: activation.hard_sigmoid,
  softmax: activation.softmax,
  max_pool: pooling.max_pool,
  avg_pool: pooling.avg_pool,
  global_avg_pool: pooling.global_avg_pool,
  global_max_pool: pooling.global_max_pool,
  adaptive_avg_pool: pooling.adaptive_avg_pool,
  concat: combination.concat,
  add: combination.add,
  mul: combination.mul,
  flatten,
  dropout,
};

export type OperatorName = keyof typeof operators;

/** The typed arguments of an operator. */
export type OperatorArgs<N extends OperatorName> = ArgsOf<(typeof operators)[N]["params"]>;

/** An operator whose argument types are no longer known: what generic code works with. */
export type AnyOperator = Operator & { readonly name: OperatorName };

export function operatorNamed(name: string): AnyOperator | undefined {
  return Object.hasOwn(operators, name)
    ? (operators[name as OperatorName] as unknown as AnyOperator)
    : undefined;
}
