/** What one may choose of an ONNX file: the same network, written otherwise, computes the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import type { FormatOptions } from "../server/src/core/backends/backend.ts";
import { exportOnnx } from "../server/src/core/backends/onnx/exportOnnx.ts";
import {
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType,
} from "../server/src/core/backends/onnx/generated/onnx_pb.ts";
import type { Ranges } from "../server/src/core/backends/onnx/options.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph, GraphValue } from "../server/src/core/ir/graph.ts";
import { foldBatchNorm } from "../server/src/core/ir/passes/foldBatchNorm.ts";
import { toFloat16 } from "../server/src/core/weights/float16.ts";
import { uniformStream } from "../server/src/core/weights/random.ts";
import { calibrate } from "../server/src/host/node/calibrate.ts";
import { type GraphBuilder, network, single } from "./harness/graph.ts";
import { type Feeds, feedsOf, filesOf, modelOf, runOnCpu, type Tensors, withFiles } from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import { randomWeights } from "./harness/operatorCase.ts";
import { operatorCases } from "./harness/operatorCases.ts";
import { entries } from "./harness/run.ts";

describe("the opset", () => {
  const opsets = [13, 14, 16, 18, 21];

  test.each(operatorCases)("$title is the same in every one", async ({ graph }) => {
    const feeds = feedsOf(graph);
    const usual = await outputsOf(graph, feeds);
    for (const opset of opsets) expectClose(await outputsOf(graph, feeds, { opset }), usual, 1e-5);
  });

  test.each([
    [13, 7n],
    [17, 8n],
    [21, 10n],
  ])("%i goes with file version %i", (opset, irVersion) => {
    const model = modelOf(single("relu", {}, [[3]]), { onnx: { opset } });
    expect(model.opsetImport.map(({ version }) => version)).toEqual([BigInt(opset)]);
    expect(model.irVersion).toBe(irVersion);
  });
});

/** Small, and between them with every kind of layer that could mistake a batch for something else. */
const small: readonly (readonly [file: string, name: string, instance: string])[] = [
  ["lenet.lwnet", "LeNet5", ""],
  ["resnet.lwnet", "ResNet20", ""],
  ["densenet.lwnet", "DenseNet40_12", ""],
  ["squeezenet.lwnet", "SqueezeNet1_1", ""],
  ["shufflenet_v2.lwnet", "ShuffleNetV2_X0_5", ""],
  ["vit.lwnet", "Small", "ViT(patch: 32, layers: 2, width: 48, mlp_features: 96, attention_heads: 4)"],
];

describe("the batch", () => {
  test.each(small)(
    "%s: %s gives each image of three what it gives it alone",
    async (file, name, instance) => {
      const graph = graphOf(file, name, instance);
      const three = feedsOf(graph, 3);
      const together = await outputsOf(graph, three);
      for (const image of [0, 2]) {
        const alone = await outputsOf(graph, part(three, image, 3));
        for (const [output, values] of Object.entries(alone))
          expectClose({ [output]: values }, { [output]: slice(together[output], image, 3) }, 1e-5);
      }
    },
  );

  test("may be fixed, for engines that want numbers", async () => {
    const graph = single("linear", { features: 5 }, [[4, 6]]);
    const fixed = { onnx: { batch: 3 } };
    const type = modelOf(graph, fixed).graph?.output[0]?.type?.value;
    const dims = type?.case === "tensorType" ? type.value.shape?.dim : [];
    expect(dims?.map((dim) => dim.value.value)).toEqual([3n, 4n, 5n]);
    const feeds = feedsOf(graph, 3);
    expect(await outputsOf(graph, feeds, fixed.onnx)).toEqual(await outputsOf(graph, feeds));
    await expect(outputsOf(graph, feedsOf(graph, 2), fixed.onnx)).rejects.toThrow(/dimensions|Expected: 3/);
  });
});

describe("folding of batch normalisation", () => {
  const before: readonly [string, (b: GraphBuilder) => GraphValue][] = [
    ["conv", (b) => b.layer("conv", { channels: 6, kernel: [3, 3], groups: 2 }, image(b), "before")],
    [
      "conv without bias",
      (b) => b.layer("conv", { channels: 6, kernel: [3, 3], bias: false }, image(b), "before"),
    ],
    ["depthwise", (b) => b.layer("depthwise", { kernel: [3, 3], multiplier: 2 }, image(b), "before")],
    [
      "separable",
      (b) => b.layer("separable", { channels: 6, kernel: [3, 3], bias: false }, image(b), "before"),
    ],
    [
      "conv_transpose",
      (b) => b.layer("conv_transpose", { channels: 6, kernel: [2, 3], groups: 2 }, image(b), "before"),
    ],
    ["linear", (b) => b.layer("linear", { features: 6 }, b.input("x", [5]), "before")],
    ["linear along the channels", (b) => b.layer("linear", { features: 6, axis: 0 }, image(b), "before")],
  ];

  test.each(before)("%s", async (_title, layer) => {
    for (const affine of [true, false]) {
      const graph = randomWeights(network((b) => b.output(b.layer("bn", { affine }, layer(b), "norm"), "y")));
      const model = modelOf(graph, { onnx: { foldBatchNorm: true } });
      expect(model.graph?.node.map(({ opType }) => opType)).not.toContain("BatchNormalization");
      const names = model.graph?.initializer.map(({ name }) => name).filter((name) => !name.includes("/"));
      expect(names?.filter((name) => !name.startsWith("before."))).toEqual([]);
      const feeds = feedsOf(graph);
      expectClose(
        await outputsOf(graph, feeds, { foldBatchNorm: true }),
        await outputsOf(graph, feeds),
        1e-5,
      );
    }
  });

  test("leaves what is used otherwise or has another axis", () => {
    const graph = network((b) => {
      const x = image(b);
      const twice = b.layer("conv", { channels: 4, kernel: [3, 3] }, x, "twice");
      const sum = b.layer("add", {}, [twice, b.layer("bn", {}, twice, "norm")], "sum");
      const told = b.layer("conv", { channels: 4, kernel: [3, 3] }, sum, "told");
      b.output(told, "told");
      const act = b.layer("relu", {}, b.layer("bn", {}, told, "norm2"), "act");
      b.output(b.layer("bn", {}, b.layer("linear", { features: 3, axis: -1 }, act, "last"), "norm3"), "y");
    });
    expect(foldBatchNorm(graph).nodes.map(({ name }) => name)).toEqual(graph.nodes.map(({ name }) => name));
  });

  test.each([
    ["resnet.lwnet", "ResNet20"],
    ["shufflenet_v2.lwnet", "ShuffleNetV2_X0_5"],
  ])("%s: %s", async (file, name) => {
    const graph = randomWeights(graphOf(file, name, ""));
    const feeds = feedsOf(graph, 1);
    const folded = { foldBatchNorm: true };
    expectClose(await outputsOf(graph, feeds, folded), await outputsOf(graph, feeds), 1e-4);
    expect(foldBatchNorm(graph).nodes.filter(({ op }) => op === "bn")).toEqual([]);
  });
});

describe("16 bits", () => {
  test.each(operatorCases)("$title", async ({ graph }) => {
    const feeds = feedsOf(graph);
    expectClose(await outputsOf(graph, feeds, { precision: "fp16" }), await outputsOf(graph, feeds), 0.01);
  });

  test("are what the file keeps and computes in; inputs and outputs keep 32 unless told", async () => {
    const graph = tokens();
    const model = modelOf(graph, { onnx: { precision: "fp16" } });
    expect(typesOf(model)).toEqual({ indices: "FLOAT", x: "FLOAT", y: "FLOAT", echo: "FLOAT" });
    expect(model.metadataProps).toContainEqual(expect.objectContaining({ key: "precision", value: "fp16" }));
    expect(model.graph?.initializer.find(({ name }) => name === "first.weight")?.rawData).toHaveLength(
      6 * 5 * 2,
    );
    expect(typesOf(modelOf(graph, { onnx: { precision: "fp16", io: "fp16" } }))).toEqual({
      // Not every whole number above 2,048 is one of 16 bits.
      indices: "FLOAT",
      x: "FLOAT16",
      y: "FLOAT16",
      echo: "FLOAT16",
    });
    const feeds = feedsOf(graph);
    expectClose(await outputsOf(graph, feeds, { precision: "fp16" }), await outputsOf(graph, feeds), 0.01);
  });

  test("are not used where squares would overflow", async () => {
    const graph = single("lrn", { size: 3, alpha: 1, beta: 0.5, k: 1 }, [[3, 2, 2]]);
    const feeds = { x: { data: new Float32Array(12).fill(1000), dims: [1, 3, 2, 2] } };
    expectClose(await outputsOf(graph, feeds, { precision: "fp16" }), await outputsOf(graph, feeds), 0.01);
    // Written out before opset 17.
    const norm = single("layer_norm", {}, [[2, 6]]);
    const far = { x: { data: Float32Array.from({ length: 12 }, (_, i) => 1000 * (i % 5)), dims: [1, 2, 6] } };
    const narrow = await outputsOf(norm, far, { precision: "fp16", opset: 13 });
    expectClose(narrow, await outputsOf(norm, far), 0.01);
  });

  test("cut what is beyond them, and say so", () => {
    const net = single("linear", { features: 2, bias: false }, [[3]]);
    const nodes = net.nodes.map((node) => ({
      ...node,
      weights: node.weights.map((weight) => ({
        ...weight,
        initializer: { kind: "constant", value: 1e5 } as const,
      })),
    }));
    const options = { fileName: "net.onnx", version: "0", onnx: { precision: "fp16" } } as const;
    const result = exportOnnx({ ...net, nodes: nodes as Graph["nodes"] }, options);
    if (!result.ok) throw new Error("not exported");
    for (const file of result.files) for (const _ of file.chunks());
    expect(result.notes?.()).toEqual([
      "6 values of layer.weight were beyond what 16 bits hold and were cut to ±65504.",
    ]);
  });

  test("round to the nearest, ties to even, over all their numbers", () => {
    const value = (word: number) =>
      word < 0x400 ? word * 2 ** -24 : (1 + (word & 0x3ff) / 1024) * 2 ** ((word >>> 10) - 15);
    const words = Uint16Array.from({ length: 0x7c00 }, (_, word) => word);
    const exact = Float32Array.from(words, value);
    const between = Float32Array.from(words, (word) => (value(word) + value(word + 1)) / 2);
    const [same, even, negative] = [0, 0, 0].map(() => new Uint16Array(words.length));
    if (!same || !even || !negative) throw new Error("unreachable");
    expect(toFloat16(exact, same)).toBe(0);
    expect(same).toEqual(words);
    expect(toFloat16(between, even)).toBe(1);
    expect(even).toEqual(words.map((word) => Math.min(word + (word & 1), 0x7bff)));
    toFloat16(
      exact.map((x) => -x),
      negative,
    );
    expect(negative).toEqual(words.map((word) => word | 0x8000));
  });
});

describe("weights of 8 bits", () => {
  const multiplied = ["conv", "depthwise", "separable", "conv_transpose", "linear", "attention"];

  test.each(operatorCases.filter(({ graph }) => multiplied.includes(graph.nodes[0]?.op ?? "")))(
    "$title",
    async ({ graph }) => {
      const feeds = feedsOf(graph);
      const model = modelOf(graph, { onnx: { precision: "int8-weights" } });
      expect(model.graph?.initializer.some(({ name }) => name.endsWith("weight/int8"))).toBe(true);
      const wanted = await outputsOf(graph, feeds);
      for (const opset of [13, 17, 21])
        expectClose(await outputsOf(graph, feeds, { precision: "int8-weights", opset }), wanted, 0.02);
    },
  );

  test.each([
    ["resnet.lwnet", "ResNet20"],
    ["squeezenet.lwnet", "SqueezeNet1_1"],
  ])("%s: %s is a quarter of its size, and its outputs are near", async (file, name) => {
    const graph = graphOf(file, name, "");
    const options = { onnx: { precision: "int8-weights" } } as const;
    const [narrow, wide] = [filesOf(graph, options), filesOf(graph)].map(
      (files) => files.get("net.onnx")?.length ?? 0,
    );
    expect((narrow ?? 0) / (wide ?? 1)).toBeLessThan(0.4);
    const feeds = feedsOf(graph, 1);
    const [outputs, wanted] = [await outputsOf(graph, feeds, options.onnx), await outputsOf(graph, feeds)];
    expect(difference(outputs, wanted)).toBeLessThan(0.05);
    expect(difference(outputs, wanted)).toBeGreaterThan(0);
  });
});

describe("8 bits", () => {
  const int8 = (ranges: Ranges) => ({ precision: "int8", ranges }) as const;

  test.each([
    ["resnet.lwnet", "ResNet20"],
    ["lenet.lwnet", "LeNet5"],
    ["squeezenet.lwnet", "SqueezeNet1_1"],
  ])("%s: %s gives nearly the same", async (file, name) => {
    const graph = graphOf(file, name, "");
    const found = await calibrate(graph, { weights: {}, entries });
    if ("problem" in found) throw new Error(found.problem);
    const feeds = calibrationFeeds(graph);
    const outputs = await outputsOf(graph, feeds, int8(found.ranges));
    const share = difference(outputs, await outputsOf(graph, feeds));
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.1);
  });

  test("are what convolutions, sums and means are computed in", async () => {
    const graph = graphOf("resnet.lwnet", "ResNet20", "");
    const found = await calibrate(graph, { weights: {}, entries });
    if ("problem" in found) throw new Error(found.problem);
    const ops = await withFiles(filesOf(graph, { onnx: int8(found.ranges) }), optimizedOps);
    expect(ops).toMatchObject({ QLinearConv: 19, QLinearAdd: 9, QLinearGlobalAveragePool: 1 });
    expect(ops.Conv).toBeUndefined();
    expect(ops.BatchNormalization).toBeUndefined();
  });

  test("do not overflow in a product of matrices", async () => {
    const graph = single("linear", { features: 5 }, [[3, 6]]);
    const feeds = feedsOf(graph);
    const wanted = await outputsOf(graph, feeds);
    const ranges: Ranges = new Map([
      ["x", [-2, 2]],
      ["layer", [-9, 9]],
    ]);
    for (const opset of [13, 17, 21])
      expectClose(await outputsOf(graph, feeds, { ...int8(ranges), opset }), wanted, 0.03);
  });

  test("take their ranges from recorded inputs, one file or a folder", async () => {
    const graph = network((b) => b.output(b.layer("relu", {}, b.input("x", [2, 2]), "act"), "y"));
    const folder = mkdtempSync(join(tmpdir(), "lwnet-npy-"));
    const calibrated = async (path: string) => calibrate(graph, { weights: {}, entries, path });
    try {
      writeFileSync(join(folder, "a.npy"), npy("<f4", [2, 2, 2], [0, 1, 2, 3, -4, 5, 6, 7]));
      writeFileSync(join(folder, "b.npy"), npy("<f4", [2, 2], [-8, 0, 0, 0]));
      expect(await calibrated(join(folder, "a.npy"))).toMatchObject({
        ranges: new Map([
          ["x", [-4, 7]],
          ["act", [0, 7]],
        ]),
      });
      expect(await calibrated(folder)).toMatchObject({
        ranges: new Map([
          ["x", [-8, 7]],
          ["act", [0, 7]],
        ]),
      });
      writeFileSync(join(folder, "c.npy"), npy("<f4", [3, 5], Array<number>(15).fill(0)));
      expect(await calibrated(folder)).toEqual({ problem: "c.npy holds 3×5, but the input x is 2×2." });
      writeFileSync(join(folder, "c.npy"), npy("<i8", [2, 2], [0, 0, 0, 0]));
      expect(await calibrated(folder)).toEqual({
        problem: "c.npy holds numbers of type <i8; save it as float32.",
      });
      expect(await calibrated(join(folder, "no.npy"))).toEqual({
        problem: expect.stringContaining("there is no .npy file at"),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** How often each operator is left when ONNX Runtime has put together what it can. */
async function optimizedOps(modelPath: string, folder: string): Promise<Record<string, number>> {
  const optimizedModelFilePath = join(folder, "optimized.onnx");
  const session = await ort.InferenceSession.create(modelPath, {
    optimizedModelFilePath,
    graphOptimizationLevel: "extended",
    logSeverityLevel: 3,
  });
  await session.release();
  const counts: Record<string, number> = {};
  for (const { opType } of fromBinary(ModelProtoSchema, readFileSync(optimizedModelFilePath)).graph?.node ??
    [])
    counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}

/** What the runner feeds when it is given nothing. */
function calibrationFeeds(graph: Graph): Feeds {
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => {
      const dims = [2, ...shape.map(Number)];
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
      uniformStream(0, name)(data, 1);
      return [name, { data, dims }];
    }),
  );
}

function npy(type: string, shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }\n`;
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header), Buffer.from(new Float32Array(values).buffer)]);
}

/** Indices and numbers, one input that feeds two kinds of layers, and an output that is an input. */
function tokens(): Graph {
  return network((b) => {
    const x = b.input("x", [5]);
    const indices = b.input("indices", [4]);
    const table = b.layer(
      "flatten",
      {},
      b.layer("embedding", { count: 3000, features: 3 }, indices, "table"),
      "flat",
    );
    const first = b.layer("linear", { features: 6 }, x, "first");
    b.output(b.layer("concat", {}, [first, table], "joined"), "y");
    b.output(x, "echo");
  });
}

function nameOf(type: number): string {
  return Object.entries(TensorProto_DataType).find(([, value]) => value === type)?.[0] ?? "?";
}

function typesOf({ graph }: ModelProto): Record<string, string> {
  return Object.fromEntries(
    [...(graph?.input ?? []), ...(graph?.output ?? [])].map(({ name, type }) => [
      name,
      type?.value.case === "tensorType" ? nameOf(type.value.value.elemType) : "?",
    ]),
  );
}

function image(b: GraphBuilder): GraphValue {
  return b.input("x", [4, 7, 6]);
}

function outputsOf(graph: Graph, feeds: Feeds, onnx: FormatOptions["onnx"] = {}): Promise<Tensors> {
  return runOnCpu(filesOf(graph, { onnx }).get("net.onnx") ?? new Uint8Array(), feeds);
}

/** A network of an example, or an instance of one of its networks that the example lacks. */
function graphOf(file: string, name: string, instance: string): Graph {
  const text = readFileSync(`examples/${file}`, "utf8");
  const { id, analysis } = openText(instance ? `${text}\nnetwork ${name} = ${instance}\n` : text);
  const graph = networkGraph(analysis, id, name);
  if ("problem" in graph) throw new Error(graph.problem);
  return graph;
}

function part(feeds: Feeds, image: number, batch: number): Feeds {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, dims }]) => [
      name,
      { data: slice(data, image, batch), dims: [1, ...dims.slice(1)] },
    ]),
  );
}

function slice(data: Float32Array | undefined, image: number, batch: number): Float32Array {
  const size = (data?.length ?? 0) / batch;
  return data?.slice(image * size, (image + 1) * size) ?? new Float32Array();
}

/** The largest difference of any output, as a share of its largest value. */
function difference(actual: Tensors, wanted: Tensors): number {
  expect(Object.keys(actual)).toEqual(Object.keys(wanted));
  const shares = Object.entries(wanted).map(([name, values]) => {
    const other = actual[name] ?? [];
    expect(other.length).toBe(values.length);
    let [worst, scale] = [0, 1e-6];
    for (const [i, value] of values.entries()) {
      worst = Math.max(worst, Math.abs(value - (other[i] ?? Number.NaN)));
      scale = Math.max(scale, Math.abs(value));
    }
    return worst / scale;
  });
  return Math.max(...shares);
}

function expectClose(actual: Tensors, wanted: Tensors, tolerance: number): void {
  expect(difference(actual, wanted)).toBeLessThan(tolerance);
}
