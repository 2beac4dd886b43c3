/**
 * Where the tensor comes from that `it` and `in` stand for: the statement that left it, an input, or the block that it
 * enters. Told from the text alone, as a reader would; in a repeat that is what enters the first iteration.
 */
import type { Body, Item, Statement, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { isStatement } from "./places.ts";

export interface TensorSource {
  /** The label or first word of the statement, or the name of the block. */
  readonly range: TextRange;
  readonly whole: TextRange;
}

/** The source of `it` at the end of a path of nodes, outermost first. */
export function currentTensor(nodes: readonly SyntaxNode[]): TensorSource | undefined {
  for (let i = nodes.length - 1; i >= 0; i--) {
    const [node, parent] = [nodes[i], nodes[i - 1]];
    if (parent?.kind !== "body" || !node || !isStatement(node)) continue;
    const before = lastLeft(parent, node);
    if (before) return sourceOf(before);
  }
  return nodes[0]?.kind === "block" ? sourceOfBlock(nodes[0]) : undefined;
}

/** The source of `in`: a network's first input. */
export function enteringTensor(item: Item): TensorSource | undefined {
  if (item.kind === "block") return sourceOfBlock(item);
  const input = item.kind === "network" && item.body.statements.find(({ kind }) => kind === "input");
  return input ? sourceOf(input) : undefined;
}

function sourceOfBlock({ name, range }: Extract<Item, { kind: "block" }>): TensorSource {
  return { range: name.range, whole: range };
}

/** The last statement before another that left a tensor of its own. */
function lastLeft(body: Body, before: Statement): Statement | undefined {
  return body.statements.slice(0, body.statements.indexOf(before)).findLast(({ kind }) => !passing.has(kind));
}

/** Statements that leave the current tensor as it is. */
const passing: ReadonlySet<Statement["kind"]> = new Set([
  "tap",
  "output",
  "expect",
  "require",
  "budget",
  "bad",
]);

function sourceOf(statement: Statement): TensorSource {
  const named =
    statement.kind === "input" ? statement.name.range : (statement.label?.range ?? statement.head);
  return { range: named, whole: statement.range };
}
