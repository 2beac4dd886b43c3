/** The layout engine: elkjs, in this thread. Scenes that look like an earlier one are not laid out again. */
import type { ELK } from "elkjs/lib/elk-api.js";
import type { LaidOut, LayoutEngine } from "../core/picture/layoutGraph.ts";

/** Scenes that are remembered: the frames of a few large networks. */
const most = 2000;

export function createLayoutEngine(): LayoutEngine {
  const known = new Map<string, Promise<LaidOut>>();
  let loading: Promise<ELK> | undefined;
  return (graph) => {
    const key = JSON.stringify(graph);
    loading ??= loadElk();
    const laid = known.get(key) ?? layout(loading, key);
    // The least recently used goes first.
    known.delete(key);
    known.set(key, laid);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return laid;
  };
}

/** When it is first needed: it is large. */
async function loadElk(): Promise<ELK> {
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  return new Elk();
}

/** From the text: the engine writes into the graph that it is given. */
async function layout(loading: Promise<ELK>, text: string): Promise<LaidOut> {
  const elk = await loading;
  const { width = 0, height = 0, children = [], edges = [] } = await elk.layout(JSON.parse(text));
  return {
    width,
    height,
    nodes: children.map(({ x = 0, y = 0 }) => ({ x, y })),
    edges: edges.map(({ sections = [] }) =>
      sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
    ),
  };
}
