/** A small picture of all, with what is in sight; a click goes there. */
import type { GraphItem, GraphPicture } from "../../../server/src/lsp/protocol.ts";
import type { Viewport } from "./viewport.ts";

const longest = 150;

export interface Minimap {
  readonly show: (picture: GraphPicture) => void;
  readonly follow: () => void;
}

export function createMinimap(canvas: HTMLCanvasElement, viewport: () => Viewport): Minimap {
  let picture: GraphPicture | undefined;
  let boxes: ImageBitmap | HTMLCanvasElement | undefined;
  const scaleOf = ({ width, height }: GraphPicture) => longest / Math.max(width, height);

  const follow = () => {
    const context = canvas.getContext("2d");
    if (!picture || !boxes || !context) return;
    const sight = viewport().visible();
    // Where all is in sight it tells nothing.
    canvas.hidden = sight.width >= picture.width && sight.height >= picture.height;
    if (canvas.hidden) return;
    const scale = scaleOf(picture) * devicePixelRatio;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(boxes, 0, 0);
    context.strokeStyle = color("--vscode-focusBorder");
    context.lineWidth = 1.5 * devicePixelRatio;
    context.strokeRect(sight.x * scale, sight.y * scale, sight.width * scale, sight.height * scale);
  };

  const go = (event: PointerEvent) => {
    if (!picture || event.buttons === 0) return;
    event.stopPropagation();
    const { left, top } = canvas.getBoundingClientRect();
    const scale = scaleOf(picture);
    viewport().center((event.clientX - left) / scale, (event.clientY - top) / scale);
  };
  canvas.addEventListener("pointerdown", go);
  canvas.addEventListener("pointermove", go);

  return {
    show(shown) {
      picture = shown;
      const scale = scaleOf(shown);
      const size = { width: Math.max(shown.width * scale, 24), height: Math.max(shown.height * scale, 24) };
      for (const [name, value] of Object.entries(size)) canvas.style.setProperty(name, `${value}px`);
      canvas.width = size.width * devicePixelRatio;
      canvas.height = size.height * devicePixelRatio;
      boxes = drawBoxes(shown.nodes, canvas, scale * devicePixelRatio);
      follow();
    },
    follow,
  };
}

function drawBoxes(
  nodes: readonly GraphItem[],
  { width, height }: HTMLCanvasElement,
  scale: number,
): HTMLCanvasElement {
  const drawn = document.createElement("canvas");
  drawn.width = width;
  drawn.height = height;
  const context = drawn.getContext("2d");
  if (!context) return drawn;
  for (const node of nodes) {
    const isFrame = node.fold === "open" || node.fold === "spread";
    context.globalAlpha = isFrame ? 0.12 : 0.7;
    context.fillStyle = color(node.fault === undefined ? "--vscode-foreground" : "--vscode-errorForeground");
    context.fillRect(
      node.x * scale,
      node.y * scale,
      Math.max(node.width * scale, 1),
      Math.max(node.height * scale - 0.5, 1),
    );
  }
  return drawn;
}

function color(name: string): string {
  return getComputedStyle(document.body).getPropertyValue(name) || "gray";
}
