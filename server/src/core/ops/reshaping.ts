/** Operators that rearrange elements without computing anything. */
import { elements } from "../shape/shape.ts";
import { defineOperator, noWork } from "./operator.ts";

export const flatten = defineOperator({
  name: "flatten",
  family: "reshaping",
  doc: "All elements of an image in one vector: C×H×W to C·H·W.",
  params: {},
  infer: (_args, [input]) => input && [elements(input)],
  work: () => noWork,
});
