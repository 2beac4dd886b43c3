/** A picture as plain data, for other programs. */
import type { Dim } from "../shape/dim.ts";
import type { Picture, PictureNode, Scene } from "./picture.ts";

type Count = number | string;

export interface SceneJson {
  readonly nodes: readonly NodeJson[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly shape?: string;
  }[];
}

interface NodeJson {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly title: string;
  /** Layers that are drawn with it, in their order. */
  readonly before?: readonly string[];
  readonly behind?: readonly string[];
  readonly times: number;
  readonly shape: string;
  readonly params: Count;
  readonly macs: Count;
  readonly activationBytes: Count;
  readonly folded?: true;
  readonly scene?: SceneJson;
}

export function pictureJson({ network, scene }: Picture): { readonly network: string } & SceneJson {
  return { network, ...sceneJson(scene) };
}

function sceneJson({ nodes, edges }: Scene): SceneJson {
  return {
    nodes: nodes.map(nodeJson),
    edges: edges.map(({ from, to, kind, shape }) => ({ from, to, kind, ...(shape === "" ? {} : { shape }) })),
  };
}

function nodeJson(node: PictureNode): NodeJson {
  const { id, kind, label, title, before, behind, times, shape, cost, fold, scene } = node;
  return {
    id,
    kind,
    name: label,
    title,
    ...(before.length > 0 ? { before } : {}),
    ...(behind.length > 0 ? { behind } : {}),
    times,
    shape,
    params: count(cost.params),
    macs: count(cost.macs),
    activationBytes: count(cost.activationBytes),
    ...(fold === "folded" ? { folded: true } : {}),
    ...(scene ? { scene: sceneJson(scene) } : {}),
  };
}

function count(value: Dim): Count {
  return typeof value === "number" ? value : String(value ?? "?");
}
