/**
 * Gives a picture its places. Each scene is laid out by itself, from the inside out, by an engine that is handed in and
 * speaks ELK's JSON: scenes that look alike are laid out once, and an edit moves nothing in the frames it leaves alone.
 */
import { densePaths } from "./arcs.ts";
import { type LayoutEngine, layoutGraph, type Ports } from "./layoutGraph.ts";
import { asideSize, header, marker, type NodeText, nodeText, sizeOf, spreadSign } from "./nodeText.ts";
import type { Picture, PictureEdge, PictureNode, Scene } from "./picture.ts";
import { textWidth } from "./textWidth.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedPicture {
  readonly picture: Picture;
  readonly scene: PlacedScene;
  readonly direction: Direction;
}

/** Places are relative to the scene. */
export interface PlacedScene {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export interface PlacedNode extends Point {
  readonly node: PictureNode;
  readonly text: NodeText;
  readonly width: number;
  readonly height: number;
  /** Begins below the node's header. */
  readonly scene: PlacedScene | undefined;
  /** Its shape is worth a label: it is not what it takes, and nothing around it tells. */
  readonly changes: boolean;
  /** Where that label stands: an edge begins there. */
  readonly leaves: Point;
}

export interface PlacedEdge {
  readonly edge: PictureEdge;
  /** Of straight lines; of an arc the start, its two corners and the end. */
  readonly points: readonly Point[];
  readonly curved: boolean;
}

export type Direction = "down" | "right";

export interface PlaceOptions {
  readonly direction?: Direction;
  /** Ends the work between two scenes. */
  readonly signal?: Signal;
}

/** What is asked of an `AbortSignal`. */
interface Signal {
  throwIfAborted(): void;
}

export async function placePicture(
  picture: Picture,
  engine: LayoutEngine,
  { direction = "down", signal }: PlaceOptions = {},
): Promise<PlacedPicture> {
  const placed = await placeScene(picture.scene, { engine, direction, signal });
  return { picture, scene: placed.scene, direction };
}

interface Context {
  readonly engine: LayoutEngine;
  readonly direction: Direction;
  readonly signal: Signal | undefined;
}

interface Framed extends Ports {
  readonly scene: PlacedScene;
}

/** Room around what is in a frame. */
const padding = 14;
/** Room for an arrow, and for the shape beside it. */
const betweenLayers = 26;
/** Between a frame and the first node in it. */
const atFrame = 18;

/** Shapes stand above lines that go to the right. */
function labelWidth({ shape }: PictureNode): number {
  return textWidth(shape, asideSize) + 14;
}

async function placeScene(scene: Scene, ctx: Context): Promise<Framed> {
  const inner = new Map<PictureNode, Framed>();
  for (const node of scene.nodes) if (node.scene) inner.set(node, await placeScene(node.scene, ctx));
  ctx.signal?.throwIfAborted();
  const texts = new Map(scene.nodes.map((node) => [node, nodeText(node)]));
  // Boxes of one column are equally wide.
  const common = Math.min(
    Math.max(0, ...[...texts].map(([node, text]) => (node.scene ? 0 : sizeOf(node, text).width))),
    widest,
  );
  const boxes = scene.nodes.map((node) => {
    const text = texts.get(node) ?? nodeText(node);
    const framed = inner.get(node);
    if (framed) {
      const { width, height } = framed.scene;
      const needed = Math.max(width, text.width + 2 * padding + marker + (node.spreads ? spreadSign : 0));
      return { node, text, framed, width: needed, height: height + header, shift: (needed - width) / 2 };
    }
    const own = sizeOf(node, text);
    const even = node.kind === "layer" || node.kind === "box";
    return {
      node,
      text,
      framed,
      width: even ? Math.max(common, own.width) : own.width,
      height: own.height,
      shift: 0,
    };
  });
  const ends = scene.edges.flatMap(({ from, to }) => [from, to]);
  const entryCount = countPorts(ends, /^in(\d+)$/);
  const exitCount = countPorts(ends, /^out(\d+)$/);
  const routed = scene.edges.filter(({ kind }) => kind !== "dense");
  const { direction } = ctx;
  const down = direction === "down";
  const spacing = down ? betweenLayers : Math.max(betweenLayers, ...scene.nodes.map(labelWidth));
  const laid = await ctx.engine(layoutGraph(boxes, routed, { entryCount, exitCount, direction, spacing }));
  // Lines come from the frame: there is room enough before the first layer, and behind the last.
  const lead = entryCount > 0 ? atFrame - spacing : padding;
  const trail = exitCount > 0 ? atFrame - spacing : padding;

  const place = ({ x, y }: Point) =>
    down ? { x: x + padding, y: y + lead } : { x: x + lead, y: y + padding };
  const pointAt = (index: number) => place(laid.nodes[index] ?? { x: 0, y: 0 });
  const entries = Array.from({ length: entryCount }, (_, i) => pointAt(boxes.length + i));
  const exits = Array.from({ length: exitCount }, (_, i) => pointAt(boxes.length + entryCount + i));
  const sides = {
    width: laid.width + (down ? 2 * padding : lead + trail),
    height: laid.height + (down ? lead + trail : 2 * padding),
  };
  const limit = down ? sides.height : sides.width;
  const edges = routed.map((edge, i): PlacedEdge => {
    const points = (laid.edges[i] ?? []).map(place);
    return { edge, points: toFrame(edge, points, limit, down), curved: false };
  });
  const nodes = boxes.map(({ node, text, framed, width, height, shift }, i): PlacedNode => {
    const at = pointAt(i);
    const own = scene.edges.filter(({ from }) => from === node.id);
    const into = scene.edges.find(({ to }) => to === node.id);
    const inwards = own.some(({ to }) => !isExit(to));
    const first = edges.find(({ edge }) => edge.from === node.id)?.points[0];
    return {
      node,
      text,
      ...at,
      width,
      height,
      scene: framed && shifted(framed.scene, shift),
      changes: node.kind !== "output" && inwards && into?.shape !== node.shape,
      leaves:
        first ??
        (down ? { x: at.x + width / 2, y: at.y + height } : { x: at.x + width, y: at.y + height / 2 }),
    };
  });
  const arcs = densePaths(scene.edges, { nodes, entries, exits, direction, ...sides });
  return { scene: { ...arcs, nodes, edges: [...edges, ...arcs.edges] }, entries, exits };
}

const isEntry = (end: string) => /^in\d+$/.test(end);
const isExit = (end: string) => /^out\d+$/.test(end);

/** Longer titles do not make all others as wide. */
const widest = 240;

/** Lines that enter and leave begin and end at the frame. */
function toFrame(edge: PictureEdge, points: readonly Point[], limit: number, down: boolean): Point[] {
  const onto = ({ x, y }: Point, frame: number) => (down ? { x, y: frame } : { x: frame, y });
  return points.map((point, i) => {
    if (i === 0 && isEntry(edge.from)) return onto(point, 0);
    return i === points.length - 1 && isExit(edge.to) ? onto(point, limit) : point;
  });
}

function shifted(scene: PlacedScene, by: number): PlacedScene {
  if (by === 0) return scene;
  const move = ({ x, y }: Point) => ({ x: x + by, y });
  return {
    ...scene,
    width: scene.width + 2 * by,
    nodes: scene.nodes.map((node) => ({ ...node, ...move(node), leaves: move(node.leaves) })),
    edges: scene.edges.map((edge) => ({ ...edge, points: edge.points.map(move) })),
  };
}

function countPorts(ends: readonly string[], pattern: RegExp): number {
  return ends.reduce((most, end) => Math.max(most, Number(pattern.exec(end)?.[1] ?? -1) + 1), 0);
}
