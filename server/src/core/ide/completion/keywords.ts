/** The words of the language as completions: what they do, and the text that they begin. */

import { item } from "./context.ts";
import type { Completion } from "./types.ts";

interface Keyword {
  readonly detail: string;
  readonly doc: string;
  /** A tab stands for one step of indentation. */
  readonly snippet: string | undefined;
}

export const keywordDocs: Readonly<Record<string, Keyword>> = {
  residual: {
    detail: "F(x) + x",
    doc: "Adds what enters to what its body makes of it, as ResNet's units do.",
    snippet: "residual {\n\t$0\n}",
  },
  shortcut: {
    detail: "F(x) + P(x)",
    doc: "What the residual adds instead of its input: a projection where the shapes differ.",
    snippet: "shortcut { $0 }",
  },
  dense: {
    detail: "x and F(x), stacked",
    doc: "Stacks what its body makes on what enters, along the channels, as DenseNet's layers do.",
    snippet: "dense { $0 }",
  },
  concat: {
    detail: "branches, stacked on channels",
    doc: "Runs branches side by side and stacks what they leave along the channels.",
    snippet: "concat {\n\tbranch { $1 }\n\tbranch { $0 }\n}",
  },
  add: {
    detail: "sum of branches",
    doc: "Runs branches side by side and adds what they leave.",
    snippet: "add {\n\tbranch { $1 }\n\tbranch { $0 }\n}",
  },
  mul: {
    detail: "product of branches",
    doc: "Runs branches side by side and multiplies what they leave; a gate of C×1×1 scales channels.",
    snippet: "mul {\n\tbranch { $1 }\n\tbranch { $0 }\n}",
  },
  branch: {
    detail: "one of the branches",
    doc: "Begins from the tensor that entered all the branches; an empty one hands it on.",
    snippet: "branch { $0 }",
  },
  tap: {
    detail: "a side branch",
    doc: "Leaves the current tensor as it was: for further outputs, or for a label to come back to.",
    snippet: "tap { $0 }",
  },
  repeat: {
    detail: "n times in a row",
    doc: "Puts its body n times in a row; `as i` counts from 0.",
    snippet: "repeat ${1:n} {\n\t$0\n}",
  },
  for: {
    detail: "once for each element",
    doc: "Goes through a list; with one name more than an element has parts, the first counts.",
    snippet: "for ${1:x} in ${2:list} {\n\t$0\n}",
  },
  if: {
    detail: "one body or the other",
    doc: "Takes its body if the condition holds; without an `else` the tensor passes by.",
    snippet: "if ${1:condition} {\n\t$0\n}",
  },
  else: {
    detail: "where the condition does not hold",
    doc: "The body that is taken where the condition before it does not hold.",
    snippet: "else {\n\t$0\n}",
  },
  from: {
    detail: "goes on from an earlier tensor",
    doc: "Makes the tensor of a label, of an input or of `in` the current one.",
    snippet: "from $0",
  },
  input: {
    detail: "an input of the network",
    doc: "Declares an input with its shape, without the batch, and makes it the current tensor.",
    snippet: "input ${1:image}: [${2:3, 224, 224}]",
  },
  output: {
    detail: "an output of the network",
    doc: "Makes the current tensor an output under this name.",
    snippet: "output ${1:logits}",
  },
  expect: {
    detail: "states the shape here",
    doc: "States the shape at this place, as a paper's table does; another one is an error.",
    snippet: "expect [$0]",
  },
  require: {
    detail: "what a block asks of its callers",
    doc: "A condition that is checked for each use, and reported where it is called.",
    snippet: 'require ${1:condition}, "${2:why}"',
  },
  budget: {
    detail: "what the network may cost",
    doc: "Bounds for what the network has and takes: parameters, multiply-adds, FLOPs, bytes.",
    snippet: "budget { ${1|params,macs,flops,size,activations,peak|} <= $0 }",
  },
  network: {
    detail: "a network",
    doc: "Declares a network; one whose parameters all have defaults can be exported and run.",
    snippet: "network ${1:Net} {\n\tinput ${2:image}: [${3:3, 224, 224}]\n\t$0\n\toutput ${4:logits}\n}",
  },
  block: {
    detail: "a block, used like a layer",
    doc: "Declares a block with parameters; it is used like a layer.",
    snippet: "block ${1:unit}(${2:channels: int}) {\n\t$0\n}",
  },
  const: {
    detail: "a value for the whole file",
    doc: "Names a value for the whole file.",
    snippet: "const ${1:name} = $0",
  },
  import: {
    detail: "names of another file",
    doc: "Brings blocks, networks and constants of another file into this one.",
    snippet: 'import { $0 } from "$1"',
  },
  when: {
    detail: "on a condition",
    doc: "Connects only where the condition holds.",
    snippet: "when $0",
  },
  it: { detail: "the current tensor", doc: "The tensor that the statement takes.", snippet: undefined },
  in: {
    detail: "the tensor that entered",
    doc: "The tensor that entered the block; in a network its first input.",
    snippet: undefined,
  },
};

/** A keyword. Editors indent its snippet as the line that the cursor is on. */
export function keyword(
  word: string,
  order: number,
  rest: Partial<Pick<Completion, "detail" | "text" | "snippet" | "preferred">> = {},
): Completion {
  const known = keywordDocs[word];
  return item(word, "keyword", rest.preferred ? "preferred" : "keyword", order, {
    detail: known?.detail,
    snippet: known?.snippet,
    documentation: { of: "keyword", name: word },
    ...rest,
  });
}
