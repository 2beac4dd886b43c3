/**
 * A placed picture as SVG that needs nothing else: no fonts, scripts or styles from outside. `interactive` marks what a
 * graph view can act on.
 */
import { formatBytes, formatCount } from "../cost/format.ts";
import { asideSize, fontSize, gap, header, marker, type Span } from "./nodeText.ts";
import type { PictureNode } from "./picture.ts";
import type { PlacedEdge, PlacedNode, PlacedPicture, PlacedScene, Point } from "./place.ts";
import { type Metric, shareIn, shareText } from "./shares.ts";
import type { Theme } from "./themes.ts";

export interface SvgOptions {
  readonly theme: Theme;
  readonly color?: Metric;
  /** With what a graph view needs: names of nodes, signs to open and close. */
  readonly interactive?: boolean;
  readonly font?: string;
}

const margin = 16;
const captionHeight = 30;
const fonts = "Helvetica, Arial, 'Liberation Sans', sans-serif";

export function pictureSvg(placed: PlacedPicture, options: SvgOptions): string {
  const { picture, scene } = placed;
  const ctx: Context = { placed, options };
  const { left, top, width, height } = page(scene, options.interactive === true);
  const { cost, network } = picture;
  const totals = `${formatCount(cost.params)} parameters · ${formatCount(cost.macs)} MACs`;
  const caption = options.interactive
    ? ""
    : `<text class="caption" x="${margin}" y="${margin + 12}">${escaped(network)}<tspan class="aside" dx="8">${escaped(totals)}</tspan></text>`;
  const { background } = options.theme;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="${options.interactive ? "group" : "img"}" aria-labelledby="lwnet-title lwnet-desc">`,
    `<title id="lwnet-title">${escaped(network)}</title>`,
    `<desc id="lwnet-desc">${escaped(description(placed, totals))}</desc>`,
    `<style>${styles(options)}</style>`,
    markers(options.theme),
    background === "none" || options.interactive
      ? ""
      : `<rect width="${width}" height="${height}" fill="${background}"/>`,
    caption,
    `<g transform="translate(${round(left)} ${top})">`,
    sceneSvg(ctx, scene),
    "</g></svg>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** Where a scene stands on its page. */
function page(scene: PlacedScene, interactive: boolean) {
  const top = interactive ? margin : margin + captionHeight;
  const width = Math.ceil(Math.max(scene.width + 2 * margin, interactive ? 0 : 320));
  const height = Math.ceil(scene.height + top + margin);
  return { left: (width - scene.width) / 2, top, width, height };
}

/** A node's place on the page of an interactive picture. */
export interface NodeBox extends Point {
  readonly width: number;
  readonly height: number;
}

export function nodeBoxes({ scene }: PlacedPicture): {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, NodeBox>;
} {
  const { left, top, width, height } = page(scene, true);
  const boxes = new Map<string, NodeBox>();
  const enter = ({ nodes }: PlacedScene, at: Point) => {
    for (const each of nodes) {
      const [x, y] = [at.x + each.x, at.y + each.y];
      boxes.set(each.node.id, { x: round(x), y: round(y), width: each.width, height: each.height });
      if (each.scene) enter(each.scene, { x, y: y + header });
    }
  };
  enter(scene, { x: left, y: top });
  return { width, height, boxes };
}

interface Context {
  readonly placed: PlacedPicture;
  readonly options: SvgOptions;
}

/** For screen readers: what a glance would tell. */
function description({ scene }: PlacedPicture, totals: string): string {
  const parts = scene.nodes.map(({ node }) => nodeName(node));
  return `Network of ${totals}: ${parts.join(", ")}.`;
}

/** `conv1: conv 7×7, 64, /2, with bn, relu`. */
export function nodeName({ label, title, before, behind, times }: PictureNode): string {
  const along = [...before, ...behind];
  const name = [label, title].filter((text, i, all) => text !== "" && all.indexOf(text) === i).join(": ");
  return `${name}${times > 1 ? ` ×${times}` : ""}${along.length > 0 ? `, with ${along.join(", ")}` : ""}`;
}

// ── scenes ───────────────────────────────────────────────────────────────────────────────────────

function sceneSvg(ctx: Context, scene: PlacedScene): string {
  const dense = new Map<string, number>();
  for (const { edge } of scene.edges)
    if (edge.kind === "dense" && !dense.has(edge.from)) dense.set(edge.from, dense.size);
  return [
    ...scene.edges.map((edge) => edgeSvg(edge, dense.get(edge.edge.from) ?? 0, ctx.options.theme)),
    ...scene.nodes.map((node) => nodeSvg(ctx, node)),
    ...scene.nodes.map((node) => shapeLabel(ctx, node)),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function edgeSvg({ edge, points, curved }: PlacedEdge, color: number, theme: Theme): string {
  const path = curved ? curve(points) : rounded(points);
  if (path === "") return "";
  const stroke = edge.kind === "dense" ? ` stroke="${theme.dense[color % theme.dense.length]}"` : "";
  const head = /^out\d+$/.test(edge.to)
    ? ""
    : ` marker-end="url(#lwnet-${edge.kind === "dense" ? "tip" : "arrow"})"`;
  const title = edge.shape === "" ? "" : `<title>${escaped(edge.shape)}</title>`;
  return `<path class="edge ${edge.kind}" d="${path}"${stroke}${head}>${title}</path>`;
}

/** Out to a lane, along it and back. */
function curve([start, out, back, end]: readonly Point[]): string {
  if (!start || !out || !back || !end) return "";
  const bend = Math.min(distance(out, back) / 2, arcBend);
  const [from, to] = [towards(out, back, bend), towards(back, out, bend)];
  return `M${at(start)}Q${at(out)} ${at(from)}L${at(to)}Q${at(back)} ${at(end)}`;
}

const arcBend = 48;

const radius = 7;

/** Straight lines with round corners. */
function rounded(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (!start || rest.length === 0) return "";
  let path = `M${at(start)}`;
  for (const [i, corner] of rest.entries()) {
    const before = points[i] ?? corner;
    const after = rest[i + 1];
    if (!after) {
      path += `L${at(corner)}`;
      continue;
    }
    const room = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    if (room < 0.5) {
      path += `L${at(corner)}`;
      continue;
    }
    path += `L${at(towards(corner, before, room))}Q${at(corner)} ${at(towards(corner, after, room))}`;
  }
  return path;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const share = by / (distance(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function shapeLabel({ placed }: Context, { node, leaves, changes }: PlacedNode): string {
  if (!changes || node.shape === "") return "";
  const { x, y } =
    placed.direction === "down"
      ? { x: leaves.x + 6, y: leaves.y + 14 }
      : { x: leaves.x + 5, y: leaves.y - 5 };
  return `<text class="shape" x="${round(x)}" y="${round(y)}">${escaped(node.shape)}</text>`;
}

// ── nodes ────────────────────────────────────────────────────────────────────────────────────────

function nodeSvg(ctx: Context, placed: PlacedNode): string {
  const { node, x, y } = placed;
  const { interactive } = ctx.options;
  const label = [nodeName(node), node.shape, node.fault].filter((text) => text).join("; ");
  const state = node.fold === "none" ? "" : ` aria-expanded="${node.fold !== "folded"}"`;
  const marks = interactive
    ? ` data-id="${escaped(node.id)}" role="treeitem" tabindex="-1" aria-label="${escaped(label)}"${state}`
    : "";
  const kind = `node ${node.kind}${node.fault === undefined ? "" : " faulty"}${node.scene ? " frame" : ""}`;
  return [
    `<g class="${kind}" transform="translate(${round(x)} ${round(y)})"${marks}>`,
    `<title>${escaped(tooltip(ctx, node))}</title>`,
    shapeOf(ctx, placed),
    textSvg(ctx, placed),
    placed.scene ? `<g transform="translate(0 ${header})">\n${sceneSvg(ctx, placed.scene)}\n</g>` : "",
    "</g>",
  ].join("");
}

function tooltip({ placed: { picture } }: Context, node: PictureNode): string {
  const { cost } = node;
  const share = (metric: Metric) => {
    const part = shareIn(node, picture.cost, metric);
    return part === undefined || part === 0 ? "" : ` (${shareText(part)})`;
  };
  return [
    nodeName(node),
    node.fault === undefined ? "" : `Error: ${node.fault}`,
    node.shape === "" ? "" : `→ ${node.shape}`,
    cost.params === 0 ? "" : `${formatCount(cost.params)} parameters${share("params")}`,
    cost.macs === 0 ? "" : `${formatCount(cost.macs)} MACs${share("macs")}`,
    cost.activationBytes === 0 ? "" : `${formatBytes(cost.activationBytes)} of activations${share("memory")}`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function shapeOf({ placed, options }: Context, { node, width, height, scene }: PlacedNode): string {
  const { theme, color } = options;
  const { kind, family, dashed, times } = node;
  const tint = kind === "box" ? theme.box : ((family && theme.families[family]) ?? theme.plain);
  const dash = dashed ? ' stroke-dasharray="4 3"' : "";
  const rx = kind === "input" || kind === "output" || kind === "join" ? height / 2 : kind === "box" ? 6 : 4;
  const size = `width="${round(width)}" height="${round(height)}" rx="${rx}"`;
  const stroke = `stroke="${node.fault === undefined ? tint.stroke : theme.fault}"${node.fault === undefined ? "" : ' stroke-width="2"'}`;
  if (scene) {
    return `<rect class="body" ${size} fill="${theme.frame}" ${stroke}${dash}/>`;
  }
  const stack = times > 1 ? `<rect x="4" y="4" ${size} fill="${tint.fill}" ${stroke}/>` : "";
  if (!color) return `${stack}<rect class="body" ${size} fill="${tint.fill}" ${stroke}${dash}/>`;
  const share = shareIn(node, placed.picture.cost, color) ?? 0;
  // Small shares are told apart too.
  const heat = share === 0 ? 0 : 0.06 + 0.74 * Math.sqrt(share);
  return `${stack}<rect class="body" ${size} fill="${theme.plain.fill}" ${stroke}${dash}/><rect ${size} fill="${theme.heat}" fill-opacity="${round(heat)}"/>`;
}

function textSvg({ options }: Context, { node, text, width, height, scene }: PlacedNode): string {
  const sign = node.fold !== "none" && options.interactive;
  const middle = scene ? header / 2 : height / 2;
  const spans = text.spans.map((span, i) => spanSvg(span, i > 0)).join("");
  const place = scene
    ? `x="${10 + (sign ? marker : 0)}"`
    : `x="${round((width + (sign ? marker : 0)) / 2)}" text-anchor="middle"`;
  const left = scene ? 8 : Math.max((width - text.width - marker) / 2, 6);
  const arrow = node.fold === "folded" ? `M0 -4L5 0L0 4` : `M-1 -2.5L3 2.5L7 -2.5`;
  const chevron = sign
    ? `<g class="fold" transform="translate(${round(left)} ${middle})"><rect x="-6" y="-10" width="18" height="20"/><path d="${arrow}"/></g>`
    : "";
  const fault =
    node.fault === undefined
      ? ""
      : `<g class="badge" transform="translate(${round(width)} 0)"><circle r="7"/><text y="3.6" text-anchor="middle">!</text></g>`;
  const spread =
    sign && scene && node.spreads
      ? `<g class="spread" role="button" transform="translate(${round(width - 22)} ${middle})"><title>${node.fold === "spread" ? "Show equal iterations once" : "Show each iteration"}</title><rect x="-6" y="-8" width="22" height="16" rx="3"/><path d="M0 -4H10M0 0H10M0 4H10"/></g>`
      : "";
  return `${chevron}${spread}<text ${place} y="${round(middle + 4)}">${spans}</text>${fault}`;
}

/** One behind the other, however wide the font is that is there. */
function spanSvg({ text, role }: Span, follows: boolean): string {
  return `<tspan class="${role}"${follows ? ` dx="${gap}"` : ""}>${escaped(text)}</tspan>`;
}

// ── looks ────────────────────────────────────────────────────────────────────────────────────────

function styles({ theme, font = fonts }: SvgOptions): string {
  return [
    `text{font:${fontSize}px ${font};fill:${theme.text}}`,
    `.caption{font-size:14px;font-weight:600}`,
    `.name,.times{font-weight:600}`,
    `.aside,.shape{font-size:${asideSize}px;font-weight:400;fill:${theme.muted}}`,
    `.edge{fill:none;stroke-width:1.2}`,
    `.edge:not(.dense){stroke:${theme.line}}`,
    `.edge.projection{stroke-dasharray:2 3;stroke-width:1.5}`,
    `.edge.dense{stroke-width:1}`,
    // What is not painted takes no click.
    `.fold rect,.spread rect{fill:transparent}`,
    `.fold path{fill:none;stroke:${theme.muted};stroke-width:1.4}`,
    `.spread path{stroke:${theme.muted};stroke-width:1.4}`,
    `.badge circle{fill:${theme.fault}}`,
    `.badge text{font-size:10px;font-weight:700;fill:#fff}`,
  ].join("");
}

function markers({ line }: Theme): string {
  const tip = (id: string, size: number, fill: string) =>
    `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="${size}" markerHeight="${size}" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8L8 4L0 7.2z" fill="${fill}"/></marker>`;
  return `<defs>${tip("lwnet-arrow", 8, line)}${tip("lwnet-tip", 5, line)}</defs>`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
