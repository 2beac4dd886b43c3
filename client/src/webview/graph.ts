/**
 * The graph view's page: shows the picture that the extension sends, keeps what is chosen and folded over edits, and
 * says what the user wants to see. It works nothing out of a network itself.
 */
import type {
  FoldState,
  GraphItem,
  GraphPicture,
  Position,
  UriRange,
} from "../../../server/src/lsp/protocol.ts";
import type { FromView, Look, ToView } from "../graphMessages.ts";
import { createMinimap } from "./minimap.ts";
import { createTools } from "./tools.ts";
import { createViewport } from "./viewport.ts";

/** Given by the editor. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromView): void;
  getState(): Look | undefined;
  setState(look: Look): void;
};

const editor = acquireVsCodeApi();
const element = <K extends keyof HTMLElementTagNameMap>(name: K, id: string) =>
  Object.assign(document.createElement(name), { id });

const canvas = element("div", "canvas");
const paper = element("div", "paper");
const map = element("canvas", "minimap");
const problem = element("div", "problem");
const details = element("div", "details");
canvas.tabIndex = 0;
canvas.setAttribute("role", "tree");
canvas.setAttribute("aria-label", "Network graph");
map.setAttribute("aria-hidden", "true");
problem.setAttribute("role", "alert");
problem.hidden = true;
details.setAttribute("aria-live", "polite");
canvas.append(paper, map, problem);

let look: Look = editor.getState() ?? {};
let picture: GraphPicture | undefined;
let nodes = new Map<string, GraphItem>();
let current: string | undefined;
let cursor: { readonly uri: string; readonly position: Position } | undefined;
let found: readonly GraphItem[] = [];

const minimap = createMinimap(map, () => viewport);
const viewport = createViewport(canvas, paper, () => minimap.follow());
const tools = createTools({
  change: setLook,
  network: (network) => setLook({ ...look, network, states: {}, open: "page" }),
  foldAll: (open) => setLook({ ...look, open, states: {} }),
  search,
  nextMatch,
  fit: () => picture && viewport.fit(picture.width, picture.height),
  zoom: (factor) => viewport.zoom(factor),
  export: (format) => editor.postMessage({ type: "export", format }),
});
document.body.append(tools.element, canvas, details);

function setLook(next: Look): void {
  look = next;
  editor.setState(look);
  editor.postMessage({ type: "look", look });
}

// ── pictures ─────────────────────────────────────────────────────────────────────────────────────

function show(next: GraphPicture, shown: Look): void {
  const before = picture;
  const anchor = before?.network === next.network ? anchorOf(next) : undefined;
  const hadFocus = canvas.contains(document.activeElement);
  picture = next;
  nodes = new Map(next.nodes.map((node) => [node.id, node]));
  // From now on every box is as it is, so that an edit opens and closes nothing.
  const states = Object.fromEntries(
    next.nodes.flatMap(({ id, fold }) => (fold === "none" ? [] : [[id, fold] as const])),
  );
  look = { ...shown, network: next.network, open: "none", states: { ...shown.states, ...states } };
  editor.setState(look);
  editor.postMessage({ type: "shown", look });
  problem.hidden = true;
  paper.innerHTML = next.svg;
  tools.show(next, look);
  if (before?.network !== next.network) viewport.fit(next.width, next.height);
  else if (anchor) viewport.pan(anchor.dx, anchor.dy);
  minimap.show(next);
  if (current !== undefined) choose(nodes.has(current) ? current : undefined, { focus: hadFocus });
  markFound();
  markCursor(false);
}

/** What stands in the middle of the window stays there. */
function anchorOf(next: GraphPicture): { readonly dx: number; readonly dy: number } | undefined {
  const sight = viewport.visible();
  const middle = { x: sight.x + sight.width / 2, y: sight.y + sight.height / 2 };
  const after = new Map(next.nodes.map((node) => [node.id, node]));
  let best: { readonly distance: number; readonly from: GraphItem; readonly to: GraphItem } | undefined;
  const candidates = current === undefined ? [] : [nodes.get(current)].filter((node) => node !== undefined);
  for (const from of candidates.length > 0 ? candidates : nodes.values()) {
    const to = after.get(from.id);
    // A frame may grow: its corner stays.
    const distance = Math.hypot(from.x + from.width / 2 - middle.x, from.y - middle.y);
    if (to && (!best || distance < best.distance)) best = { distance, from, to };
  }
  if (!best) return undefined;
  const { from, to } = best;
  const scale = viewport.scale();
  return {
    dx: (from.x + from.width / 2 - to.x - to.width / 2) * scale,
    dy: (from.y - to.y) * scale,
  };
}

function elementOf(id: string): SVGGElement | null {
  return paper.querySelector<SVGGElement>(`[data-id="${CSS.escape(id)}"]`);
}

function mark(name: string, ids: Iterable<string>): void {
  for (const marked of paper.querySelectorAll(`.${name}`)) marked.classList.remove(name);
  for (const id of ids) elementOf(id)?.classList.add(name);
}

// ── choosing ─────────────────────────────────────────────────────────────────────────────────────

function choose(id: string | undefined, { focus = true, reveal = false } = {}): void {
  current = id;
  mark("current", id === undefined ? [] : [id]);
  for (const each of paper.querySelectorAll('[tabindex="0"]')) each.setAttribute("tabindex", "-1");
  const node = id === undefined ? undefined : nodes.get(id);
  const drawn = id === undefined ? null : elementOf(id);
  drawn?.setAttribute("tabindex", "0");
  if (focus) drawn?.focus({ preventScroll: true });
  details.textContent = drawn?.querySelector("title")?.textContent?.replaceAll("\n", " · ") ?? "";
  if (!node) return;
  if (focus) viewport.reveal(node);
  const [place] = node.places;
  if (reveal && place) editor.postMessage({ type: "reveal", ...place, focus: false });
}

function toggle(node: GraphItem, spread = false): void {
  if (node.fold === "none") return;
  const opened: FoldState = spread && node.fold !== "spread" ? "spread" : "open";
  const state: FoldState = spread || node.fold === "folded" ? opened : "folded";
  current = node.id;
  setLook({ ...look, states: { ...look.states, [node.id]: state } });
}

const nodeAt = (target: EventTarget | null): GraphItem | undefined => {
  const id = target instanceof Element ? target.closest<SVGGElement>(".node")?.dataset.id : undefined;
  return id === undefined ? undefined : nodes.get(id);
};

canvas.addEventListener("click", (event) => {
  if (canvas.classList.contains("dragging")) return;
  const node = nodeAt(event.target);
  if (!node) return;
  const part = event.target instanceof Element ? event.target : undefined;
  if (part?.closest(".spread")) toggle(node, true);
  else if (part?.closest(".fold")) toggle(node);
  else choose(node.id, { reveal: true });
});
canvas.addEventListener("dblclick", (event) => {
  const node = nodeAt(event.target);
  if (node) toggle(node);
});

// ── the keyboard ─────────────────────────────────────────────────────────────────────────────────

canvas.addEventListener("keydown", (event) => {
  const node = current === undefined ? undefined : nodes.get(current);
  const acted = (node && onNode(event, node)) || onCanvas(event);
  if (acted) event.preventDefault();
});

function onNode({ key, shiftKey }: KeyboardEvent, node: GraphItem): boolean {
  const around = siblingsOf(node);
  const at = around.indexOf(node);
  const go = (to: GraphItem | undefined) => {
    if (to) choose(to.id, { reveal: true });
    return true;
  };
  switch (key) {
    case "ArrowDown":
      return go(around[at + 1]);
    case "ArrowUp":
      return go(around[at - 1]);
    case "ArrowLeft":
      if (node.fold === "open" || node.fold === "spread") toggle(node);
      else go(parentOf(node));
      return true;
    case "ArrowRight":
      if (node.fold === "folded") toggle(node);
      else go(childrenOf(node)[0]);
      return true;
    case " ":
      toggle(node, shiftKey && node.spreads);
      return true;
    case "Enter": {
      const [place] = node.places;
      if (place) editor.postMessage({ type: "reveal", ...place, focus: true });
      return true;
    }
    case "Escape":
      choose(undefined);
      canvas.focus();
      return true;
    default:
      return false;
  }
}

function onCanvas({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  const step = 60;
  switch (key) {
    case "+":
    case "=":
      viewport.zoom(1.25);
      return true;
    case "-":
      viewport.zoom(0.8);
      return true;
    case "0":
      if (picture) viewport.fit(picture.width, picture.height);
      return true;
    case "/":
      tools.focusSearch();
      return true;
    case "f":
      if (!ctrlKey && !metaKey) return false;
      tools.focusSearch();
      return true;
    case "ArrowDown":
    case "ArrowRight": {
      const [first] = picture?.nodes ?? [];
      if (first) choose(first.id, { reveal: true });
      return true;
    }
    case "PageDown":
    case "PageUp":
      viewport.pan(0, (key === "PageDown" ? -8 : 8) * step);
      return true;
    default:
      return false;
  }
}

/** The box that it stands in, by its element: ids of iterations have more parts than boxes. */
function parentOf({ id }: GraphItem): GraphItem | undefined {
  const outer = elementOf(id)?.parentElement?.closest<SVGGElement>(".node")?.dataset.id;
  return outer === undefined ? undefined : nodes.get(outer);
}

function childrenOf(node: GraphItem | undefined): GraphItem[] {
  return (picture?.nodes ?? []).filter((each) => parentOf(each) === node);
}

function siblingsOf(node: GraphItem): GraphItem[] {
  return childrenOf(parentOf(node));
}

// ── search ───────────────────────────────────────────────────────────────────────────────────────

function search(text: string): void {
  const wanted = text.trim().toLowerCase();
  const matches = ({ name, id }: GraphItem) => `${name} ${id}`.toLowerCase().includes(wanted);
  found = wanted === "" ? [] : (picture?.nodes ?? []).filter(matches);
  tools.showMatches(wanted === "" ? undefined : found.length);
  markFound();
  const [first] = found;
  if (first) viewport.reveal(first);
}

function markFound(): void {
  mark(
    "found",
    found.map(({ id }) => id),
  );
}

function nextMatch(back: boolean): void {
  const at = found.findIndex(({ id }) => id === current);
  const next = found[(at + (back ? -1 : 1) + found.length) % found.length];
  if (!next) return;
  choose(next.id, { focus: false, reveal: true });
  viewport.reveal(next);
}

// ── the cursor of the text ───────────────────────────────────────────────────────────────────────

function markCursor(reveal: boolean): void {
  const here = cursor ? nodesAtCursor(cursor.uri, cursor.position) : [];
  mark(
    "here",
    here.map(({ id }) => id),
  );
  const [first] = here;
  if (first && reveal && !here.some(({ id }) => id === current)) viewport.reveal(first);
}

/** Of the nodes whose text holds the cursor those with the shortest text; else the boxes that stand for it. */
function nodesAtCursor(uri: string, position: Position): GraphItem[] {
  const all = picture?.nodes ?? [];
  const shortest = (placesOf: (node: GraphItem) => readonly UriRange[]) => {
    let least = Infinity;
    let here: GraphItem[] = [];
    for (const node of all) {
      for (const place of placesOf(node)) {
        if (place.uri !== uri || !holds(place, position)) continue;
        const size = (place.range.end.line - place.range.start.line) * 1000 + place.range.end.character;
        if (size < least) here = [];
        if (size <= least && !here.includes(node)) here.push(node);
        least = Math.min(least, size);
      }
    }
    return { here, least };
  };
  const inSight = shortest(({ places }) => places);
  const hidden = shortest(({ fold, covers }) => (fold === "folded" ? covers : []));
  return hidden.least < inSight.least ? hidden.here : inSight.here;
}

function holds({ range: { start, end } }: UriRange, { line, character }: Position): boolean {
  const after = line > start.line || (line === start.line && character >= start.character);
  return after && (line < end.line || (line === end.line && character <= end.character));
}

// ── the extension ────────────────────────────────────────────────────────────────────────────────

addEventListener("message", ({ data }: MessageEvent<ToView>) => {
  switch (data.type) {
    case "picture":
      show(data.picture, data.look);
      break;
    case "problem":
      // The last picture stays: the text is in the middle of a change.
      problem.textContent = data.message;
      problem.hidden = false;
      break;
    case "cursor":
      cursor = data;
      markCursor(true);
      break;
    case "figure":
      void rasterise(data.svg);
  }
});

/** Sharp enough for print. */
const pixelsPerUnit = 3;
/** Browsers draw no larger canvas. */
const mostPixels = 12_000;

async function rasterise(svg: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(pixelsPerUnit, mostPixels / Math.max(image.width, image.height));
  const target = document.createElement("canvas");
  target.width = Math.round(image.width * scale);
  target.height = Math.round(image.height * scale);
  target.getContext("2d")?.drawImage(image, 0, 0, target.width, target.height);
  const data = target.toDataURL("image/png").split(",")[1] ?? "";
  editor.postMessage({ type: "png", data });
}

new ResizeObserver(() => minimap.follow()).observe(canvas);
editor.postMessage({ type: "ready", look: editor.getState() });
