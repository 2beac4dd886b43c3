/** The graph beside the text: what is drawn, where its nodes stand on the page and in the text. */
import { expect, test } from "vitest";
import { type GraphOptions, type GraphView, graphView } from "../server/src/core/index.ts";
import { createLayoutEngine } from "../server/src/host/layout.ts";
import { type Marked, mainFile, openMarked } from "./harness/marked.ts";

const engine = createLayoutEngine();

async function view(marked: Marked, options: Partial<GraphOptions> = {}): Promise<GraphView> {
  const made = await graphView(marked.analysis, mainFile, { at: 0, theme: "light", ...options }, engine);
  if ("problem" in made) throw new Error(made.problem);
  return made;
}

const net = `
block unit(c: int) { «conv(c, kernel: 3)» -> relu -> conv(c, kernel: 1) }
network Net {
  input x: [3, 8, 8]
  «stem: conv(8, kernel: 3)»
  «stage: repeat 9 { unit(8) }»
}
network Other = Net`;

test("a node knows its statement, and a folded one the bodies that it stands for", async () => {
  const marked = openMarked(net);
  const { nodes, network, networks } = await view(marked, { open: "none" });
  expect([network, networks]).toEqual(["Net", ["Net", "Other"]]);
  const [conv, stem, stage] = marked.ranges.map(({ range }) => range);
  expect(nodes.map(({ name, fold, places }) => [name, fold, places[0]?.range])).toEqual([
    ["x", "none", expect.anything()],
    ["stem: conv 3×3, 8", "none", stem],
    ["stage: unit ×9", "folded", stage],
    ["output", "none", undefined],
  ]);
  const covered = nodes[2]?.covers.some(
    ({ range }) => range.start < (conv?.start ?? 0) && (conv?.end ?? 0) < range.end,
  );
  expect(covered).toBe(true);
});

test("what is inside stands inside, on a page that holds it", async () => {
  const { nodes, width, height, svg } = await view(openMarked(net));
  const box = (id: string) => nodes.find((node) => node.id === id);
  const [outer, inner] = [box("/stage"), box("/stage/unit/conv")];
  if (!outer || !inner) throw new Error(nodes.map(({ id }) => id).join());
  expect(inner.x).toBeGreaterThan(outer.x);
  expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height);
  expect(svg).toContain(`width="${width}" height="${height}"`);
  for (const node of nodes) expect(svg).toContain(`data-id="${node.id}"`);
});

test("boxes are as they were left, over an edit, and new ones are folded", async () => {
  const states = new Map([["/stage", "open"] as const]);
  const edited = net.replace("stem:", "more: { conv(4, kernel: 1) -> conv(4, kernel: 3) } stem:");
  const { nodes } = await view(openMarked(edited), { states, open: "none" });
  expect(nodes.filter(({ fold }) => fold !== "none").map(({ id, fold }) => [id, fold])).toEqual([
    ["/more", "folded"],
    ["/stage", "open"],
    ["/stage/unit", "folded"],
  ]);
});

test("the network at the cursor is meant, or the one that is named", async () => {
  const marked = openMarked(`${net}($0)`);
  expect((await view(marked, { at: marked.cursor })).network).toBe("Other");
  expect((await view(marked, { at: "Net" })).network).toBe("Net");
});

test("without a network that can be drawn it says why", async () => {
  const problem = async (text: string, at: string | number = 0) =>
    graphView(openMarked(text).analysis, mainFile, { at, theme: "light" }, engine);
  expect(await problem("block b { relu }")).toEqual({
    problem: "This file has no network. Begin one with `network Name { … }`.",
  });
  expect(await problem("network Net(n: int) { input x: [n] }")).toEqual({
    problem: expect.stringContaining("`n` of network Net has no default"),
  });
});

test("a newer question ends the work between two frames", async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(view(openMarked(net), { signal: stop.signal })).rejects.toThrow("aborted");
});
