/** What the README tells of TensorFlow.js is run as it stands there, with files in the place of a page's addresses. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { networkGraph } from "../server/src/core/index.ts";
import { openFile } from "./harness/open.ts";
import { loadGraph, loadLayers, tfjsFiles } from "./harness/tfjs.ts";

const blocks = [...readFileSync("README.md", "utf8").matchAll(/^```js\n([\s\S]*?)^```/gm)]
  .map(([, code = ""]) => code)
  .filter((code) => code.includes("model"));

const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<{ scores: tf.Tensor }>;

test.each(["loadLayersModel", "loadGraphModel"])("a page loads, runs and trains: %s", async (loader) => {
  await tf.setBackend("cpu");
  const { id, analysis } = openFile("examples/lenet.lwnet");
  const graph = networkGraph(analysis, id, "LeNet5");
  if ("problem" in graph) throw new Error(graph.problem);
  const library = {
    ...tf,
    loadLayersModel: () => loadLayers(tfjsFiles(graph), "cpu"),
    loadGraphModel: () => loadGraph(tfjsFiles(graph, { kind: "graph" })),
  };
  // The second block trains, which a graph model can't be.
  const told = loader === "loadGraphModel" ? blocks.slice(0, 1) : blocks;
  const code = told
    .join("\n")
    .replace(/^import .*$/m, "")
    .replace("tf.loadLayersModel", `tf.${loader}`)
    .replace('"downloads://trained"', "saved");
  expect(code).toContain(`tf.${loader}(`);
  const run = new AsyncFunction("tf", "picture", "images", "labels", "saved", `${code}\nreturn { scores };`);
  const picture = { data: new Uint8Array(32 * 32 * 4).fill(90), width: 32, height: 32 };
  let saved: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  const labels = tf.oneHot(tf.tensor1d([1, 7], "int32"), 10);
  const { scores } = await run(library, picture, tf.randomUniform([2, 32, 32, 1]), labels, handler);
  expect(scores.shape).toEqual([1, 10]);
  expect(saved !== undefined).toBe(loader === "loadLayersModel");
});
