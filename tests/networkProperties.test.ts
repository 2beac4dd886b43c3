/**
 * What must hold for every network, on random ones: exported in any way and loaded, it has the shapes of the analysis and
 * computes the same, and its weights survive every way out and back.
 */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { ArtifactFile } from "../server/src/core/backends/backend.ts";
import { type FormatId, formats } from "../server/src/core/backends/formats.ts";
import { type OnnxOptions, opsets } from "../server/src/core/backends/onnx/options.ts";
import { diagnostics, networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { matchWeights } from "../server/src/core/weights/match.ts";
import { readOnnx } from "../server/src/core/weights/readOnnx.ts";
import { readSafetensors } from "../server/src/core/weights/readSafetensors.ts";
import type { WeightOptions } from "../server/src/core/weights/weights.ts";
import {
  type Feeds,
  feedsOf,
  filesOf,
  inferredShapes,
  runOnCpu,
  type Tensors,
  withFiles,
} from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import { randomWeights } from "./harness/operatorCase.ts";
import { type RandomNetwork, randomNetworks } from "./harness/randomNetworks.ts";
import { bytesSource } from "./harness/weightFiles.ts";

/** Networks for each property. */
const runs = Number(process.env.LWNET_FUZZ ?? 20);
vi.setConfig({ testTimeout: 60_000 + 3000 * runs });

const closed = randomNetworks();
const open = randomNetworks({ open: true });
const any = fc.oneof(closed, open);

/** Holds for so many; a text that it fails for is made as small as possible and shown. */
function forAll(networks: fc.Arbitrary<RandomNetwork>, holds: (net: RandomNetwork) => void | Promise<void>) {
  return fc.assert(
    fc.asyncProperty(networks, async (net) => holds(net)),
    { numRuns: runs, reporter },
  );
}

function reporter(details: fc.RunDetails<[RandomNetwork]>): void {
  if (!details.failed) return;
  const [net] = details.counterexample ?? [];
  throw new Error(
    `${details.errorInstance}\n\n${net?.text}\nseed ${details.seed}, path ${details.counterexamplePath}`,
  );
}

function graphOf(text: string): Graph {
  const { id, analysis } = openText(text);
  const graph = networkGraph(analysis, id, "Net");
  if ("problem" in graph) throw new Error(graph.problem);
  return randomWeights(graph);
}

async function outputsOf(graph: Graph, feeds: Feeds, onnx?: OnnxOptions): Promise<Tensors> {
  const files = filesOf(graph, onnx ? { onnx } : {});
  return withFiles(files, (path) => runOnCpu(path, feeds));
}

/** The largest difference of each output, in shares of its largest value. */
function expectClose(actual: Tensors, wanted: Tensors, tolerance: number): void {
  expect(Object.keys(actual)).toEqual(Object.keys(wanted));
  for (const [name, values] of Object.entries(wanted)) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
    const worst = values.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - (actual[name]?.[i] ?? Number.NaN))),
      0,
    );
    expect(actual[name]).toHaveLength(values.length);
    expect(worst / scale, name).toBeLessThan(tolerance);
  }
}

const shapesOf = (graph: Graph) => Object.fromEntries(graph.nodes.map((n) => [n.name, n.output.shape]));

describe("any network", () => {
  test("has no error, and the shape that its layers make in numbers", async () => {
    await forAll(any, ({ text, fixed, shape }) => {
      for (const source of [text, fixed]) {
        const { analysis, id } = openText(source);
        expect(diagnostics(analysis, id).filter(({ severity }) => severity === "error")).toEqual([]);
      }
      expect(graphOf(fixed).outputs.at(-1)?.value.shape).toEqual(shape);
    });
  });

  test("has the shapes that ONNX Runtime infers", async () => {
    await forAll(closed, async ({ text }) => {
      const graph = graphOf(text);
      expect(await inferredShapes(graph)).toEqual(shapesOf(graph));
    });
  });

  test("computes the same at every opset", async () => {
    await forAll(closed, async ({ text }) => {
      const graph = graphOf(text);
      const feeds = feedsOf(graph);
      const usual = await outputsOf(graph, feeds);
      for (const opset of [opsets.least, 16, opsets.most])
        expectClose(await outputsOf(graph, feeds, { opset }), usual, 1e-4);
    });
  });

  test("computes the same with its normalisations folded", async () => {
    await forAll(closed, async ({ text }) => {
      const graph = graphOf(text);
      const feeds = feedsOf(graph);
      expectClose(
        await outputsOf(graph, feeds, { foldBatchNorm: true }),
        await outputsOf(graph, feeds),
        1e-4,
      );
    });
  });

  test("computes the same with its weights outside, and for a fixed batch", async () => {
    await forAll(closed, async ({ text }) => {
      const graph = graphOf(text);
      const feeds = feedsOf(graph, 3);
      const usual = await outputsOf(graph, feeds);
      expect(await outputsOf(graph, feeds, { externalAbove: 0 })).toEqual(usual);
      expectClose(await outputsOf(graph, feeds, { batch: 3 }), usual, 1e-5);
    });
  });

  test("computes with sizes by name what it computes with numbers, or asks for these", async () => {
    await forAll(open, async ({ text, fixed }) => {
      const made = formats.onnx.write(graphOf(text), { fileName: "net", version: "0" });
      if (!made.ok) {
        for (const { message } of made.problems) expect(message).toContain("as numbers");
        return;
      }
      const feeds = feedsOf(graphOf(fixed));
      expectClose(await outputsOf(graphOf(text), feeds), await outputsOf(graphOf(fixed), feeds), 1e-5);
    });
  });

  // How near depends on the network: a value that rounds to 0 may be all there is of one. Real ones are measured elsewhere.
  test("runs in 16 bits and with weights of 8, to finite values of the same number", async () => {
    await forAll(closed, async ({ text }) => {
      const graph = graphOf(text);
      const feeds = feedsOf(graph);
      const wanted = await outputsOf(graph, feeds);
      for (const precision of ["fp16", "int8-weights"] as const) {
        const outputs = await outputsOf(graph, feeds, { precision });
        expect(sizesOf(outputs)).toEqual(sizesOf(wanted));
        for (const values of Object.values(outputs)) expect(values.every(Number.isFinite)).toBe(true);
      }
    });
  });
});

const sizesOf = (tensors: Tensors) => Object.entries(tensors).map(([name, { length }]) => [name, length]);

describe("the weights of any network", () => {
  const bytesOf = (files: readonly ArtifactFile[]) =>
    new Map(files.map((file) => [file.name, Buffer.concat([...file.chunks()].map((c) => Buffer.from(c)))]));
  const exported = (
    graph: Graph,
    format: FormatId,
    options: WeightOptions & { readonly onnx?: OnnxOptions },
  ) => {
    const made = formats[format].write(graph, { fileName: "net", version: "0", ...options });
    if (!made.ok) throw new Error(made.problems[0]?.message);
    return bytesOf(made.files);
  };
  const file = (bytes: ReadonlyMap<string, Buffer>, name: string) =>
    bytesSource(bytes.get(name) ?? Buffer.alloc(0), name);

  test("come back from a safetensors file, byte for byte", async () => {
    await forAll(closed, ({ text }) => {
      const graph = graphOf(text);
      const source = readSafetensors(file(exported(graph, "safetensors", { seed: 5 }), "net"));
      const { given, unexpected } = matchWeights(graph, source);
      expect(unexpected).toEqual([]);
      for (const format of ["safetensors", "onnx"] as const)
        expect(exported(graph, format, { given })).toEqual(exported(graph, format, { seed: 5 }));
    });
  });

  test("come back from an ONNX file, of any opset, with weights inside or out", async () => {
    await forAll(closed, ({ text }) => {
      const graph = graphOf(text);
      for (const onnx of [{}, { opset: opsets.most, externalAbove: 0 }]) {
        const files = exported(graph, "onnx", { seed: 5, onnx });
        const source = readOnnx(file(files, "net"), (location) => file(files, location));
        const { given } = matchWeights(graph, source);
        expect(exported(graph, "safetensors", { given })).toEqual(
          exported(graph, "safetensors", { seed: 5 }),
        );
      }
    });
  });
});
