/** Reading weights from safetensors and ONNX files: what other tools wrote, what is damaged, and any bytes at all. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { formats } from "../server/src/core/backends/formats.ts";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from "../server/src/core/backends/onnx/generated/onnx_pb.ts";
import { networkGraph } from "../server/src/core/index.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { matchWeights } from "../server/src/core/weights/match.ts";
import { readOnnx } from "../server/src/core/weights/readOnnx.ts";
import { readSafetensors } from "../server/src/core/weights/readSafetensors.ts";
import type { SourceTensor, WeightSource } from "../server/src/core/weights/source.ts";
import { weightValues } from "../server/src/core/weights/weights.ts";
import { openWeights } from "../server/src/host/node/weightFile.ts";
import { weightReport, weightReportText } from "../server/src/report/weightReport.ts";
import { network } from "./harness/graph.ts";
import { filesOf, runOnCpu } from "./harness/onnx.ts";
import { openText } from "./harness/open.ts";
import { bytesSource, complaintOf, nothingBeside, safetensors } from "./harness/weightFiles.ts";

const folder = mkdtempSync(join(tmpdir(), "lwnet-weights-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The network of tests/data/record_weights.py. */
const recorded = graphOf(`network Net {
  input x: [3, 6, 6]
  stem: conv(4, kernel: 3)
  norm: bn
  act: prelu(slopes: 4)
  down: conv(4, kernel: 3, stride: 2, padding: 1, groups: 2, bias: false)
  global_avg_pool -> flatten
  fc: linear(5)
  output y
}`);

describe("what PyTorch and the onnx package wrote", () => {
  test.each(["weights.safetensors", "weights.onnx"])("%s: the numbers are PyTorch's", async (name) => {
    const file = openWeights(join("tests/data", name));
    const { given, ...match } = matchWeights(recorded, file);
    expect(match).toEqual({ prefix: "", missing: [], misshaped: [], notFloats: [], unexpected: [] });
    const vectors = JSON.parse(readFileSync("tests/data/weights.json", "utf8"));
    const feeds = { x: { data: Float32Array.from(vectors.x), dims: [1, 3, 6, 6] } };
    const model = filesOf(recorded, { given }).get("net.onnx") ?? new Uint8Array();
    const { y = [] } = await runOnCpu(model, feeds);
    for (const [i, value] of vectors.y.entries()) expect(y[i]).toBeCloseTo(value, 4);
    file.close();
  });
});

test.each(["onnx", "safetensors"] as const)("what is exported as %s comes back the same", (format) => {
  const path = join(folder, `net.${format}`);
  const made = formats[format].write(recorded, { fileName: `net.${format}`, version: "0", seed: 3 });
  if (!made.ok) throw new Error("not exported");
  for (const file of made.files)
    writeFileSync(join(folder, file.name), Buffer.concat([...file.chunks()].map((c) => Buffer.from(c))));
  const file = openWeights(path);
  const match = matchWeights(recorded, file);
  expect(match.unexpected).toEqual([]);
  for (const weight of recorded.nodes.flatMap((node) => node.weights)) {
    expect(weightValues(weight, { given: match.given })).toEqual(weightValues(weight, { seed: 3 }));
  }
  file.close();
});

describe("types", () => {
  test.each([
    ["F32", [0x3f800000, 0xc0490fdb], 4, [1, Math.fround(-Math.PI)]],
    ["F16", [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0xfc00], 2, [1, -2, 2 ** -24, 65504, -0, -Infinity]],
    ["BF16", [0x3f80, 0xc000, 0x7f80], 2, [1, -2, Infinity]],
  ] as const)("%s", (type, patterns, bytes, values) => {
    const data = Buffer.alloc(bytes * patterns.length);
    for (const [i, p] of patterns.entries()) data.writeUIntLE(p, i * bytes, bytes);
    expect(valuesOf(readSafetensors(tensorFile(type, [patterns.length], data)).tensors.get("w"))).toEqual([
      ...values,
    ]);
  });

  test("F64 is rounded to the nearest", () => {
    const data = Buffer.from(new Float64Array([0.1, 1e300]).buffer);
    const values = valuesOf(readSafetensors(tensorFile("F64", [2], data)).tensors.get("w"));
    expect(values).toEqual([Math.fround(0.1), Infinity]);
  });

  test("whole numbers are listed but not read", () => {
    const tensor = readSafetensors(tensorFile("I64", [1], Buffer.alloc(8))).tensors.get("w");
    expect(tensor).toEqual({ shape: [1], type: "I64" });
  });
});

describe("a safetensors file that is wrong says what is", () => {
  const f32 = (shape: unknown, offsets: unknown) => ({ dtype: "F32", shape, data_offsets: offsets });
  test.each([
    [
      bytesSource(Buffer.alloc(3)),
      "is no safetensors file: it has 3 bytes, fewer than its header's length takes.",
    ],
    [
      bytesSource(Buffer.concat([Buffer.from([9, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")])),
      "is no safetensors file: its header would take 9 bytes, but only 2 follow.",
    ],
    [
      bytesSource(Buffer.alloc(9, 0xff)),
      "is no safetensors file: its header would take 18446744073709551615 bytes, but only 1 follow.",
    ],
    [
      { ...safetensors({}), size: 2e9, read: (_: number, to: Uint8Array) => void to.set([0, 0, 0, 0x10]) },
      "is no safetensors file: its header would take 268435456 bytes, and 100000000 are the most allowed.",
    ],
    [safetensors("{"), "is no safetensors file: its header is not JSON."],
    [safetensors("[]"), "is no safetensors file: its header is not a JSON object."],
    [safetensors({ w: 1 }), "is damaged: w is not described by a JSON object."],
    [safetensors({ w: { dtype: "F33" } }), 'is damaged: w has the unknown type "F33".'],
    [safetensors({ w: {} }), "is damaged: w has the unknown type undefined."],
    [safetensors({ w: f32([-1], [0, 4]) }), "is damaged: w has a shape that is not a list of whole numbers."],
    [safetensors({ w: f32([1], [0]) }), "is damaged: w has no pair of offsets."],
    [
      safetensors({ w: f32([2, 3], [0, 20]) }, 20),
      "is damaged: w needs 24 bytes for 2×3 as F32, but its offsets are 0 and 20.",
    ],
    [
      safetensors({ w: f32([2 ** 50, 2 ** 50], [0, 4]) }, 4),
      "is damaged: w needs Infinity bytes for 1125899906842624×1125899906842624 as F32, but its offsets are 0 and 4.",
    ],
    [
      safetensors({ w: f32([2], [8, 0]) }, 8),
      "is damaged: w needs 8 bytes for 2 as F32, but its offsets are 8 and 0.",
    ],
    [safetensors({ w: f32([2], [0, 8]) }, 7), "is damaged: w ends at byte 8 of 7; the file is cut off."],
    [safetensors({ w: f32([2], [0, 8]) }, 9), "is damaged: its last 1 bytes belong to no tensor."],
    [safetensors({ w: f32([2], [4, 12]) }, 12), "is damaged: 4 bytes before w belong to no tensor."],
    [safetensors({ v: f32([2], [0, 8]), w: f32([2], [4, 12]) }, 12), "is damaged: w overlaps v."],
    [safetensors({ "\u001b[31mw": 1 }), "is damaged: \ufffd[31mw is not described by a JSON object."],
  ])("%#", (file, complaint) => {
    expect(complaintOf(() => readSafetensors(file))).toBe(`w.safetensors ${complaint}`);
  });
});

describe("an ONNX file that is wrong says what is", () => {
  const raw = (bytes: number) => new Uint8Array(bytes);
  test.each([
    [
      modelWith({ name: "w", dims: [2n], dataType: 1, rawData: raw(4) }),
      "is damaged: w needs 8 bytes of values but has 4.",
    ],
    [modelWith({ name: "w", dims: [2n], dataType: 1 }), "is damaged: w needs 8 bytes of values but has 0."],
    [
      modelWith({ name: "w", dims: [2n], dataType: 10, int32Data: [1, 2, 3] }),
      "is damaged: w needs 2 values but has 3.",
    ],
    [
      modelWith({ name: "w", dims: [-1n], dataType: 1 }),
      /^is damaged: the tensor at byte \d+ has a size below 0\.$/,
    ],
    [modelWith({ name: "w" }, { name: "w" }), "is damaged: it has two tensors named w."],
    [modelWith(outside("../secret")), `can't be read: w lies outside of the model's folder, in "../secret".`],
    [
      modelWith(outside("/etc/passwd")),
      `can't be read: w lies outside of the model's folder, in "/etc/passwd".`,
    ],
    [modelWith(outside("c:\\x")), `can't be read: w lies outside of the model's folder, in "c:\\x".`],
    [modelWith(outside("")), `can't be read: w lies outside of the model's folder, in "".`],
    [new Uint8Array(), "is no ONNX model: it has no graph."],
    [new Uint8Array([0x3a, 5, 0x2a]), "is no ONNX model: byte 0 makes no sense."],
    [new Uint8Array([0x3a, 2, 0x2a, 9]), "is no ONNX model: byte 2 makes no sense."],
  ])("%#", (bytes, complaint) => {
    const said = complaintOf(() => readOnnx(bytesSource(bytes, "m.onnx"), nothingBeside));
    if (typeof complaint === "string") expect(said).toBe(`m.onnx ${complaint}`);
    else expect(said?.replace("m.onnx ", "")).toMatch(complaint);
  });

  test("a data file that is missing or too short is named", () => {
    const model = bytesSource(modelWith(outside("w.data")), "m.onnx");
    expect(complaintOf(() => readOnnx(model, nothingBeside))).toBe("w.data does not exist.");
    const short = () => bytesSource(new Uint8Array(3), "w.data");
    expect(complaintOf(() => readOnnx(model, short))).toBe(
      "m.onnx can't be read: w ends at byte 4 of w.data, which has 3; it is cut off.",
    );
  });

  function outside(location: string): Partial<TensorProto> {
    const externalData = [{ key: "location", value: location }] as TensorProto["externalData"];
    return {
      name: "w",
      dims: [1n],
      dataType: 1,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData,
    };
  }
});

describe("any bytes", () => {
  const runs = Number(process.env.LWNET_FUZZ ?? 500);
  const real = {
    safetensors: readFileSync("tests/data/weights.safetensors"),
    onnx: readFileSync("tests/data/weights.onnx"),
  };
  /** Real files with some bytes changed or the end cut off come farther than random ones. */
  const near = (bytes: Uint8Array) =>
    fc
      .tuple(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
      )
      .map(([changes, end]) => {
        const changed = Uint8Array.from(bytes.subarray(0, end));
        for (const [at, byte] of changes) if (at < end) changed[at] = byte;
        return changed;
      });
  const all = (source: WeightSource) => [...source.tensors.values()].map(valuesOf);

  test("are a safetensors file, or a complaint tells why not", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), near(real.safetensors)), (bytes) => {
        complaintOf(() => all(readSafetensors(bytesSource(bytes))));
      }),
      { numRuns: runs },
    );
  });

  test("any JSON as its header likewise", () => {
    const entry = fc.record({
      dtype: fc.oneof(fc.constantFrom("F32", "F16", "I64"), fc.jsonValue()),
      shape: fc.oneof(fc.array(fc.nat(3)), fc.jsonValue()),
      data_offsets: fc.oneof(fc.tuple(fc.nat(20), fc.nat(20)), fc.jsonValue()),
    });
    const header = fc.oneof(fc.json(), fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())));
    fc.assert(
      fc.property(header, fc.nat(40), (value, size) => {
        complaintOf(() => all(readSafetensors(safetensors(value, size))));
      }),
      { numRuns: runs },
    );
  });

  test("are an ONNX model, or a complaint tells why not", () => {
    const data = readFileSync("tests/data/weights.onnx.data");
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), near(real.onnx)), (bytes) => {
        complaintOf(() => all(readOnnx(bytesSource(bytes), () => bytesSource(data, "weights.onnx.data"))));
      }),
      { numRuns: runs },
    );
  });
});

describe("a file on the disk", () => {
  test.each([
    ["PyTorch's zip", "w.pth", [0x50, 0x4b, 3, 4], /is a zip archive, as PyTorch saves.*safetensors first/],
    ["Keras", "w.h5", [0x89, 0x48, 0x44, 0x46], /is an HDF5 file, as Keras saves/],
    ["no name that tells", "weights", [1, 2, 3], /is no safetensors file/],
    ["a model without its name's end", "weights", [8, 8, 1], /is no ONNX model/],
    ["an empty one", "w.safetensors", [], /is no safetensors file: it has 0 bytes/],
  ])("%s", (_, name, bytes, complaint) => {
    const path = join(folder, name);
    writeFileSync(path, Uint8Array.from(bytes));
    expect(complaintOf(() => openWeights(path))).toMatch(complaint);
  });

  test("a missing one, and a folder", () => {
    expect(complaintOf(() => openWeights(join(folder, "no")))).toBe(`${join(folder, "no")} does not exist.`);
    expect(complaintOf(() => openWeights(folder))).toBe(`${folder} is not a file.`);
  });

  test("one that becomes shorter while it is read", () => {
    const path = join(folder, "shrinks.safetensors");
    writeFileSync(path, readFileSync("tests/data/weights.safetensors"));
    const file = openWeights(path);
    writeFileSync(path, "");
    expect(complaintOf(() => valuesOf(file.tensors.get("fc.weight")))).toBe(
      "shrinks.safetensors became shorter while it was read.",
    );
    file.close();
  });
});

describe("the report", () => {
  const net = network((b) => {
    const stem = b.layer("conv", { channels: 4, kernel: [3, 3] }, b.input("x", [3, 8, 8]), "stem");
    b.output(b.layer("bn", {}, stem, "norm"), "y");
  });
  const tensor = (shape: readonly number[]): SourceTensor => ({ shape, type: "F32", chunks: () => [] });
  const tensors = (entries: Readonly<Record<string, SourceTensor>>): WeightSource => ({
    format: "safetensors",
    tensors: new Map(Object.entries(entries)),
  });
  const whole = {
    "stem.weight": tensor([4, 3, 3, 3]),
    "stem.bias": tensor([4]),
    "norm.weight": tensor([4]),
    "norm.bias": tensor([4]),
    "norm.running_mean": tensor([4]),
    "norm.running_var": tensor([4]),
  };
  const textOf = (source: WeightSource) => {
    const match = matchWeights(net, source);
    return weightReportText(weightReport(net, match, { file: "w.safetensors", format: source.format }));
  };

  test("all fits; counters of batches are no news", () => {
    const counted = { ...whole, "norm.num_batches_tracked": { shape: [], type: "I64" } };
    expect(textOf(tensors(counted))).toBe("Net gets all of its 6 tensors from w.safetensors (128 values)");
  });

  test("what is missing, mis-shaped, of another kind, or unexpected", () => {
    const { "stem.bias": _, ...rest } = whole;
    const odd = {
      ...rest,
      "steam.bias": tensor([4]),
      "norm.weight": tensor([5]),
      "head.weight": tensor([9, 4]),
    };
    expect(textOf(tensors({ ...odd, "norm.bias": { shape: [4], type: "I32" } }))).toMatchInlineSnapshot(`
      "Net gets 3 of its 6 tensors from w.safetensors (116 values)
        missing     stem.bias 4; did you mean \`steam.bias\`?
        mis-shaped  norm.weight is 5 in the file but 4 in the network
        no floats   norm.bias is of type I32
        unexpected  steam.bias 4
        unexpected  head.weight 9×4"
    `);
  });

  test("a name of the same shape is suggested rather than a nearer one", () => {
    const { "stem.weight": weight, ...rest } = whole;
    const found = tensors({ ...rest, "stem2.weight": tensor([1, 1, 1, 1]), "stem.0.weight": weight });
    expect(textOf(found)).toContain("did you mean `stem.0.weight`?");
  });

  test("a prefix of all names is taken off, and said", () => {
    const wrapped = Object.fromEntries(Object.entries(whole).map(([name, t]) => [`module.${name}`, t]));
    expect(textOf(tensors(wrapped))).toMatchInlineSnapshot(`
      "Net gets all of its 6 tensors from w.safetensors (128 values)
        names are read without their \`module.\`"
    `);
  });

  test("sizes of 1 are no difference, another order is", () => {
    expect(textOf(tensors({ ...whole, "stem.bias": tensor([1, 4, 1, 1]) }))).toContain("all of its 6");
    expect(textOf(tensors({ ...whole, "stem.weight": tensor([3, 4, 3, 3]) }))).toContain("mis-shaped");
  });

  test("long lists are cut", () => {
    const many = Array.from({ length: 50 }, (_, i) => [`extra${i}`, tensor([1])] as const);
    const text = textOf(tensors({ ...whole, ...Object.fromEntries(many) }));
    expect(text.split("\n")).toHaveLength(22);
    expect(text).toMatch(/… and 30 more$/);
  });
});

function tensorFile(dtype: string, shape: readonly number[], data: Uint8Array) {
  const header = { w: { dtype, shape, data_offsets: [0, data.length] } };
  const { size, read } = safetensors(header);
  const head = new Uint8Array(size);
  read(0, head);
  return bytesSource(Buffer.concat([head, data]));
}

function valuesOf(tensor: SourceTensor | undefined): number[] {
  return [...(tensor?.chunks?.() ?? [])].flatMap((chunk) => [...chunk]);
}

function modelWith(...tensors: Partial<TensorProto>[]): Uint8Array {
  const initializer = tensors.map((tensor) => create(TensorProtoSchema, tensor as TensorProto));
  const graph = create(GraphProtoSchema, { initializer });
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph }));
}

function graphOf(text: string): Graph {
  const { id, analysis } = openText(text);
  const graph = networkGraph(analysis, id, "Net");
  if ("problem" in graph) throw new Error(graph.problem);
  return graph;
}
