/** Operators that matter in training only: the identity at inference. */
import { defineOperator, noWork } from "./operator.ts";
import { float } from "./params.ts";

export const dropout = defineOperator({
  name: "dropout",
  family: "regularization",
  doc: "Zeroes elements at random while training (Srivastava et al. 2014); the identity at inference.",
  params: { p: float({ doc: "Probability of an element to be zeroed.", default: 0.5, min: 0, max: 1 }) },
  view: true,
  infer: (_args, [input]) => input,
  work: () => noWork,
});

export const drop_path = defineOperator({
  name: "drop_path",
  family: "regularization",
  doc: "Drops a whole residual branch at random while training (stochastic depth, Huang et al. 2016); the identity at inference.",
  params: { p: float({ doc: "Probability of the branch to be dropped.", default: 0.1, min: 0, max: 1 }) },
  view: true,
  infer: (_args, [input]) => input,
  work: () => noWork,
});
