/** Which boxes are open: those of a first look at a network, all of them, some levels, or what somebody has opened. */
import type { NetworkAnalysis } from "../analysis.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { buildPicture } from "./build.ts";
import { type Folding, type FoldState, nodesOf, type Picture, type PictureNode } from "./picture.ts";

export interface Look {
  /**
   * `page`: as many as fit on a page, the first of each kind where not all do. `all` shows every iteration; a number opens
   * so many levels.
   */
  readonly open?: "page" | "all" | "none" | number;
  /** What is known of single boxes comes first. */
  readonly states?: ReadonlyMap<string, FoldState>;
  readonly everyLayer?: boolean;
  /** Of the file: they are told at the nodes that they are about. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** The picture of a network; undefined for one that can't stand alone. */
export function pictureOf(network: NetworkAnalysis, look: Look = {}): Picture | undefined {
  const { open = "page", states = new Map<string, FoldState>(), everyLayer = false, diagnostics = [] } = look;
  const others: FoldState = open === "all" ? "spread" : "folded";
  const opened = new Set<string>();
  const build = (more: ReadonlySet<string> = opened): Picture | undefined => {
    const stateOf: Folding["stateOf"] = (id) => states.get(id) ?? (more.has(id) ? "open" : others);
    return buildPicture(network, { everyLayer, stateOf, diagnostics });
  };
  const picture = build();
  if (!picture || open === "all" || open === "none") return picture;
  const levels = open === "page" ? deepest : open;
  const limit = open === "page" ? pageOfNodes : Infinity;
  return openLevels(picture, { build, opened, states, levels, limit });
}

/** Nodes that are in sight at a first look. */
export const pageOfNodes = 40;

const deepest = 12;

interface Opening {
  readonly build: (opened: ReadonlySet<string>) => Picture | undefined;
  readonly opened: Set<string>;
  readonly states: ReadonlyMap<string, FoldState>;
  readonly levels: number;
  /** Of nodes in sight. */
  readonly limit: number;
}

/** Opens level by level what fits. */
function openLevels(first: Picture, { build, opened, states, levels, limit }: Opening): Picture {
  let picture = first;
  const grow = (ids: readonly string[]): boolean => {
    const grown = build(new Set([...opened, ...ids]));
    if (!grown || nodesOf(grown.scene).length > limit) return false;
    for (const id of ids) opened.add(id);
    picture = grown;
    return true;
  };
  for (let level = 0; level < levels; level++) {
    const folded = nodesOf(picture.scene).filter(({ id, fold }) => fold === "folded" && !states.has(id));
    if (folded.length === 0) break;
    if (grow(folded.map(({ id }) => id))) continue;
    // Tried one after the other: what is open already counts for the next.
    const some = firstOfEachKind(folded, picture).filter(({ id }) => grow([id]));
    if (some.length === 0) break;
  }
  return picture;
}

/** One of each that has the same name; none of a kind that is open already. */
function firstOfEachKind(folded: readonly PictureNode[], { scene }: Picture): PictureNode[] {
  const kindOf = ({ title, label, repeats }: PictureNode) =>
    `${repeats} ${title === "" ? label : title.replace(/\(.*/, "")}`;
  const isOpen = ({ fold }: PictureNode) => fold === "open" || fold === "spread";
  const seen = new Set(nodesOf(scene).filter(isOpen).map(kindOf));
  return folded.filter((node) => {
    const kind = kindOf(node);
    if (seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}
