/** What the words of the language say: a sentence, which completion says as well, and an example from the reference. */
import { keywordDocs } from "../completion/keywords.ts";

export interface Word {
  readonly doc: string;
  readonly example: string;
}

const examples = {
  import: 'import { fire } from "std/squeezenet"',
  const: "const classes = 10",
  block: "block shrink(channels: int) {",
  network: "network Small {",
  residual: "residual { F } shortcut { P }",
  shortcut: "} shortcut when stride != 1 or in.channels != planes {",
  when: "residual when c { F }",
  dense: "dense { bn -> relu -> conv(12, kernel: 3, bias: false) }",
  concat: "concat(wide, thin)",
  add: "add { branch { A } … }",
  mul: "mul {",
  branch: "concat { branch { A } branch { B } … }",
  tap: "tap { global_avg_pool -> flatten -> linear(10) -> output early }",
  repeat: "repeat 2 as i {",
  for: "for width in [16, 32] { conv(width, kernel: 3) }",
  if: "if c { … } else if d { … } else { … }",
  else: "if c { … } else if d { … } else { … }",
  as: "repeat 2 as i {",
  from: "from label",
  input: "input image: [3, 32, 32]",
  output: "output logits",
  expect: "expect [64, 56, 56]",
  require: 'require 0 < theta <= 1, "theta is the share of channels that stay"',
  budget: "budget { params <= 100K, macs <= 50M }",
  it: "conv(2 * it.channels, kernel: 3, stride: 2)",
  in: "conv(in.channels, kernel: 1)",
  true: "true",
  false: "bias: false",
  and: "and",
  or: "stride != 1 or in.channels != planes",
  not: "not",
  div: "(H + 1) div 2",
};

/** Of words that are not completed. */
const docs: Readonly<Record<string, string>> = {
  as: "Another name: of what is imported, or of the count of a `repeat`.",
  true: "The condition that holds.",
  false: "The condition that does not hold.",
  and: "Both conditions hold; the second is only looked at if the first does.",
  or: "One of the conditions holds; the second is only looked at if the first does not.",
  not: "The condition does not hold.",
  div: "Whole division, rounded down.",
};

export const words: Readonly<Record<string, Word>> = Object.fromEntries(
  Object.entries(examples).map(([word, example]) => [
    word,
    { doc: keywordDocs[word]?.doc ?? docs[word] ?? "", example },
  ]),
);

/** The members of a tensor. */
export const memberDocs: Readonly<Record<string, string>> = {
  channels: "The first axis; of a vector, its features.",
  height: "The last axis but one.",
  width: "The last axis.",
  features: "The number of elements.",
  shape: "All axes, as a list.",
};
