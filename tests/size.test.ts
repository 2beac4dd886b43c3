/** Bytes at fewer bits and pruned: the arithmetic by hand, and SqueezeNet's figures beside its paper's. */
import { expect, test } from "vitest";
import { storage } from "../server/src/core/cost/storage.ts";
import { networkGraph } from "../server/src/core/index.ts";
import { sizeText } from "../server/src/report/sizeText.ts";
import { network } from "./harness/graph.ts";
import { openFile } from "./harness/open.ts";

/** 10,000 weights and 100 biases. */
const net = network((b) => b.output(b.layer("linear", { features: 100 }, b.input("x", [100]), "fc")));

test("all weights: their bits, biases at 32 or 16, and a scale for each tensor at 8 and 6", () => {
  const rows = storage(net).rows.map(({ bits, bytes }) => [bits, bytes]);
  expect(rows).toEqual([
    [32, 4 * 10_100],
    [16, 2 * 10_100],
    [8, 10_000 + 400 + 4],
    [6, 7500 + 400 + 4],
  ]);
});

test("pruned: bits and index for each that is left, fillers, tables and biases", () => {
  const pruned = storage(net, { keep: 0.25 }).rows.find(({ bits }) => bits === 8)?.pruned;
  // With 3 bits a distance over 8 has the probability 0.75⁸ ≈ 0.1001; with 4 bits one over 16, 0.0100.
  const cost = (b: number) => (8 + b) / (1 - 0.75 ** (2 ** b));
  expect(cost(4)).toBeLessThan(Math.min(cost(3), cost(5)));
  expect(pruned?.indexBits).toBe(4);
  expect(pruned?.fillers).toBeCloseTo(0.75 ** 16 / (1 - 0.75 ** 16), 12);
  const entries = 2500 * (1 + (pruned?.fillers ?? 0));
  expect(pruned?.parts).toEqual({
    weights: Math.ceil(entries),
    indexes: Math.ceil(entries / 2),
    codebooks: 4 * 256,
    others: 400,
  });
  expect(pruned?.bytes).toBe(Math.ceil(entries) + Math.ceil(entries / 2) + 1024 + 400);
});

test("the fillers are as many as weights left at random need", () => {
  const keep = 0.25;
  const { indexBits = 0, fillers } = storage(net, { keep }).rows[3]?.pruned ?? {};
  let [kept, zeros, gap, state] = [0, 0, 0, 1];
  for (let i = 0; i < 400_000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    gap++;
    if ((state >>> 8) / 2 ** 24 < keep) {
      kept++;
      gap = 0;
    } else if (gap === 2 ** indexBits) {
      zeros++;
      gap = 0;
    }
  }
  expect(zeros / kept).toBeCloseTo(fillers ?? 0, 2);
});

test("buffers are not counted, nor is a network without weights divided by them", () => {
  const norm = network((b) => b.output(b.layer("bn", {}, b.input("x", [8, 4, 4]))));
  expect(storage(norm).rows[0]?.bytes).toBe(4 * 16);
  expect(storage(norm, { keep: 0.5 })).toMatchObject({ params: 16, weights: 0, tensors: 0 });
  const relu = network((b) => b.output(b.layer("relu", {}, b.input("x", [8]))));
  expect(storage(relu, { keep: 0.5 }).rows[3]).toMatchObject({
    bytes: 0,
    ratio: 1,
    pruned: { bytes: 0, ratio: 1 },
  });
});

test("SqueezeNet: 4.8 MB, then 0.66 at 8 bits and 0.47 at 6 in its paper, a third of the weights left", () => {
  const { id, analysis } = openFile("examples/squeezenet.lwnet");
  const graph = networkGraph(analysis, id, "SqueezeNet1_0");
  if ("problem" in graph) throw new Error(graph.problem);
  // Table 1 of the paper: 1,248,424 parameters before pruning, 421,098 after.
  const made = storage(graph, { keep: 421_098 / 1_248_424 });
  expect(made.params).toBe(1_248_424);
  const mebibytes = (bytes = 0) => bytes / 2 ** 20;
  const [full, , eight, six] = made.rows;
  expect(mebibytes(full?.bytes)).toBeCloseTo(4.8, 1);
  // The paper's are of weights pruned layer by layer and coded by frequency: within a tenth.
  expect(mebibytes(eight?.pruned?.bytes) / 0.66).toBeCloseTo(0.93, 2);
  expect(mebibytes(six?.pruned?.bytes) / 0.47).toBeCloseTo(1.04, 2);
});

test("what is assumed is printed", () => {
  expect(sizeText(storage(net, { keep: 0.25 }))).toMatchInlineSnapshot(`
    "Net  10,100 parameters, 10,000 of them in kernels and matrices

    bits  all weights        25 % kept          index
      32      40.4 KB  1.0×    11.8 KB   3.4×  4 bits
      16      20.2 KB  2.0×    6.51 KB   6.2×  4 bits
       8      10.4 KB  3.9×    5.21 KB   7.7×  4 bits
       6      7.90 KB  5.1×    3.78 KB  10.7×  3 bits

    Pruning leaves 25 % of each kernel and matrix, at random places.
    What is left takes its bits, and those of the index: the distance from the one before.
    Where a distance is too long for the index a zero is kept between: 11.1 for 100 weights at 6 bits.
    At 8 bits and fewer the bits stand for values in a table of each tensor: 256 B of tables at 6 bits.
    Coding by frequency (Huffman) is not counted; what it saves depends on the weights.
    Where all weights are kept, each tensor has a scale of 32 bits at 8 bits and fewer.
    Biases, scales and shifts stay at 32 bits, at 16 where weights have 16.
    Not counted: buffers, and what a file adds to its numbers."
  `);
  expect(sizeText(storage(net))).not.toContain("Pruning");
});
