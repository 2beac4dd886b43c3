/** The graph of a network for a view beside the text: a picture with its places, and where each node stands in the text. */
import type { FileId, Location, Section } from "../../../../grammar/ast.ts";
import type { SourceFile } from "../../../../grammar/parse.ts";
import { type Look, pictureOf } from "../picture/firstLook.ts";
import type { LayoutEngine } from "../picture/layoutGraph.ts";
import { nodesOf, type PictureNode } from "../picture/picture.ts";
import { type Direction, placePicture } from "../picture/place.ts";
import type { Metric } from "../picture/shares.ts";
import { type NodeBox, nodeBoxes, nodeName, pictureSvg } from "../picture/svg.ts";
import { type ThemeName, themes } from "../picture/themes.ts";
import type { Analysis } from "../workspace.ts";
import type { Choices } from "./instances.ts";
import { networkAt } from "./totals.ts";
import type { FileRange } from "./types.ts";

export interface GraphOptions extends Pick<Look, "open" | "states" | "everyLayer"> {
  /** By name, or the one that is meant at an offset. */
  readonly at: string | number;
  readonly prefer?: string;
  readonly choices?: Choices;
  readonly theme: ThemeName;
  readonly color?: Metric;
  readonly direction?: Direction;
  /** For a page by itself: with a caption, and nothing to act on. */
  readonly figure?: boolean;
  readonly signal?: { throwIfAborted(): void };
}

export interface GraphView {
  readonly network: string;
  /** All that the file has, in the order of the text. */
  readonly networks: readonly string[];
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNodeView[];
}

export interface GraphNodeView extends NodeBox {
  readonly id: string;
  readonly name: string;
  readonly fold: PictureNode["fold"];
  readonly spreads: boolean;
  readonly fault: string | undefined;
  /** Its statement first, then those of the layers drawn with it. */
  readonly places: readonly FileRange[];
  /** Bodies that it stands for while it is folded. */
  readonly covers: readonly FileRange[];
}

/** More nodes are neither read nor drawn in reasonable time. */
const mostNodes = 6000;

/** Undefined where the file has no network that stands alone. */
export async function graphView(
  analysis: Analysis,
  id: FileId,
  options: GraphOptions,
  engine: LayoutEngine,
): Promise<GraphView | { readonly problem: string }> {
  const { at, theme, color, direction, figure = false, signal, ...rest } = options;
  const file = analysis.of(id);
  if (!file) return { problem: "There is no such file." };
  const { networks } = file;
  const network =
    typeof at === "string" ? networks.find(({ name }) => name === at) : networkAt(file, at, rest);
  const usable = networks.flatMap(({ name, instance }) => (instance ? [name] : []));
  if (!network?.instance) {
    const [first] = networks;
    const why = network?.problem ?? first?.problem;
    return {
      problem: why ? sentence(why) : "This file has no network. Begin one with `network Name { … }`.",
    };
  }
  const { diagnostics } = file;
  const picture = pictureOf(network, { ...rest, diagnostics });
  if (!picture) return { problem: "This network can't be drawn." };
  const nodes = nodesOf(picture.scene);
  if (nodes.length > mostNodes)
    return { problem: `These are ${nodes.length} nodes, more than can be drawn: fold some.` };
  const placed = await placePicture(picture, engine, {
    ...(direction ? { direction } : {}),
    ...(signal ? { signal } : {}),
  });
  const svg = pictureSvg(placed, {
    theme: themes[theme],
    interactive: !figure,
    ...(color ? { color } : {}),
  });
  const { width, height, boxes } = nodeBoxes(placed);
  const resolve = placesIn(analysis);
  return {
    network: network.name,
    networks: usable,
    svg,
    width,
    height,
    nodes: figure ? [] : nodes.map((node) => nodeView(node, boxes, resolve)),
  };
}

type Resolve = (locations: readonly Location[]) => FileRange[];

function nodeView(node: PictureNode, boxes: ReadonlyMap<string, NodeBox>, resolve: Resolve): GraphNodeView {
  const { id, fold, spreads, fault, places, covers } = node;
  return {
    id,
    name: nodeName(node),
    fold,
    spreads,
    fault,
    places: resolve(places),
    covers: resolve(covers),
    ...(boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 }),
  };
}

/** Sections are looked up once for all nodes. */
function placesIn(analysis: Analysis): Resolve {
  const offsets = new Map<Section, number>();
  const seen = new Set<SourceFile>();
  const note = (file: SourceFile | undefined) => {
    if (!file || seen.has(file)) return;
    seen.add(file);
    for (const { section, offset } of file.sections) offsets.set(section, offset);
  };
  return (locations) =>
    locations.flatMap(({ section, range }) => {
      if (!offsets.has(section)) note(analysis.file(section.file));
      const offset = offsets.get(section);
      if (offset === undefined) return [];
      return [{ file: section.file, range: { start: range.start + offset, end: range.end + offset } }];
    });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
