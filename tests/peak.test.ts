/** Peak activation memory, simulated per instance, against a walk over every layer of the flat graph. */
import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { placeOfName } from "../server/src/core/analysis.ts";
import { peakOf } from "../server/src/core/cost/peak.ts";
import { expand } from "../server/src/core/ir/expand.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { operatorNamed } from "../server/src/core/ops/registry.ts";
import { elements } from "../server/src/core/shape/shape.ts";
import { type Opened, openFile, openText } from "./harness/open.ts";

function graphOf({ file }: Opened, name: string): Graph {
  const network = file.networks.find((each) => each.name === name);
  if (!network?.instance) throw new Error(`${name} has no instance`);
  const graph = expand(name, network.instance, placeOfName(network));
  if ("problem" in graph) throw new Error(graph.problem);
  return graph;
}

/** The largest sum over the schedule, layer by layer, of what a later layer or the caller still reads. */
function peakOfGraph(graph: Graph): number {
  const shared = new Map<string, string>();
  const memory = (name: string): string => shared.get(name) ?? name;
  const sizes = new Map<string, number>();
  const lastUse = new Map<string, number>();
  const bytes = (value: Graph["inputs"][number]) => 4 * Number(elements(value.shape));
  for (const input of graph.inputs) sizes.set(input.name, bytes(input));
  for (const [time, node] of graph.nodes.entries()) {
    for (const input of node.inputs) lastUse.set(memory(input.name), time);
    const [first] = node.inputs;
    if (operatorNamed(node.op)?.view && first) shared.set(node.output.name, memory(first.name));
    else sizes.set(node.output.name, bytes(node.output));
  }
  for (const output of graph.outputs) lastUse.set(memory(output.value.name), Infinity);
  const alive = new Set(graph.inputs.map(({ name }) => name).filter((name) => lastUse.has(name)));
  let peak = 0;
  for (const [time, node] of graph.nodes.entries()) {
    alive.add(memory(node.output.name));
    const live = [...alive].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    peak = Math.max(peak, live);
    for (const name of alive) if ((lastUse.get(name) ?? -1) <= time) alive.delete(name);
  }
  return peak;
}

function peaks(opened: Opened): { name: string; simulated: unknown; walked: number }[] {
  return opened.file.networks.flatMap(({ name, instance }) => {
    if (!instance) return [];
    const graph = graphOf(opened, name);
    if (!graph.inputs.every(({ shape }) => shape.every((size) => typeof size === "number"))) return [];
    return [{ name, simulated: peakOf(instance)?.bytes, walked: peakOfGraph(graph) }];
  });
}

test.each(globSync("examples/*.lwnet").sort())("%s", (path) => {
  const found = peaks(openFile(path));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ simulated, walked }) => simulated !== walked)).toEqual([]);
});

test.each([
  ["a layer holds its input and its output", "conv(4, kernel: 3) -> relu", 4 * (4 + 4) * 64],
  ["flatten and dropout take no memory", "conv(4, kernel: 3) -> flatten -> dropout", 4 * (3 + 4) * 64],
  ["a shortcut keeps the entering tensor", "residual { relu -> relu }", 4 * 3 * 3 * 64],
  ["a label used later keeps its tensor", "a: relu -> relu -> relu -> add(it, a)", 4 * 3 * 3 * 64],
  ["an output stays to the end", "relu -> output a -> relu -> relu", 4 * 3 * 3 * 64],
])("%s", (_, body, bytes) => {
  const opened = openText(`network N {\n  input x: [3, 8, 8]\n  ${body}\n}`);
  expect(peaks(opened)).toEqual([{ name: "N", simulated: bytes, walked: bytes }]);
});

test("calls and iterations hold what is used after them, and free what is not", () => {
  const opened = openText(`
block keep(other: tensor) { relu -> add(it, other) -> tap { conv(9, kernel: 1) -> relu } -> relu }
block nothing() { dropout }
block unread() { a: relu -> conv(7, kernel: 1) -> from a -> relu }
network N {
  input x: [3, 8, 8]
  first: conv(3, kernel: 3)
  repeat 5 as i { keep(first) -> nothing }
  keep(it) -> nothing -> unread
  repeat 7 { add(it, first) -> tap { conv(2, kernel: 1) -> output side } }
  concat { branch { nothing } branch { repeat 3 { unread } } }
  repeat 4 { nothing }
  conv(1, kernel: 1) -> output main
  repeat 6 { conv(1, kernel: 1) -> output again }
}
network Taps {
  input x: [3, 8, 8]
  repeat 9 { relu -> tap { global_avg_pool -> flatten -> output pooled } }
  repeat 4 { output before -> relu }
  keep(in)
}`);
  expect(opened.file.diagnostics).toEqual([]);
  for (const { simulated, walked } of peaks(opened)) expect(simulated).toBe(walked);
});

test("a million layers take a walk over a handful of instances", () => {
  const opened = openText("network N {\n  input x: [1, 4, 4]\n  repeat 900000 { relu }\n}");
  expect(peakOf(opened.file.networks[0]?.instance as never)?.bytes).toBe(4 * 2 * 16);
});

test("named dimensions have no peak", () => {
  const opened = openText("network N {\n  input x: [1, H, W]\n  relu\n}");
  expect(peakOf(opened.file.networks[0]?.instance as never)).toBeUndefined();
});
