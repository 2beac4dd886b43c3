/** The shape of every layer of every example, as we infer it and as ONNX Runtime does by itself. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { networkGraph, networks, Workspace } from "../server/src/core/index.ts";
import { inferredShapes } from "./harness/onnx.ts";

const files = readdirSync("examples").filter((name) => name.endsWith(".lwnet"));
const workspace = new Workspace();
for (const file of files) workspace.setFile(file, readFileSync(`examples/${file}`, "utf8"));
const analysis = workspace.analysis();

describe.each(files)("%s", (file) => {
  const complete = networks(analysis, file).filter((network) => network.problem === undefined);

  test.each(complete.map((network) => network.name))("%s", async (name) => {
    const graph = networkGraph(analysis, file, name);
    if ("problem" in graph) throw new Error(graph.problem);
    const ours = Object.fromEntries(graph.nodes.map((node) => [node.name, node.output.shape]));
    expect(await inferredShapes(graph)).toEqual(ours);
  });
});
