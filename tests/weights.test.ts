/** Weights depend on the seed and their name alone, to the last bit, and have the variance that is asked for. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { WeightTensor } from "../server/src/core/ir/graph.ts";
import { weightBytes, weightChunks, weightValues } from "../server/src/core/weights/weights.ts";
import { single } from "./harness/graph.ts";

const large = tensor("features.0.weight", [600, 2000], { kind: "scaled", fanIn: 2000, fanOut: 600 });

describe("random weights", () => {
  test("are these, on every machine", () => {
    expect(createHash("sha256").update(weightValues(large)).digest("hex").slice(0, 16)).toMatchInlineSnapshot(
      `"0749cc73bf1a8352"`,
    );
  });

  test("are the same in chunks as at once", () => {
    const chunks = [...weightChunks(large)].length;
    expect(chunks).toBeGreaterThan(1);
    const joined = Buffer.alloc(weightBytes(large));
    let offset = 0;
    for (const chunk of weightChunks(large)) {
      joined.set(chunk, offset);
      offset += chunk.length;
    }
    const values = weightValues(large);
    expect(joined.equals(Buffer.from(values.buffer))).toBe(true);
  });

  test("depend on the seed and the name", () => {
    const values = weightValues(large);
    expect(weightValues(large, { seed: 1 }).slice(0, 4)).not.toEqual(values.slice(0, 4));
    expect(weightValues({ ...large, fullName: "features.1.weight" }).slice(0, 4)).not.toEqual(
      values.slice(0, 4),
    );
  });

  test("have mean 0 and variance 2 / fan-in, within their bound", () => {
    const values = weightValues(large);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(1e-4);
    expect(variance * 2000).toBeCloseTo(2, 2);
    expect(values.every((v) => Math.abs(v) <= Math.sqrt(6 / 2000))).toBe(true);
  });

  test("have variance 2 / (fan-in + fan-out) as Xavier's", () => {
    const values = weightValues(large, { init: "xavier" });
    const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
    expect(variance * 2600).toBeCloseTo(2, 2);
    expect(values.every((v) => Math.abs(v) <= Math.sqrt(6 / 2600))).toBe(true);
  });

  test("an embedding has its own spread, He or Xavier", () => {
    const table = tensor("tokens.weight", [50, 8], { kind: "spread", deviation: 0.02 });
    expect(weightValues(table, { init: "xavier" })).toEqual(weightValues(table));
  });

  test.each([
    ["conv", { channels: 32, kernel: [3, 3], groups: 2 }, [16, 8, 8], { fanIn: 72, fanOut: 144 }],
    ["depthwise", { kernel: [3, 3], multiplier: 2 }, [16, 8, 8], { fanIn: 9, fanOut: 18 }],
    [
      "conv_transpose",
      { channels: 8, kernel: [4, 4], stride: [2, 2] },
      [16, 8, 8],
      { fanIn: 64, fanOut: 128 },
    ],
    ["linear", { features: 10 }, [16], { fanIn: 16, fanOut: 10 }],
    ["attention", { heads: 2 }, [5, 16], { fanIn: 16, fanOut: 48 }],
  ] as const)("%s knows how many inputs reach an output, and outputs an input", (op, args, shape, fans) => {
    const [node] = single(op, args as object, [shape]).nodes;
    expect(node?.weights[0]?.initializer).toEqual({ kind: "scaled", ...fans });
  });
});

test("constants stay what they are, whatever random weights are replaced by", () => {
  const variance = tensor("norm.running_var", [3], { kind: "ones" });
  const slope = tensor("act.weight", [2], { kind: "constant", value: 0.25 });
  for (const init of ["he", "xavier", "zeros", "ones"] as const) {
    expect([...weightValues(variance, { init })]).toEqual([1, 1, 1]);
    expect([...weightValues(slope, { init })]).toEqual([0.25, 0.25]);
  }
  const small = tensor("fc.weight", [2], { kind: "scaled", fanIn: 4, fanOut: 1 });
  expect([...weightValues(small, { init: "zeros" })]).toEqual([0, 0]);
  expect([...weightValues(small, { init: "ones" })]).toEqual([1, 1]);
});

function tensor(
  fullName: string,
  shape: readonly number[],
  initializer: WeightTensor["initializer"],
): WeightTensor {
  return { name: "weight", fullName, shape, initializer, trainable: true };
}
