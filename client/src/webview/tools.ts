/** The bar above the graph: which network, how it is drawn, what is looked for. */
import type { GraphColor, GraphPicture } from "../../../server/src/lsp/protocol.ts";
import type { Look } from "../graphMessages.ts";

export interface ToolActions {
  readonly change: (look: Look) => void;
  readonly network: (name: string) => void;
  readonly foldAll: (open: "page" | "all" | "none") => void;
  readonly search: (text: string) => void;
  readonly nextMatch: (back: boolean) => void;
  readonly fit: () => void;
  readonly zoom: (factor: number) => void;
  readonly export: (format: "svg" | "png") => void;
}

export interface Tools {
  readonly element: HTMLElement;
  readonly show: (picture: GraphPicture, look: Look) => void;
  readonly focusSearch: () => void;
  readonly showMatches: (count: number | undefined) => void;
}

const colors = [
  ["", "Colour: kind"],
  ["params", "Colour: parameters"],
  ["macs", "Colour: MACs"],
  ["memory", "Colour: activations"],
] as const;

export function createTools(actions: ToolActions): Tools {
  const bar = document.createElement("div");
  bar.id = "tools";
  bar.setAttribute("role", "toolbar");
  const add = <E extends HTMLElement>(element: E): E => {
    bar.append(element);
    return element;
  };
  let look: Look = {};

  const networks = add(document.createElement("select"));
  networks.title = "Network";
  networks.addEventListener("change", () => actions.network(networks.value));

  const color = add(document.createElement("select"));
  color.title = "Colour";
  color.append(...colors.map(([value, text]) => new Option(text, value)));
  color.addEventListener("change", () => {
    const { color: _, ...others } = look;
    actions.change(color.value === "" ? others : { ...others, color: color.value as GraphColor });
  });

  const button = (text: string, title: string, act: () => void) => {
    const made = add(document.createElement("button"));
    made.textContent = text;
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
    return made;
  };
  button("⊟", "Fold All", () => actions.foldAll("none"));
  button("⊡", "First Look: what fits on a page", () => actions.foldAll("page"));
  button("⊞", "Unfold All", () => actions.foldAll("all"));
  const layers = button("bn", "Normalisation and activation as boxes of their own", () =>
    actions.change({ ...look, everyLayer: !(look.everyLayer ?? false) }),
  );
  const direction = button("→", "From left to right", () =>
    actions.change({ ...look, direction: look.direction === "right" ? "down" : "right" }),
  );
  button("−", "Zoom Out (-)", () => actions.zoom(0.8));
  button("+", "Zoom In (+)", () => actions.zoom(1.25));
  button("Fit", "Fit into the Window (0)", actions.fit);
  button("SVG", "Export the figure as SVG", () => actions.export("svg"));
  button("PNG", "Export the figure as PNG", () => actions.export("png"));

  const search = add(document.createElement("input"));
  search.type = "search";
  search.placeholder = "Find (/)";
  search.setAttribute("aria-label", "Find layers");
  search.addEventListener("input", () => actions.search(search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") actions.nextMatch(event.shiftKey);
    if (event.key === "Escape") {
      search.value = "";
      actions.search("");
    }
  });
  const matches = add(document.createElement("span"));
  matches.id = "matches";
  matches.setAttribute("aria-live", "polite");

  return {
    element: bar,
    show(picture, shown) {
      look = shown;
      const same = [...networks.options].map(({ value }) => value).join() === picture.networks.join();
      if (!same) networks.replaceChildren(...picture.networks.map((name) => new Option(name)));
      networks.value = picture.network;
      networks.hidden = picture.networks.length < 2;
      color.value = shown.color ?? "";
      layers.setAttribute("aria-pressed", String(shown.everyLayer ?? false));
      direction.setAttribute("aria-pressed", String(shown.direction === "right"));
    },
    focusSearch() {
      search.focus();
      search.select();
    },
    showMatches(count) {
      matches.textContent = count === undefined ? "" : count === 0 ? "nothing" : String(count);
    },
  };
}
