/**
 * Every operator alone, exported and run by ONNX Runtime on the CPU, against plain loops. Then files as a whole:
 * names, shapes, bytes, weights within and without.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { float, int } from "../server/src/core/backends/onnx/codec.ts";
import { exportOnnx } from "../server/src/core/backends/onnx/exportOnnx.ts";
import {
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
} from "../server/src/core/backends/onnx/generated/onnx_pb.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import type { Operator } from "../server/src/core/ops/operator.ts";
import { operators } from "../server/src/core/ops/registry.ts";
import { add as addDims, named } from "../server/src/core/shape/dim.ts";
import { weightValues } from "../server/src/core/weights/weights.ts";
import { network, single } from "./harness/graph.ts";
import { feedsOf, filesOf, inferredShapes, modelOf, runOnCpu, withFiles } from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import type { OperatorCase } from "./harness/operatorCase.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import type { Plain } from "./harness/reference.ts";

describe("operators", () => {
  test("each has a case", () => {
    expect(new Set(operatorCases.map((c) => c.graph.nodes[0]?.op))).toEqual(new Set(Object.keys(operators)));
  });

  test.each(operatorCases)("$title", async (operator) => {
    await expectSameNumbers(operator, operator.graph);
  });

  // The batch and sizes by name: the file computes the same, or the layer says what it needs to know.
  test.each(operatorCases.filter(({ graph }) => graph.inputs.every(({ shape }) => shape.length > 1)))(
    "$title, sizes by name",
    async (operator) => {
      // A sequence's features are its last axis, an image's channels its first.
      const isSequence = ["attention", "class_token"].includes(operator.graph.nodes[0]?.op ?? "");
      const kept = isSequence ? 1 : 0;
      const shapes = operator.graph.inputs.map(({ shape }) =>
        shape.map((size, axis) => (axis === kept || size === 1 ? size : named(`D${axis}`))),
      );
      // Factors of a product have sizes of their own.
      if (operator.graph.nodes[0]?.op === "matmul") return;
      const graph = operator.shaped(shapes);
      const wanted = operator.graph.nodes[0]?.output.shape ?? [];
      const shape = graph.nodes[0]?.output.shape ?? [];
      expect(shape).toHaveLength(wanted.length);
      const result = exportOnnx(graph, { fileName: "net.onnx", version: "0" });
      if (result.ok) await expectSameNumbers(operator, graph);
      else
        expect(result.problems).toMatchObject([
          { node: "layer", message: expect.stringContaining("number") },
        ]);
    },
  );

  test.each(operatorCases)("$title, nothing known but the number of axes", ({ graph, shaped }) => {
    const shapes = graph.inputs.map(({ shape }) => shape.map((_, axis) => named(`D${axis}`)));
    if (graph.nodes[0]?.op === "matmul") return;
    const node = shaped(shapes).nodes[0];
    if (!node) throw new Error("a case has one layer");
    const { window, formula } = operators[node.op] as unknown as Operator;
    expect(() => window(node.args as never, shapes)).not.toThrow();
    expect(() => formula(node.args as never, shapes)).not.toThrow();
  });
});

/** What the graph's file computes is what the case's plain loops do, for both images of a batch. */
async function expectSameNumbers(operator: OperatorCase, graph: Graph): Promise<void> {
  const node = graph.nodes[0];
  if (!node) throw new Error("a case has one layer");
  const feeds = feedsOf(operator.graph, 2);
  const { y } = await runOnCpu(filesOf(graph).get("net.onnx") ?? new Uint8Array(), feeds);
  const weights: Record<string, Plain> = {};
  for (const w of node.weights) weights[w.name] = { shape: w.shape, data: weightValues(w) };
  for (let image = 0; image < 2; image++) {
    const inputs = operator.graph.inputs.map((value): Plain => {
      const shape = value.shape.map(Number);
      return { shape, data: sliceOf(feeds[value.name]?.data, image) };
    });
    const want = operator.expected(inputs, weights);
    expect(want.shape).toEqual(operator.graph.nodes[0]?.output.shape);
    expectClose(sliceOf(y, image), want.data);
  }
}

test.each([1, 3, 5])("lrn over %i channels is ONNX's own operator, written in others", async (size) => {
  const layer = { size, alpha: 0.3, beta: 0.6, k: 1.5 };
  const ours = single("lrn", layer, [[7, 3, 2]]);
  const model = modelOf(single("relu", {}, [[7, 3, 2]]));
  const node = model.graph?.node[0];
  if (!node) throw new Error("no node");
  node.opType = "LRN";
  const attributes = { size: int(size), alpha: float(0.3), beta: float(0.6), bias: float(1.5) };
  node.attribute = Object.entries(attributes).map(([name, a]) =>
    create(AttributeProtoSchema, { ...a, name }),
  );
  const feeds = feedsOf(ours);
  const theirs = await runOnCpu(toBinary(ModelProtoSchema, model), feeds);
  const { y = [] } = await runOnCpu(filesOf(ours).get("net.onnx") ?? new Uint8Array(), feeds);
  expectClose(y, theirs.y ?? []);
});

describe("the file", () => {
  test("has a node with each layer's name, and parts named after it", () => {
    const model = modelOf(smallNet());
    const names = model.graph?.node.map((n) => n.name) ?? [];
    for (const { name } of smallNet().nodes) expect(names).toContain(name);
    const layers = new Set(smallNet().nodes.map((n) => n.name));
    for (const name of names) expect(layers).toContain(name.split("/")[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("declares the shape of every layer, the batch by name", () => {
    const shapes = declaredShapes(modelOf(smallNet()));
    expect(shapes).toMatchObject({ x: "batch,3,16,16", stem: "batch,8,8,8", probabilities: "batch,10" });
  });

  test("declares the shapes that ONNX Runtime infers by itself", async () => {
    const graph = smallNet();
    const ours = Object.fromEntries(graph.nodes.map((n) => [n.name, n.output.shape]));
    expect(await inferredShapes(graph)).toEqual(ours);
  });

  test("says what it is and where each layer comes from", () => {
    const text = [
      "block unit(n: int) { conv(n, kernel: 3) -> relu }",
      "/// For pictures of digits.",
      "network Digits(width: int = 8, sizes: list = [1, 2]) {",
      "  input x: [1, 8, 8]",
      "  unit(width)",
      "  flatten -> linear(10)",
      "}",
    ].join("\n");
    const { id, analysis } = openText(text, "file:///some%20folder/digits.lwnet");
    const graph = networkGraph(analysis, id, "Digits");
    if ("problem" in graph) throw new Error(graph.problem);
    const model = modelOf(graph, { version: "1.2.3" });
    expect(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      lwnet_version: "1.2.3",
      network: "Digits",
      source: "digits.lwnet",
      arguments: "width: 8, sizes: [1, 2]",
      input_normalisation: "none",
    });
    expect(model.graph?.docString).toBe("For pictures of digits.");
    expect(model.graph?.node.map(({ name, docString }) => [name, docString])).toEqual([
      ["unit.conv", "digits.lwnet:1"],
      ["unit.relu", "digits.lwnet:1"],
      ["flatten", "digits.lwnet:6"],
      ["linear", "digits.lwnet:6"],
    ]);
  });

  test("names its outputs as the network does", async () => {
    const graph = network((b) => {
      const x = b.input("x", [4]);
      const hidden = b.layer("relu", {}, x, "hidden");
      b.output(hidden, "first");
      b.output(hidden, "second");
      b.output(x, "echo");
    });
    const bytes = filesOf(graph).get("net.onnx") ?? new Uint8Array();
    const results = await runOnCpu(bytes, { x: { data: new Float32Array([-1, 2, -3, 4]), dims: [1, 4] } });
    expect(results).toEqual({
      first: new Float32Array([0, 2, 0, 4]),
      second: new Float32Array([0, 2, 0, 4]),
      echo: new Float32Array([-1, 2, -3, 4]),
    });
  });

  test("keeps the name of a weight that is its layer's own", async () => {
    const graph = network((b) => {
      const x = b.input("x", [4, 6]);
      const token = b.layer("class_token", {}, x, "class_token");
      b.output(b.layer("position_embedding", {}, token, "encoder.pos_embedding"), "y");
    });
    const model = modelOf(graph);
    const dims = model.graph?.initializer.map(({ name, dims }) => [name, dims.join("×")]);
    expect(dims).toEqual(
      expect.arrayContaining([
        ["class_token", "1×1×6"],
        ["encoder.pos_embedding", "1×5×6"],
      ]),
    );
    const { y } = await runOnCpu(toBinary(ModelProtoSchema, model), feedsOf(graph));
    expect(y).toHaveLength(2 * 5 * 6);
  });

  test("keeps sizes that are known by name", async () => {
    const [height, width] = [named("H"), named("W")];
    const graph = network((b) => {
      const x = b.input("x", [3, height, width]);
      const same = b.layer("conv", { channels: 4, kernel: [3, 3], stride: [2, 2], padding: "same" }, x);
      const norm = b.layer("lrn", {}, same);
      b.output(
        b.layer("global_avg_pool", {}, b.layer("max_pool", { kernel: [2, 2], ceil_mode: true }, norm)),
        "y",
      );
    });
    expect(declaredShapes(modelOf(graph))).toMatchObject({ x: "batch,3,H,W", conv0: "batch,4,?,?" });
    const bytes = filesOf(graph).get("net.onnx") ?? new Uint8Array();
    const { y } = await runOnCpu(bytes, { x: { data: new Float32Array(3 * 7 * 9), dims: [1, 3, 7, 9] } });
    expect(y).toHaveLength(4);
  });

  test("is refused, layer by layer, where it needs numbers that are not known", () => {
    const graph = network((b) => {
      const x = b.input("x", [addDims(named("C"), 1), 8, 8]);
      b.output(b.layer("conv", { channels: 4, kernel: [3, 3] }, x, "stem"));
    });
    const result = exportOnnx(graph, { fileName: "net.onnx", version: "0" });
    expect(result).toMatchObject({ ok: false, problems: [{ node: "stem" }] });
  });

  test("is the same, byte for byte, at each export; another seed gives other weights", () => {
    const once = filesOf(smallNet()).get("net.onnx");
    expect(filesOf(smallNet()).get("net.onnx")).toEqual(once);
    expect(filesOf(smallNet(), { seed: 1 }).get("net.onnx")).not.toEqual(once);
  });
});

describe("weights in a file of their own", () => {
  test("give the same outputs as those within", async () => {
    const feeds = feedsOf(smallNet());
    const inline = await withFiles(filesOf(smallNet()), (path) => runOnCpu(path, feeds));
    const files = filesOf(smallNet(), { onnx: { externalAbove: 0 } });
    expect([...files.keys()]).toEqual(["net.onnx.data", "net.onnx"]);
    expect(await withFiles(files, (path) => runOnCpu(path, feeds))).toEqual(inline);
  });

  test("start at aligned offsets; small ones stay in the model", () => {
    const tensors = modelOf(smallNet(), { onnx: { externalAbove: 0 } }).graph?.initializer ?? [];
    const offsets = tensors.flatMap((t) =>
      t.externalData.filter((e) => e.key === "offset").map((e) => e.value),
    );
    expect(offsets.length).toBeGreaterThan(1);
    for (const offset of offsets) expect(Number(offset) % 64).toBe(0);
    expect(tensors.find((t) => t.name === "stem.bias")?.rawData).toHaveLength(32);
  });
});

test("the generated codec is that of onnx.proto", () => {
  const folder = "server/src/core/backends/onnx";
  const out = mkdtempSync(join(tmpdir(), "lwnet-proto-"));
  try {
    const template = JSON.stringify({
      version: "v2",
      inputs: [{ directory: folder }],
      plugins: [
        {
          local: "node_modules/.bin/protoc-gen-es",
          out,
          opt: ["target=ts", "import_extension=ts", "erasable_syntax=true"],
        },
      ],
    });
    execFileSync("node_modules/.bin/buf", ["generate", "--template", template]);
    expect(readFileSync(join(out, "onnx_pb.ts"), "utf8")).toBe(
      readFileSync(join(folder, "generated/onnx_pb.ts"), "utf8"),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

/** A bit of everything that meets in real networks: a shortcut, branches, a gate, a classifier. */
function smallNet(): Graph {
  return network((b) => {
    const x = b.input("x", [3, 16, 16]);
    const stem = b.layer("conv", { channels: 8, kernel: [3, 3], stride: [2, 2] }, x, "stem");
    const act = b.layer("relu", {}, b.layer("bn", {}, stem, "norm"), "act");
    const left = b.layer(
      "lrn",
      {},
      b.layer("conv", { channels: 8, kernel: [3, 3] }, act, "left"),
      "left_norm",
    );
    const right = b.layer("max_pool", { kernel: [3, 3], stride: [1, 1], padding: "half" }, act, "right");
    const gated = b.layer("mul", {}, [right, b.layer("global_avg_pool", {}, left, "squeeze")], "gate");
    const joined = b.layer("concat", {}, [b.layer("add", {}, [act, left, gated], "sum"), gated], "join");
    const pooled = b.layer("avg_pool", { kernel: [3, 3], stride: [2, 2], ceil_mode: true }, joined, "pool");
    const flat = b.layer("dropout", {}, b.layer("flatten", {}, pooled, "flat"), "drop");
    const logits = b.layer("linear", { features: 10 }, b.layer("gelu", {}, flat, "smooth"), "classifier");
    b.output(b.layer("softmax", {}, logits, "probabilities"));
  });
}

function declaredShapes(model: ModelProto): Record<string, string> {
  const { input = [], output = [], valueInfo = [] } = model.graph ?? {};
  return Object.fromEntries(
    [...input, ...valueInfo, ...output].map(({ name, type }) => {
      const dims = type?.value.case === "tensorType" ? (type.value.value.shape?.dim ?? []) : [];
      return [name, dims.map((d) => d.value.value ?? "?").join(",")];
    }),
  );
}

function sliceOf(data: Float32Array | undefined, image: number): Float32Array {
  if (!data) throw new Error("no such tensor");
  const size = data.length / 2;
  return data.subarray(image * size, (image + 1) * size);
}

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...Array.from(wanted, Math.abs), 1e-6);
  const worst = Math.max(...Array.from(wanted, (w, i) => Math.abs(w - (actual[i] ?? Number.NaN)))) / scale;
  expect(worst).toBeLessThan(1e-5);
}
