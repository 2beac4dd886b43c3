/** Edges that carry features along, as arcs beside a row of nodes: they are many, and need no lanes of their own. */

import { groupBy } from "./groupBy.ts";
import type { PictureEdge } from "./picture.ts";
import type { Direction, PlacedEdge, PlacedNode, Point } from "./place.ts";

interface Surroundings {
  readonly nodes: readonly PlacedNode[];
  readonly entries: readonly Point[];
  readonly exits: readonly Point[];
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
}

/** The arcs of a scene, and its size with them. */
export function densePaths(
  edges: readonly PictureEdge[],
  { nodes, entries, exits, direction, width, height }: Surroundings,
): { readonly edges: readonly PlacedEdge[]; readonly width: number; readonly height: number } {
  const down = direction === "down";
  const order = new Map(nodes.map(({ node }, i) => [node.id, i]));
  const placed = new Map(nodes.map((each) => [each.node.id, each]));
  const dense = edges.filter(({ kind }) => kind === "dense");
  const arriving = groupBy(dense, ({ to }) => to);
  let reach = 0;
  const arcs = dense.flatMap((edge): PlacedEdge[] => {
    const from = placed.get(edge.from);
    const to = placed.get(edge.to);
    const entry = entries[Number(edge.from.slice(2))];
    const exit = exits[Number(edge.to.slice(3))];
    const first = order.get(edge.from) ?? -1;
    const last = order.get(edge.to) ?? nodes.length;
    const span = Math.max(last - first, 1);
    // Those that come from far arrive first.
    const mates = arriving.get(edge.to) ?? [];
    const share = (mates.indexOf(edge) + 1) / (mates.length + 1);
    const start = from ? sideOf(from, 0.5, down) : entry && below(entry, down);
    const end = to ? sideOf(to, 0.15 + 0.7 * share, down) : exit;
    if (!start || !end) return [];
    const outer = nodes
      .slice(Math.max(first, 0), last + 1)
      .reduce((most, { x, y, width: w, height: h }) => Math.max(most, down ? x + w : y + h), 0);
    const bulge = 8 + 7 * span ** 0.8;
    const lane = outer + bulge;
    reach = Math.max(reach, lane + 6);
    const points = down
      ? [start, { x: lane, y: start.y }, { x: lane, y: end.y }, end]
      : [start, { x: start.x, y: lane }, { x: end.x, y: lane }, end];
    return [{ edge, points, curved: true }];
  });
  return {
    edges: arcs,
    width: down ? Math.max(width, reach) : width,
    height: down ? height : Math.max(height, reach),
  };
}

/** Where tensors enter there is the frame's header. */
function below({ x, y }: Point, down: boolean): Point {
  return down ? { x, y: Math.max(y, 4) } : { x: Math.max(x, 4), y };
}

function sideOf({ x, y, width, height }: PlacedNode, share: number, down: boolean): Point {
  return down ? { x: x + width, y: y + share * height } : { x: x + share * width, y: y + height };
}
