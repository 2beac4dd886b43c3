/** Weights as safetensors files: what is written, and that other tools' readers take it. */
import { describe, expect, test } from "vitest";
import { formats } from "../server/src/core/backends/formats.ts";
import type { Graph } from "../server/src/core/ir/graph.ts";
import { type WeightOptions, weightValues } from "../server/src/core/weights/weights.ts";
import { network } from "./harness/graph.ts";

const net = network((b) => {
  const conv = b.layer("conv", { channels: 4, kernel: [3, 3] }, b.input("x", [3, 8, 8]), "stem");
  b.output(b.layer("bn", {}, conv, "norm"), "y");
});

describe("the file", () => {
  const { header, data } = read(bytesOf(net));

  test("has the state_dict's names and shapes, buffers included", () => {
    const { __metadata__, ...tensors } = header;
    expect(Object.entries(tensors).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["stem.weight", "F32", [4, 3, 3, 3]],
      ["stem.bias", "F32", [4]],
      ["norm.weight", "F32", [4]],
      ["norm.bias", "F32", [4]],
      ["norm.running_mean", "F32", [4]],
      ["norm.running_var", "F32", [4]],
    ]);
  });

  test("says what it is of, and what PyTorch's loaders look for", () => {
    expect(header.__metadata__).toEqual({ format: "pt", network: "Net", lwnet: "1.2.3" });
  });

  test("has the tensors one after another without a gap, from a multiple of 8 on", () => {
    const { __metadata__, ...tensors } = header;
    let end = 0;
    for (const { data_offsets } of Object.values(tensors)) {
      expect(data_offsets?.[0]).toBe(end);
      end = data_offsets?.[1] ?? 0;
    }
    expect(end).toBe(data.length);
    expect((bytesOf(net).length - data.length) % 8).toBe(0);
  });

  test("has the values", () => {
    const weight = net.nodes[0]?.weights[0];
    if (!weight) throw new Error("no weight");
    const [begin, end] = header["stem.weight"]?.data_offsets ?? [];
    const values = new Float32Array(data.slice(begin, end).buffer);
    expect(values).toEqual(weightValues(weight));
  });

  test("has the same bytes each time, others for another seed", () => {
    expect(bytesOf(net).equals(bytesOf(net))).toBe(true);
    expect(bytesOf(net).equals(bytesOf(net, { seed: 1 }))).toBe(false);
  });
});

test("a network without weights gives a file without tensors", () => {
  const { header, data } = read(bytesOf(network((b) => b.output(b.layer("relu", {}, b.input("x", [3]))))));
  expect(Object.keys(header)).toEqual(["__metadata__"]);
  expect(data).toHaveLength(0);
});

interface Entry {
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly data_offsets?: readonly number[];
}

/** By the letter of the format, apart from our own reader. */
function read(bytes: Buffer): { readonly header: Record<string, Entry>; readonly data: Uint8Array } {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString("utf8"));
  return { header, data: Uint8Array.from(bytes.subarray(8 + length)) };
}

function bytesOf(graph: Graph, options: WeightOptions = {}): Buffer {
  const made = formats.safetensors.write(graph, { fileName: "net", version: "1.2.3", ...options });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  const [file] = made.files;
  const bytes = Buffer.concat(Array.from(file?.chunks() ?? [], (chunk) => Buffer.from(chunk)));
  expect(bytes).toHaveLength(file?.size ?? -1);
  return bytes;
}
