/** What the words of the language say: one sentence and an example each, from the reference. */

export interface Word {
  readonly doc: string;
  readonly example: string;
}

export const words: Readonly<Record<string, Word>> = {
  import: {
    doc: "Brings blocks, networks and constants of another file into this one.",
    example: 'import { fire } from "std/squeezenet"',
  },
  const: { doc: "Names a value for the whole file.", example: "const classes = 10" },
  block: {
    doc: "A piece of network with parameters: it takes the current tensor and leaves the next one.",
    example: "block shrink(channels: int) {",
  },
  network: {
    doc: "Begins with its inputs; or names an instance of a network with arguments.",
    example: "network Small {",
  },
  residual: {
    doc: "F(x) + x: adds what enters to what the body leaves, past a shortcut if one is given.",
    example: "residual { F } shortcut { P }",
  },
  shortcut: {
    doc: "The other way through a `residual`, for when the main path changes the shape.",
    example: "} shortcut when stride != 1 or in.channels != planes {",
  },
  when: {
    doc: "Whether a shortcut is taken: `residual when` has none otherwise, `shortcut when` the identity.",
    example: "residual when c { F }",
  },
  dense: {
    doc: "Stacks what the body leaves on what entered: concat(x, F(x)) on channels.",
    example: "dense { bn -> relu -> conv(12, kernel: 3, bias: false) }",
  },
  concat: {
    doc: "Stacks tensors along the channels; height and width must be equal.",
    example: "concat(wide, thin)",
  },
  add: { doc: "The sum of tensors of the same shape.", example: "add { branch { A } … }" },
  mul: { doc: "The product of tensors; an axis of size 1 is broadcast.", example: "mul {" },
  branch: {
    doc: "One of the tensors that `concat`, `add` or `mul` joins; each begins with what entered.",
    example: "concat { branch { A } branch { B } … }",
  },
  tap: {
    doc: "A side branch: what its body leaves is a label or an output, and the tensor passes by.",
    example: "tap { global_avg_pool -> flatten -> linear(10) -> output early }",
  },
  repeat: {
    doc: "The body so many times over; `as i` counts from 0.",
    example: "repeat 2 as i {",
  },
  for: {
    doc: "The body once for each element of a list, with its index or parts if more names are given.",
    example: "for width in [16, 32] { conv(width, kernel: 3) }",
  },
  if: {
    doc: "Takes one of its bodies; without an `else` the tensor passes by. In an expression: `a if c else b`.",
    example: "if c { … } else if d { … } else { … }",
  },
  else: {
    doc: "What is taken where no condition before it holds.",
    example: "if c { … } else if d { … } else { … }",
  },
  as: {
    doc: "Another name: of what is imported, or of the count of a `repeat`.",
    example: "repeat 2 as i {",
  },
  from: {
    doc: "Goes on with another tensor than the current one; in an import, the file.",
    example: "from label",
  },
  input: {
    doc: "An input of the network by name and shape; the batch is implicit.",
    example: "input image: [3, 32, 32]",
  },
  output: { doc: "Makes the current tensor an output of the network.", example: "output logits" },
  expect: {
    doc: "Checks the shape of the current tensor; another one is an error.",
    example: "expect [64, 56, 56]",
  },
  require: {
    doc: "A condition on a block's arguments and input; where it does not hold, the call is at fault.",
    example: 'require 0 < theta <= 1, "theta is the share of channels that stay"',
  },
  budget: {
    doc: "What the network may cost; more is an error that names the layers that cost most.",
    example: "budget { params <= 100K, macs <= 50M }",
  },
  it: { doc: "The current tensor.", example: "conv(2 * it.channels, kernel: 3, stride: 2)" },
  in: {
    doc: "The tensor that entered the enclosing block; in a network, its first input.",
    example: "conv(in.channels, kernel: 1)",
  },
  true: { doc: "The condition that holds.", example: "true" },
  false: { doc: "The condition that does not hold.", example: "bias: false" },
  and: { doc: "Both conditions hold; the second is only looked at if the first does.", example: "and" },
  or: {
    doc: "One of the conditions holds; the second is only looked at if the first does not.",
    example: "stride != 1 or in.channels != planes",
  },
  not: { doc: "The condition does not hold.", example: "not" },
  div: { doc: "Whole division, rounded down.", example: "(H + 1) div 2" },
};

/** The members of a tensor. */
export const memberDocs: Readonly<Record<string, string>> = {
  channels: "The first axis; of a vector, its features.",
  height: "The last axis but one.",
  width: "The last axis.",
  features: "The number of elements.",
  shape: "All axes, as a list.",
};
