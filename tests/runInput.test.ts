/** What a network is run on, and what is read off its output: pictures, arrays, classes and their labels. */
import { join } from "node:path";
import { encode, Image } from "image-js";
import { describe, expect, test } from "vitest";
import { named } from "../server/src/core/shape/dim.ts";
import { classesOf, classification } from "../server/src/host/node/classes.ts";
import { runInput } from "../server/src/host/node/runInput.ts";
import { imageNet, imageValues } from "../server/src/run/image.ts";
import { inputValues, type ModelInput } from "../server/src/run/inputs.ts";
import { predictions } from "../server/src/run/predictions.ts";
import type { RunJob } from "../server/src/run/protocol.ts";
import { network } from "./harness/graph.ts";
import { withFiles } from "./harness/onnx.ts";

const image: ModelInput = { name: "x", shape: [3, 4, 4] };
const job = (given: Partial<RunJob>): RunJob => ({ modelPath: "", ...given });

/** Left half red, right half blue. */
function picture(width: number, height: number): Image {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const left = Math.floor(i / 3) % width < width / 2;
    return i % 3 === (left ? 0 : 2) ? 255 : 0;
  });
  return new Image(width, height, { data, colorModel: "RGB" });
}

const files = new Map([
  ["a.png", Buffer.from(encode(picture(40, 20), { format: "png" }))],
  ["a.jpg", Buffer.from(encode(picture(40, 20), { format: "jpg" }))],
  ["one.npy", npy([3, 4, 4])],
  ["two.npy", npy([2, 3, 4, 4])],
  ["text.png", Buffer.from("no picture")],
]);

const values = (input: ModelInput, name: string, given: Partial<RunJob> = {}) =>
  withFiles(files, (_path, folder) =>
    inputValues([input], job({ input: runInput(join(folder, name)), ...given })),
  );

describe("a picture", () => {
  test.each(["a.png", "a.jpg"])("%s is scaled, cropped and normalised channel by channel", async (name) => {
    const result = await values(image, name);
    if ("problem" in result) throw new Error(result.problem);
    const [x] = result.values;
    expect(x?.dims).toEqual([1, 3, 4, 4]);
    const red = (1 - 0.485) / 0.229;
    const noRed = -0.485 / 0.229;
    expect(x?.data[0]).toBeCloseTo(red, 0);
    expect(x?.data[3]).toBeCloseTo(noRed, 0);
    expect(result.notes[0]).toMatch(
      /^a\.\w+ \(40×20\) was scaled and cropped to 4×4, .* those of ImageNet\.$/,
    );
  });

  test("of the right size is taken pixel by pixel", async () => {
    const exact = picture(4, 4).convertColor("RGBA");
    const data = await imageValues(exact, { channels: 3, height: 4, width: 4 }, { mean: [0], std: [1] });
    expect([...data.slice(0, 4)]).toEqual([1, 1, 0, 0]);
    expect([...data.slice(32, 36)]).toEqual([0, 0, 1, 1]);
    expect(imageNet.mean).toHaveLength(3);
  });

  test("gives a network with named sizes its own, and fills the batch", async () => {
    const result = await values({ name: "x", shape: [1, "H", "W"] }, "a.png", { batch: 2 });
    expect(result).toMatchObject({ batch: 2, values: [{ dims: [2, 1, 20, 40] }] });
  });

  test.each([
    ["text.png", image, {}, "text.png is no picture that can be read: PNG, JPEG, TIFF and BMP are."],
    ["b.png", image, {}, /The input .*b\.png can't be read: it is not there\./],
    ["a.png", { name: "x", shape: [8] }, {}, /1, 3 or 4 channels, but x is 8\./],
  ])("%s that does not do is told", async (name, input, given, message) => {
    expect(await values(input, name, given)).toEqual({ problem: expect.stringMatching(message) });
  });

  test("takes a mean and a deviation for each channel, or one for all", async () => {
    const normalised = (mean: number[]) =>
      withFiles(files, (_path, folder) =>
        inputValues([image], job({ input: runInput(join(folder, "a.png"), { mean }) })),
      );
    expect(await normalised([0.1, 0.2])).toEqual({
      problem: "2 values are given for the mean, but x has 3 channels.",
    });
    expect(await normalised([0.5])).toMatchObject({ batch: 1 });
  });
});

describe("an array", () => {
  test("is one input, or as many as its first size says", async () => {
    expect(await values(image, "one.npy", { batch: 3 })).toMatchObject({ values: [{ dims: [3, 3, 4, 4] }] });
    expect(await values(image, "two.npy")).toMatchObject({ batch: 2, values: [{ dims: [2, 3, 4, 4] }] });
  });

  test("that does not fit is told", async () => {
    expect(await values(image, "two.npy", { batch: 3 })).toEqual({
      problem: "two.npy holds 2 inputs, but the batch is 3.",
    });
    expect(await values({ name: "x", shape: [3, 5, 4] }, "one.npy")).toEqual({
      problem: "one.npy holds 3×4×4, but the input x is 3×5×4.",
    });
  });
});

test("zeros are zeros, and several inputs are made up alike", async () => {
  const result = await inputValues([image, { name: "y", shape: [2] }], job({ input: { kind: "zeros" } }));
  if ("problem" in result) throw new Error(result.problem);
  expect(result.values.map(({ dims }) => dims)).toEqual([
    [1, 3, 4, 4],
    [1, 2],
  ]);
  expect(result.values.every(({ data }) => data.every((value) => value === 0))).toBe(true);
});

test("a file is input for a network with one", async () => {
  const two = [image, { name: "y", shape: [2] }];
  expect(await inputValues(two, job({ input: runInput("a.png") }))).toEqual({
    problem: "A picture is input for networks with one input; this one has 2.",
  });
});

describe("predictions", () => {
  test("are the likeliest classes, after one softmax", () => {
    const logits = Float32Array.from([1, 3, 2, 0, -1, -2, Math.log(2)]);
    const found = predictions(logits, { output: "y", values: "logits" });
    expect(found.map(({ index }) => index)).toEqual([1, 2, 0, 6, 3]);
    const powers = [...logits].map(Math.exp);
    expect(found[0]?.probability).toBeCloseTo(Math.exp(3) / powers.reduce((a, b) => a + b));
    const taken = predictions(Float32Array.from([0.25, 0.75]), {
      output: "y",
      values: "probabilities",
      labels: ["cat", "dog"],
    });
    expect(taken).toEqual([
      { index: 1, label: "dog", probability: 0.75 },
      { index: 0, label: "cat", probability: 0.25 },
    ]);
  });

  const classifier = (last?: "softmax" | "log_softmax") =>
    network((b) => {
      const logits = b.layer("linear", { features: 3 }, b.input("x", [4]), "head");
      b.output(b.layer("flatten", {}, last ? b.layer(last, {}, logits) : logits), "y");
    });

  test("know whether the network ends in a softmax", () => {
    expect(classesOf(classifier())).toEqual({ name: "y", classes: 3, values: "logits" });
    expect(classesOf(classifier("softmax"))?.values).toBe("probabilities");
    expect(classesOf(classifier("log_softmax"))?.values).toBe("log-probabilities");
    const maps = network((b) => b.output(b.layer("relu", {}, b.input("x", [3, named("H"), 4]))));
    expect(classesOf(maps)).toBeUndefined();
  });

  const given = { get: () => undefined, missing: () => undefined } as never;
  const labelled = (name: string, text: string, more: object = {}) =>
    withFiles(new Map([[name, Buffer.from(text)]]), (_path, folder) =>
      classification({
        graph: classifier(),
        given,
        input: runInput("cat.png"),
        labels: join(folder, name),
        ...more,
      }),
    );

  test.each([
    ["a.txt", "cat\r\ndog\ncow\n"],
    ["a.json", '["cat", "dog", "cow"]'],
    ["a.json", '{"0": ["n1", "cat"], "1": ["n2", "dog"], "2": "cow"}'],
  ])("take labels of %s: %s", async (name, text) => {
    expect((await labelled(name, text)).classify?.labels).toEqual(["cat", "dog", "cow"]);
  });

  test("say what keeps labels from meaning anything", async () => {
    await expect(labelled("a.txt", "cat\n")).rejects.toThrow("a.txt names 1 class, but Net tells 3 apart.");
    await expect(labelled("a.json", "{")).rejects.toThrow("a.json is no file of labels");
    const text = "cat\ndog\ncow";
    const random = await labelled("a.txt", text, { given: undefined });
    expect(random.notes).toEqual(["There are no predictions: the weights are random; give trained ones."]);
    const madeUp = await labelled("a.txt", text, { input: { kind: "zeros" } });
    expect(madeUp.notes[0]).toContain("the input is made up");
  });
});

function npy(shape: readonly number[]): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`.padEnd(117);
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]);
  return Buffer.concat([start, Buffer.from(`${header}\n`), Buffer.from(values.buffer)]);
}
