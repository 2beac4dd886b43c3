/**
 * Layers of normalisation, activation and the like are drawn with the layer that they belong to, as papers do: behind
 * it, or before it where a row of layers begins with them (pre-activation).
 */
import { addCosts } from "../cost/cost.ts";
import type { Step } from "../elaborate/instance.ts";
import type { Family } from "../ops/operator.ts";
import type { Draft, DraftEdge, DraftNode } from "./draft.ts";
import { groupBy } from "./groupBy.ts";

export function mergeLayers(draft: Draft): void {
  const ends = endsOf(draft);
  const merged = new Map<string, DraftNode>();
  for (const chain of chainsOf(draft, ends)) mergeChain(chain, merged);
  if (merged.size === 0) return;
  const gone = new Set(merged.keys());
  const nodes = draft.nodes.filter(({ id }) => !gone.has(id));
  const edges = draft.edges.flatMap((edge): DraftEdge[] => {
    const from = merged.get(edge.from)?.id ?? edge.from;
    const to = merged.get(edge.to)?.id ?? edge.to;
    return from === to ? [] : [{ ...edge, from, to }];
  });
  draft.nodes.splice(0, draft.nodes.length, ...nodes);
  draft.edges.splice(0, draft.edges.length, ...edges);
}

interface Ends {
  readonly into: ReadonlyMap<string, readonly DraftEdge[]>;
  readonly outOf: ReadonlyMap<string, readonly DraftEdge[]>;
}

function endsOf({ edges }: Draft): Ends {
  return { into: groupBy(edges, ({ to }) => to), outOf: groupBy(edges, ({ from }) => from) };
}

/** Nodes in rows: nothing else enters or leaves between two of them. */
function chainsOf(draft: Draft, { into, outOf }: Ends): DraftNode[][] {
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const next = (node: DraftNode): DraftNode | undefined => {
    const [edge, ...others] = outOf.get(node.id) ?? [];
    const after = edge && others.length === 0 ? byId.get(edge.to) : undefined;
    return after && into.get(after.id)?.length === 1 && joins(node) && joins(after) ? after : undefined;
  };
  const followers = new Set(draft.nodes.flatMap((node) => next(node)?.id ?? []));
  return draft.nodes
    .filter((node) => joins(node) && !followers.has(node.id))
    .map((first) => {
      const chain = [first];
      for (let node = next(first); node; node = next(node)) chain.push(node);
      return chain;
    });
}

const joins = ({ kind }: DraftNode) => kind === "layer" || kind === "join";

function mergeChain(chain: readonly DraftNode[], merged: Map<string, DraftNode>): void {
  const [first] = chain;
  if (!first || chain.length < 2) return;
  const heavy = chain.filter((node) => !isLight(node));
  const leads = isLight(first);
  let last: DraftNode | undefined;
  let waiting: DraftNode[] = [];
  for (const node of chain) {
    if (isLight(node) && node.fault === undefined) {
      // A sum takes its activation along; what is normalised after it is for the next layer.
      const ahead = leads || (last?.kind === "join" && isNormalisation(node)) || waiting.length > 0;
      if (last && !(ahead && hasMore(chain, node))) put(last, node, "behind", merged);
      else waiting.push(node);
      continue;
    }
    for (const light of waiting) put(node, light, "before", merged);
    waiting = [];
    last = node;
  }
  const [head, ...rest] = waiting;
  // Nothing but light layers, or some that a layer with a fault stands between.
  if (head && heavy.length === 0) for (const light of rest) put(head, light, "behind", merged);
}

function hasMore(chain: readonly DraftNode[], node: DraftNode): boolean {
  return chain.slice(chain.indexOf(node) + 1).some((each) => !isLight(each));
}

function put(
  node: DraftNode,
  light: DraftNode,
  side: "before" | "behind",
  merged: Map<string, DraftNode>,
): void {
  node[side] = [...node[side], light.title];
  node.places = [...node.places, ...light.places];
  node.cost = addCosts(node.cost, light.cost);
  if (side === "behind") node.shape = light.shape;
  merged.set(light.id, node);
}

const lightFamilies = new Set<Family | undefined>(["normalization", "activation", "regularization"]);
const lightNames = new Set(["flatten", "scale"]);

/** Layers that belong to another. */
function isLight({ kind, family, title }: DraftNode): boolean {
  return kind === "layer" && (lightFamilies.has(family) || lightNames.has(title));
}

export function isLightStep(step: Step): boolean {
  if (step.kind !== "layer") return false;
  const { family, name } = step.operator;
  return lightFamilies.has(family) || lightNames.has(name);
}

function isNormalisation({ family }: DraftNode): boolean {
  return family === "normalization";
}
