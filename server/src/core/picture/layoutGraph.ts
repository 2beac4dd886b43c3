/** A scene for the layout engine, in ELK's JSON: nodes with ports at their sides, edges between these. */
import { header } from "./nodeText.ts";
import { inPort, outPort, type PictureEdge, type PictureNode } from "./picture.ts";
import type { Direction, Point } from "./place.ts";

/** What of ELK's JSON is used here. */
export interface LayoutGraph {
  readonly id: string;
  readonly layoutOptions: Readonly<Record<string, string>>;
  readonly children: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
}

interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly layoutOptions: Readonly<Record<string, string>>;
  readonly ports: readonly LayoutPort[];
}

interface LayoutPort extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly layoutOptions: Readonly<Record<string, string>>;
}

interface LayoutEdge {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly layoutOptions: Readonly<Record<string, string>>;
}

export interface LaidOut {
  readonly width: number;
  readonly height: number;
  /** Of the children, in their order. */
  readonly nodes: readonly Point[];
  /** Of the edges, in their order. */
  readonly edges: readonly (readonly Point[])[];
}

export type LayoutEngine = (graph: LayoutGraph) => Promise<LaidOut>;

/** Where tensors enter and leave a scene. */
export interface Ports {
  readonly entries: readonly Point[];
  readonly exits: readonly Point[];
}

/** A node with the size that it needs. */
export interface Box {
  readonly node: PictureNode;
  readonly framed: Ports | undefined;
  readonly width: number;
  readonly height: number;
  readonly shift: number;
}

export interface Frame {
  readonly entryCount: number;
  readonly exitCount: number;
  readonly direction: Direction;
  /** Between two nodes, one behind the other. */
  readonly spacing: number;
}

const graphOptions = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.mergeEdges": "false",
  "elk.layered.unnecessaryBendpoints": "false",
  "elk.layered.spacing.edgeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.componentComponent": "30",
};

export function layoutGraph(boxes: readonly Box[], edges: readonly PictureEdge[], frame: Frame): LayoutGraph {
  const { entryCount, exitCount, direction } = frame;
  const down = direction === "down";
  /** Nodes that another edge enters straight on. */
  const straight = new Set(edges.flatMap(({ kind, to }) => (kind === "data" ? [to] : [])));
  const names = new Map(boxes.map(({ node }, i) => [node.id, `n${i}`]));
  const dummy = (id: string, constraint: string): LayoutNode => ({
    id,
    width: 0,
    height: 0,
    ports: [],
    layoutOptions: { "elk.layered.layering.layerConstraint": constraint },
  });
  // Names of nodes stay out of it, so that scenes that look alike are alike.
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    id: "scene",
    layoutOptions: {
      ...graphOptions,
      "elk.direction": down ? "DOWN" : "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": String(frame.spacing),
    },
    children: [
      ...boxes.map((box, i) => layoutNode(box, `n${i}`, down)),
      ...Array.from({ length: entryCount }, (_, i) => dummy(inPort(i), "FIRST_SEPARATE")),
      ...Array.from({ length: exitCount }, (_, i) => dummy(outPort(i), "LAST_SEPARATE")),
    ],
    edges: edges.map((edge, i) => {
      const target = boxes.find(({ node }) => node.id === edge.to);
      const isAside = edge.kind !== "data" && straight.has(edge.to) && target?.framed === undefined;
      const side = isAside ? "side" : `in${edge.toPort}`;
      return {
        id: `e${i}`,
        sources: [names.has(edge.from) ? `${nameOf(edge.from)}.out${edge.fromPort}` : edge.from],
        targets: [names.has(edge.to) ? `${nameOf(edge.to)}.${side}` : edge.to],
        layoutOptions:
          edge.kind === "data"
            ? { "elk.layered.priority.straightness": "10", "elk.layered.priority.shortness": "10" }
            : {},
      };
    }),
  };
}

function layoutNode({ framed, width, height, shift }: Box, id: string, down: boolean): LayoutNode {
  const middle = down ? width / 2 : height / 2;
  const at = (name: string, along: number, side: "before" | "after" | "side"): LayoutPort => {
    const sides = down
      ? { before: "NORTH", after: "SOUTH", side: "EAST" }
      : { before: "WEST", after: "EAST", side: "SOUTH" };
    const across = { before: 0, after: down ? height : width, side: along }[side];
    const x = side === "side" ? (down ? width : width / 2) : down ? along : across;
    const y = side === "side" ? (down ? height / 2 : height) : down ? across : along;
    return {
      id: `${id}.${name}`,
      width: 0,
      height: 0,
      x,
      y,
      layoutOptions: { "elk.port.side": sides[side] },
    };
  };
  const along = ({ x, y }: Point) => (down ? x + shift : y + header);
  const entries = framed?.entries.map(along) ?? [];
  const exits = framed?.exits.map(along) ?? [];
  return {
    id,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [
      ...(entries.length > 0 ? entries : [middle]).map((place, i) => at(`in${i}`, place, "before")),
      ...(exits.length > 0 ? exits : [middle]).map((place, i) => at(`out${i}`, place, "after")),
      ...(framed ? [] : [at("side", middle, "side")]),
    ],
  };
}
