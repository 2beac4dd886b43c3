/** A picture as text: a line for each node with its edges, what is inside indented. */
import type { Picture, Scene } from "../../server/src/core/picture/picture.ts";

export function pictureText({ network, scene }: Picture): string {
  return `${network}\n${sceneText(scene, "  ", "")}`;
}

const arrows = { data: "←", identity: "⇐", projection: "⇠", dense: "↞", skip: "↩" } as const;
const folds = { none: "", folded: "▸ ", open: "▾ ", spread: "▾ " } as const;

function sceneText({ nodes, edges }: Scene, indent: string, path: string): string {
  const name = (id: string) => id.slice(path.length + 1) || id;
  const into = (id: string) =>
    edges
      .filter(({ to }) => to === id)
      .map(({ from, fromPort, toPort, kind, shape }) => {
        const ports = `${fromPort > 0 ? `:${fromPort}` : ""}${toPort > 0 ? `→${toPort}` : ""}`;
        return ` ${arrows[kind]} ${from.startsWith("in") ? from : name(from)}${ports}${shape === "" ? "" : ` ${shape}`}`;
      })
      .join("");
  const lines = nodes.map((node) => {
    const title = [
      ...node.before.map((each) => `(${each})`),
      node.title,
      ...node.behind.map((each) => `(${each})`),
    ];
    const times = node.times > 1 ? ` ×${node.times}` : "";
    const fault = node.fault === undefined ? "" : ` ! ${node.fault}`;
    const own = `${indent}${folds[node.fold]}${name(node.id)}: ${title.join(" ")}${times} [${node.shape}]${node.dashed ? " dashed" : ""}${into(node.id)}${fault}\n`;
    return own + (node.scene ? sceneText(node.scene, `${indent}  `, node.id) : "");
  });
  const outs = [...new Set(edges.map(({ to }) => to).filter((to) => /^out\d+$/.test(to)))];
  return lines.join("") + outs.map((out) => `${indent}${out}${into(out)}\n`).join("");
}
