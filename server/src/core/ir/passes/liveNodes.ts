/** The nodes that an output depends on: a loader that follows a model back from its outputs meets no other. */
import type { Graph, GraphNode, GraphValue } from "../graph.ts";

export function liveNodes({ nodes, outputs }: Graph): readonly GraphNode[] {
  const needed = new Set<GraphValue>(outputs.map(({ value }) => value));
  const live = nodes.toReversed().filter((node) => {
    const isLive = needed.has(node.output);
    if (isLive) for (const input of node.inputs) needed.add(input);
    return isLive;
  });
  return live.toReversed();
}
