/** What every back end keeps: a row for each operator. A missing one does not compile. */
import type { GraphNode } from "../ir/graph.ts";
import type { OperatorName } from "../ops/registry.ts";

export type OperatorTable<Rest extends readonly unknown[], Result> = {
  readonly [N in OperatorName]: (node: GraphNode<N>, ...rest: Rest) => Result;
};

export function lookUp<Rest extends readonly unknown[], Result>(
  table: OperatorTable<Rest, Result>,
  node: GraphNode,
  ...rest: Rest
): Result {
  // The table is indexed by the very operator that the node's type goes with, which TypeScript can't follow.
  return (table[node.op] as (node: GraphNode, ...rest: Rest) => Result)(node, ...rest);
}
