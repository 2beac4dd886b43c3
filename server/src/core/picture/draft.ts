/** A scene while it is drawn: its nodes, where each tensor comes from, and the tensors that cross its frame. */
import type { Location } from "../../../../grammar/ast.ts";
import { type Cost, noCost } from "../cost/cost.ts";
import type { Tensor } from "../elaborate/instance.ts";
import { formatShape } from "../shape/shape.ts";
import { type EdgeKind, inPort, outPort, type PictureEdge, type PictureNode, type Scene } from "./picture.ts";

export type DraftNode = { -readonly [K in keyof PictureNode]: PictureNode[K] };
export type DraftEdge = { -readonly [K in keyof PictureEdge]: PictureEdge[K] };

export interface DraftScene extends Scene {
  readonly nodes: readonly DraftNode[];
}

/** Where a tensor comes from. */
export type Source =
  | { readonly node: string; readonly port: number }
  /** It leaves a frame inside, at a port that it is given when it is first used. */
  | { readonly inside: Draft; readonly box: string; readonly tensor: Tensor }
  /** Features that pile up: of `dense`, drawn as their own edges while more are added. */
  | { readonly pile: readonly Part[]; readonly join: () => Source };

interface Part {
  readonly source: Source;
  readonly shape: string;
}

export interface Draft {
  /** Begins the ids of its nodes. */
  readonly path: string;
  /** Stands before the names of an iteration that has no frame. */
  prefix: string;
  readonly nodes: DraftNode[];
  readonly edges: DraftEdge[];
  readonly sources: Map<Tensor, Source>;
  /** What is asked for a tensor that is not from here: brings it in through the frame. */
  readonly outside: ((tensor: Tensor) => Source | undefined) | undefined;
  readonly names: Map<string, number>;
  /** Scenes of the nodes that are open. */
  readonly frames: Map<DraftNode, Draft>;
  readonly leaving: Map<Tensor, number>;
  entering: number;
  /** Of the edges that are made now. */
  kind: EdgeKind;
  /** What a layer of `dense` takes, part by part, while that layer is drawn. */
  taken: Tensor | undefined;
}

export function createDraft(path: string, outside?: Draft["outside"]): Draft {
  return {
    path,
    prefix: "",
    nodes: [],
    edges: [],
    sources: new Map(),
    outside,
    names: new Map(),
    frames: new Map(),
    leaving: new Map(),
    entering: 0,
    kind: "data",
    taken: undefined,
  };
}

/** The scene with those inside, when all its edges are known. */
export function finish(draft: Draft, improve: (draft: Draft) => void): DraftScene {
  improve(draft);
  for (const [node, inside] of draft.frames) node.scene = finish(inside, improve);
  return { nodes: draft.nodes, edges: draft.edges };
}

/** A node's id: its name under the scene's path, numbered where it is taken. */
function idIn(draft: Draft, own: string): string {
  const name = draft.prefix + own;
  const count = (draft.names.get(name) ?? 0) + 1;
  draft.names.set(name, count);
  return `${draft.path}/${count === 1 ? name : `${name}~${count}`}`;
}

export function addNode(
  draft: Draft,
  name: string,
  place: Location,
  parts: Partial<PictureNode> & Pick<PictureNode, "kind" | "title">,
): DraftNode {
  const node: DraftNode = {
    id: idIn(draft, name),
    family: undefined,
    label: "",
    before: [],
    behind: [],
    repeats: false,
    times: 1,
    shape: "",
    cost: noCost satisfies Cost,
    dashed: draft.kind === "projection",
    places: [place],
    covers: [],
    fault: undefined,
    fold: "none",
    spreads: false,
    scene: undefined,
    ...parts,
  };
  draft.nodes.push(node);
  return node;
}

export function sourceOf(draft: Draft, tensor: Tensor): Source | undefined {
  return draft.sources.get(tensor) ?? draft.outside?.(tensor);
}

/** An edge to a node from where a tensor comes from; none where that is not known. */
export function connect(
  draft: Draft,
  tensor: Tensor,
  to: string,
  { port = 0, kind = draft.kind }: { readonly port?: number; readonly kind?: EdgeKind } = {},
): void {
  const source = sourceOf(draft, tensor);
  if (!source) return;
  const target = { node: to, port };
  if ("pile" in source && draft.taken === tensor) connectPile(draft, source.pile, target, kind);
  else addEdge(draft, endOf(draft, source), target, kind, formatShape(tensor.shape));
}

/** The newest part goes straight on, the others are carried along. */
export function connectPile(draft: Draft, pile: readonly Part[], to: End, kind: EdgeKind = "data"): void {
  for (const [i, { source, shape }] of pile.entries()) {
    addEdge(draft, endOf(draft, source), to, i === pile.length - 1 ? kind : "dense", shape);
  }
}

interface End {
  readonly node: string;
  readonly port: number;
}

export function endOf(draft: Draft, source: Source): End {
  if ("pile" in source) return endOf(draft, source.join());
  if ("node" in source) return source;
  return { node: source.box, port: leave(source.inside, source.tensor) };
}

export function addEdge(draft: Draft, from: End, to: End, kind: EdgeKind, shape: string): void {
  draft.edges.push({
    from: from.node,
    to: to.node,
    fromPort: from.port,
    toPort: to.port,
    kind,
    shape,
  });
}

/** The port at which a tensor leaves the frame. */
function leave(draft: Draft, tensor: Tensor): number {
  const known = draft.leaving.get(tensor);
  if (known !== undefined) return known;
  const port = draft.leaving.size;
  draft.leaving.set(tensor, port);
  connect(draft, tensor, outPort(port), { kind: "data" });
  return port;
}

/** A port of the frame for a tensor from outside. */
export function enter(draft: Draft, tensor: Tensor): number {
  const port = draft.entering++;
  draft.sources.set(tensor, { node: inPort(port), port: 0 });
  return port;
}
