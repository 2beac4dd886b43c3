/**
 * The picture of a network: boxes in boxes, edges between them. What a graph view shows and a figure is made of, before
 * anything has a place; it knows no sizes, colours or editors.
 */
import type { Location } from "../../../../grammar/ast.ts";
import type { Cost } from "../cost/cost.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Family } from "../ops/operator.ts";

export interface Picture {
  readonly network: string;
  readonly scene: Scene;
  /** Of the network as a whole. */
  readonly cost: Cost;
}

/** What is drawn in one frame: of the network, or of a node that is open. */
export interface Scene {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

export interface PictureNode {
  /** The path of its names: the same over edits that leave it where it is. Unique in the picture. */
  readonly id: string;
  /** `box`: a block, a repeat, a labelled group; open it has a scene of its own. */
  readonly kind: "input" | "output" | "layer" | "join" | "box";
  /** Of a layer. */
  readonly family: Family | undefined;
  /** Its own name in the text: `conv1`, `layer2`; empty without one. */
  readonly label: string;
  /** `conv 3×3, 64`, `basic`. */
  readonly title: string;
  /** Layers that are drawn with it: those before it, and those behind. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
  /** A repeat: what is in it are its iterations. */
  readonly repeats: boolean;
  /** Iterations that it stands for: each like the next, unless it is a repeat. */
  readonly times: number;
  readonly shape: string;
  /** In all its iterations. */
  readonly cost: Cost;
  /** It stands on a shortcut. */
  readonly dashed: boolean;
  /** Its statement first, then those of the layers drawn with it. */
  readonly places: readonly Location[];
  /** Bodies that it stands for while it is folded. */
  readonly covers: readonly Location[];
  /** What is wrong at it, or in it while it is folded. */
  readonly fault: string | undefined;
  readonly fold: FoldState | "none";
  /** Equal iterations that are drawn as one in it. */
  readonly spreads: boolean;
  readonly scene: Scene | undefined;
}

/**
 * `identity` and `projection` are shortcuts, `dense` carries features along, `skip` is any other way around. In the scene
 * of a box `in` and `out` with a number are where its edges enter and leave.
 */
export type EdgeKind = "data" | "identity" | "projection" | "dense" | "skip";

export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  /** Which of a box's tensors is meant. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly kind: EdgeKind;
  readonly shape: string;
}

/** `spread` is open, with iterations that are alike one by one. */
export type FoldState = "folded" | "open" | "spread";

/** Which boxes are open. */
export interface Folding {
  readonly stateOf: (id: string) => FoldState;
  /** Layers of normalisation and activation are nodes of their own. */
  readonly everyLayer: boolean;
  /** Of the file of the network. */
  readonly diagnostics: readonly Diagnostic[];
}

export const inPort = (port: number) => `in${port}`;
export const outPort = (port: number) => `out${port}`;

/** Every node that is in sight, those around before those inside. */
export function nodesOf(scene: Scene): PictureNode[] {
  return scene.nodes.flatMap((node) => [node, ...(node.scene ? nodesOf(node.scene) : [])]);
}
