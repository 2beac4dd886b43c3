/** The command line as a person or a script meets it: the built `dist/cli.js` in a process of its own. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, describe, expect, test } from "vitest";
import { ModelProtoSchema } from "../server/src/core/backends/onnx/generated/onnx_pb.ts";

const folder = mkdtempSync(join(tmpdir(), "lwnet-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function lwnet(...args: string[]): Promise<Outcome> {
  return lwnetReading("", ...args);
}

function lwnetReading(input: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve("dist/cli.js"), ...args],
      { env, cwd: folder },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin?.end(input);
  });
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const tiny = file(
  "tiny.lwnet",
  `network Tiny(width: int = 8) {
  input image: [3, 8, 8]
  stem: conv(width, kernel: 3) -> relu
  global_avg_pool -> flatten
  fc: linear(10)
  output logits
}
`,
);
const two = file(
  "two.lwnet",
  "network A { input x: [3, 8, 8] -> relu }\nnetwork B { input x: [3, 8, 8] -> relu6 }\n",
);
const broken = file(
  "broken.lwnet",
  `network Net {
  input image: [64, 56, 56]
  residual { conv(128, kernel: 3, stride: 2) }
}
`,
);

test("check finds nothing in the examples", async () => {
  const { code, out } = await lwnet("check", resolve("examples"));
  expect(out).toMatch(/^\d+ files, \d+ networks: no problems\n$/);
  expect(code).toBe(0);
});

test("check prints the place, the code, a caret, where both sides come from, and the fix", async () => {
  const { code, out } = await lwnet("check", broken);
  expect(
    out,
  ).toBe(`broken.lwnet:3:3: error[shortcut-mismatch]: the shortcut is 64×56×56 but the main path is 128×28×28
    3 |   residual { conv(128, kernel: 3, stride: 2) }
      |   ^^^^^^^^
  broken.lwnet:3:3  residual { conv(128, kernel: 3, stride: 2) }  · shortcut: 64×56×56 (identity)
  broken.lwnet:3:14  conv(128, kernel: 3, stride: 2) }  · main path: 128×28×28
  fix: Add a projection shortcut: 1×1 convolution to 128 channels, stride 2 (+8.32K params, +6.42M MACs)
  fix: Add a shortcut without parameters: 64 channels of zeros, stride 2

1 file, 1 network: 1 error
`);
  expect(code).toBe(1);
});

test("check --json has the same for machines", async () => {
  const { code, out } = await lwnet("check", broken, "--json");
  expect(JSON.parse(out)).toMatchObject([
    {
      file: "broken.lwnet",
      code: "shortcut-mismatch",
      severity: "error",
      line: 3,
      column: 3,
      endLine: 3,
      endColumn: 11,
      related: [
        { line: 3, column: 3, message: "shortcut: 64×56×56 (identity)" },
        { line: 3, column: 14, message: "main path: 128×28×28" },
      ],
    },
  ]);
  expect(code).toBe(1);
});

test("summary --json is one object for one network, with plain integers", async () => {
  const { out } = await lwnet("summary", tiny, "--json");
  expect(JSON.parse(out)).toEqual({
    network: "Tiny",
    params: 224 + 90,
    buffers: 0,
    macs: 8 * 27 * 64 + 80,
    flops: 2 * 8 * 27 * 64 + 512 + 512 + 512 + 160 + 10,
    activationBytes: 4 * (512 + 512 + 8 + 8 + 10),
    peakBytes: 4 * (512 + 512),
    weightBytes: 4 * (224 + 90),
    inputs: [{ name: "image", shape: [3, 8, 8] }],
    outputs: [{ name: "logits", shape: [10] }],
    layers: [
      {
        name: "stem",
        op: "conv",
        call: "conv(8, 3)",
        inputs: ["image"],
        inputShapes: [[3, 8, 8]],
        outputShape: [8, 8, 8],
        params: 224,
        macs: 13824,
        flops: 28160,
        activationBytes: 2048,
        line: 3,
      },
      {
        name: "relu",
        op: "relu",
        call: "relu",
        inputs: ["stem"],
        inputShapes: [[8, 8, 8]],
        outputShape: [8, 8, 8],
        params: 0,
        macs: 0,
        flops: 512,
        activationBytes: 2048,
        line: 3,
      },
      {
        name: "global_avg_pool",
        op: "global_avg_pool",
        call: "global_avg_pool",
        inputs: ["relu"],
        inputShapes: [[8, 8, 8]],
        outputShape: [8, 1, 1],
        params: 0,
        macs: 0,
        flops: 512,
        activationBytes: 32,
        line: 4,
      },
      {
        name: "flatten",
        op: "flatten",
        call: "flatten",
        inputs: ["global_avg_pool"],
        inputShapes: [[8, 1, 1]],
        outputShape: [8],
        params: 0,
        macs: 0,
        flops: 0,
        activationBytes: 32,
        line: 4,
      },
      {
        name: "fc",
        op: "linear",
        call: "linear(10)",
        inputs: ["flatten"],
        inputShapes: [[8]],
        outputShape: [10],
        params: 90,
        macs: 80,
        flops: 170,
        activationBytes: 40,
        line: 5,
      },
    ],
  });
});

test("summary --json is an array for several networks, files or a folder", async () => {
  const networks = async (...args: string[]) =>
    JSON.parse((await lwnet("summary", ...args, "--json")).out).map((s: { network: string }) => s.network);
  expect(await networks(two)).toEqual(["A", "B"]);
  expect(await networks(tiny, `${two}#B`)).toEqual(["Tiny", "B"]);
  file("broken.lwnet", "");
  expect(await networks(".")).toEqual(["Tiny", "A", "B"]);
});

test("export writes one valid file, the same bytes each time", async () => {
  const first = await lwnet("export", tiny, "--format", "onnx", "-o", "a.onnx", "--json");
  expect(JSON.parse(first.out)).toEqual({
    network: "Tiny",
    format: "onnx",
    paths: ["a.onnx"],
    bytes: statSync(join(folder, "a.onnx")).size,
  });
  await lwnet("export", tiny, "-o", "b.onnx");
  expect(readFileSync(join(folder, "a.onnx")).equals(readFileSync(join(folder, "b.onnx")))).toBe(true);
  await lwnet("export", tiny, "--seed", "1", "-o", "b.onnx");
  expect(readFileSync(join(folder, "a.onnx")).equals(readFileSync(join(folder, "b.onnx")))).toBe(false);
});

test("export takes options of its format", async () => {
  const { out } = await lwnet(
    "export",
    tiny,
    ...["--opset", "13", "--batch", "2", "--external-above", "0.5kB"],
    ...["-o", "options.onnx", "--json"],
  );
  expect(JSON.parse(out)).toMatchObject({ paths: ["options.onnx", "options.onnx.data"] });
  const model = fromBinary(ModelProtoSchema, readFileSync(join(folder, "options.onnx")));
  expect(model.opsetImport[0]?.version).toBe(13n);
  const type = model.graph?.input[0]?.type?.value;
  const dims = type?.case === "tensorType" ? type.value.shape?.dim : [];
  expect(dims?.map((dim) => dim.value.value)).toEqual([2n, 3n, 8n, 8n]);
  expect(model.graph?.node[0]?.docString).toBe("tiny.lwnet:3");
});

test("export to TensorFlow.js tells the kind of model, and counts the files of many", async () => {
  const { out, err } = await lwnet("export", tiny, "--format", "tfjs", "-o", "web.json");
  expect(out).toMatch(/^Tiny: wrote web\.json and web\.shard1of1\.bin \(\S+ KB\)\n$/);
  expect(err).toBe(`It is a layers model: tf.loadLayersModel loads it, to run and to train.
Channels come last: it takes image as 8×8×3, after the batch.
`);
  const wide = file("wide.lwnet", "network Wide { input x: [1600] -> linear(1600) }\n");
  const many = await lwnet("export", wide, "--format", "tfjs", "-o", "wide.json");
  expect(many.out).toMatch(/^Wide: wrote wide\.json and 3 files of weights \(/);
  const { paths } = JSON.parse(
    (await lwnet("export", wide, "--format", "tfjs", "-o", "wide.json", "--json")).out,
  );
  expect(paths).toEqual(["wide.json", ...[1, 2, 3].map((i) => `wide.shard${i}of3.bin`)]);
});

test("export to PyTorch writes weights beside the source, if they are asked for or given", async () => {
  const plain = await lwnet("export", tiny, "--format", "pytorch", "-o", "plain.py");
  expect(plain).toMatchObject({ out: expect.stringMatching(/^Tiny: wrote plain\.py \(/), err: "" });
  const asked = await lwnet("export", tiny, "--format", "pytorch", "-o", "net.py", "--with-weights");
  expect(asked.out).toMatch(/^Tiny: wrote net\.py and net\.safetensors \(/);
  expect(asked.err).toBe(
    "The weights are in net.safetensors: the top of net.py tells how they are loaded.\n",
  );
  const given = ["--weights", "net.safetensors", "-o", "again.py", "--json"];
  const { paths } = JSON.parse((await lwnet("export", tiny, "--format", "pytorch", ...given)).out);
  expect(paths).toEqual(["again.py", "again.safetensors"]);
  const bytes = (name: string) => readFileSync(join(folder, name));
  expect(bytes("again.safetensors").equals(bytes("net.safetensors"))).toBe(true);
});

test("export to TensorFlow.js layers is refused where there is none, reason by reason", async () => {
  const grouped = file(
    "grouped.lwnet",
    "network Grouped { input x: [4, 8, 8] -> conv(4, 3, groups: 2) -> conv(4, 3, groups: 2) -> lrn }\n",
  );
  const asked = ["export", grouped, "--format", "tfjs", "-o", "grouped.json", "--tfjs-format"];
  const { code, err } = await lwnet(...asked, "layers");
  expect(code).toBe(1);
  expect(err).toBe(
    "lwnet: Grouped can't be exported as TensorFlow.js. conv splits its channels into 2 groups, for which TensorFlow.js has no layer, as does another layer. lrn normalises by neighbouring channels, for which TensorFlow.js has no layer. A graph model can have all of it.\n",
  );
  expect((await lwnet(...asked, "auto")).err).toMatch(
    /^It is a graph model: .* Not all of it can be layers\. conv /,
  );
});

test("export takes weights from a file, and run as well", async () => {
  await lwnet("export", tiny, "--seed", "3", "--format", "safetensors", "-o", "w.safetensors");
  await lwnet("export", tiny, "--seed", "3", "-o", "a.onnx");
  const { out } = await lwnet("export", tiny, "--weights", "w.safetensors", "-o", "b.onnx", "--json");
  expect(JSON.parse(out).weights).toMatchObject({
    file: "w.safetensors",
    fits: true,
    loaded: 4,
    unexpected: [],
  });
  expect(readFileSync(join(folder, "b.onnx")).equals(readFileSync(join(folder, "a.onnx")))).toBe(true);
  const checksum = async (...args: string[]) => {
    const run = await lwnet("run", tiny, "--device", "cpu", "--repeats", "1", "--json", ...args);
    return JSON.parse(run.out).outputs[0].checksum;
  };
  expect(await checksum("--weights", "a.onnx")).toBe(await checksum("--weights", "w.safetensors"));
  expect(await checksum()).not.toBe(await checksum("--weights", "a.onnx"));
});

test("weights that don't fit are reported and not exported, unless what is missing may start out anew", async () => {
  const other = file(
    "other.lwnet",
    readFileSync(join(folder, tiny), "utf8").replace("linear(10)", "linear(7)"),
  );
  await lwnet("export", other, "--format", "safetensors", "-o", "other.safetensors");
  const args = ["export", tiny, "--weights", "other.safetensors", "-o", "c.onnx"];
  const strict = await lwnet(...args);
  expect(strict.err).toMatch(
    /gets 2 of its 4 tensors.*\n {2}mis-shaped {2}fc.weight is 7×8 in the file but 10×8 in the/,
  );
  expect(strict.err).toContain("lwnet: other.safetensors does not fit; --allow-missing");
  expect(strict.code).toBe(1);
  expect(readdirSync(folder)).not.toContain("c.onnx");
  const loose = await lwnet(...args, "--allow-missing");
  expect(loose.err).toContain("mis-shaped  fc.bias");
  expect(loose.code).toBe(0);
  expect(readdirSync(folder)).toContain("c.onnx");
});

test("weights lists a network's tensors, or reports how a file fits", async () => {
  expect((await lwnet("weights", tiny)).out).toMatch(/^stem\.weight +8×3×3×3 +216$/m);
  const fits = await lwnet("weights", tiny, "--weights", "w.safetensors");
  expect(fits.out).toBe("Tiny gets all of its 4 tensors from w.safetensors (314 values)\n");
  const misfit = await lwnet("weights", tiny, "--weights", "other.safetensors", "--json");
  expect(JSON.parse(misfit.out)).toMatchObject({ fits: false, misshaped: [{ name: "fc.weight" }, {}] });
  expect(misfit.code).toBe(1);
  const damaged = await lwnet("weights", tiny, "--weights", tiny);
  expect(damaged.err).toMatch(/^lwnet: tiny\.lwnet is no safetensors file/);
  expect(damaged.code).toBe(1);
});

test("graph writes a figure, or what is in it as JSON", async () => {
  const { code, out } = await lwnet("graph", tiny);
  expect([code, out]).toEqual([0, "Tiny: wrote Tiny.svg\n"]);
  expect(readFileSync(join(folder, "Tiny.svg"), "utf8")).toMatch(/^<svg [\s\S]*conv 3×3, 8[\s\S]*<\/svg>\n$/);
  await lwnet("graph", tiny, "-o", "tiny.json", "--every-layer");
  const { nodes } = JSON.parse(readFileSync(join(folder, "tiny.json"), "utf8"));
  expect(nodes.map(({ id }: { id: string }) => id)).toContain("/relu");
});

test("graph unfolds what is named, and says which boxes there are", async () => {
  const blocks = file(
    "blocks.lwnet",
    "block b { conv(4, kernel: 3) -> conv(4, kernel: 1) }\nnetwork N { input x: [4, 8, 8] -> first: b -> second: b }\n",
  );
  await lwnet("graph", blocks, "-o", "blocks.json", "--unfold", "second");
  const { nodes } = JSON.parse(readFileSync(join(folder, "blocks.json"), "utf8"));
  expect(nodes.map(({ name, folded }: { name: string; folded?: true }) => [name, folded])).toEqual([
    ["", undefined],
    ["first", true],
    ["second", undefined],
    ["", undefined],
  ]);
  const wrong = await lwnet("graph", blocks, "--unfold", "secnd");
  expect([wrong.code, wrong.err]).toEqual([2, "lwnet: N has no box `secnd`; did you mean `second`?\n"]);
});

test("size prints bytes at fewer bits, and pruned, and what it assumes", async () => {
  const { out } = await lwnet("size", tiny, "--keep", "0.5");
  expect(out).toMatch(/^Tiny {2}314 parameters, 296 of them in kernels and matrices$/m);
  expect(out).toContain("Pruning leaves 50 % of each");
  const { rows } = JSON.parse((await lwnet("size", tiny, "--json")).out);
  expect(rows[0]).toMatchObject({ bits: 32, bytes: 4 * 314, pruned: null });
});

test("export that fails says why and leaves nothing", async () => {
  const before = readdirSync(folder);
  const { code, err } = await lwnet("export", tiny, "-o", "no/such/folder/x.onnx");
  expect(err).toMatch(/^lwnet: .*no\/such\/folder/);
  expect(code).toBe(1);
  expect(readdirSync(folder)).toEqual(before);
});

test("run prints its result for a notebook and for a spreadsheet", async () => {
  const run = (flag: string) => lwnet("run", tiny, "--device", "cpu", "--repeats", "1", flag);
  const [markdown, csv] = [await run("--markdown"), await run("--csv")];
  expect(markdown.out).toMatch(/^#+ .*Tiny/);
  expect(csv.out).toMatch(/^layer,operator,line,ms,.*\r\nstem,conv,3,/);
  expect((await lwnet("run", tiny, "--csv", "--json")).err).toMatch(/cannot be used with/);
});

test("run reports the device that ran, the latency, the output and every layer", async () => {
  const { code, out } = await lwnet("run", tiny, "--device", "cpu", "--repeats", "3", "--json");
  const result = JSON.parse(out);
  expect(result).toMatchObject({
    network: "Tiny",
    device: { requested: "cpu", ran: "cpu" },
    latencyMs: { repeats: 3 },
    outputs: [{ name: "logits", shape: [1, 10] }],
  });
  expect(result.latencyMs.median).toBeGreaterThan(0);
  expect(result.latencyMs.p95).toBeGreaterThanOrEqual(result.latencyMs.median);
  expect(result.layers.map((l: { name: string; line: number }) => [l.name, l.line])).toEqual([
    ["stem", 3],
    ["relu", 3],
    ["global_avg_pool", 4],
    ["flatten", 4],
    ["fc", 5],
  ]);
  expect(code).toBe(0);
});

test("bench runs networks side by side, and tells what could not run in its row", async () => {
  const args = ["bench", tiny, "--devices", "cpu,dml", "--batch", "1,2", "--repeats", "2"];
  const { out, code } = await lwnet(...args, "--json", "--plot", "bench.svg");
  const rows = JSON.parse(out);
  expect(rows.map((row: { device: string; batch: number }) => [row.device, row.batch])).toEqual([
    ["cpu", 1],
    ["cpu", 2],
    ["dml", 1],
    ["dml", 2],
  ]);
  expect(rows[1]).toMatchObject({ network: "Tiny", params: 314, run: { ran: "cpu" } });
  expect(rows[2].problem).toContain("DirectML");
  expect(code).toBe(1);
  expect(readFileSync(join(folder, "bench.svg"), "utf8")).toContain("Tiny");
});

test.each([
  [["bench", "tiny.lwnet", "--devices", "cpu,npu"], 2, /Devices are auto, gpu/],
  [["bench", "tiny.lwnet", "--batch", "1,0"], 2, /whole number, 1 or more/],
  [["bench", "tiny.lwnet", "--csv", "--json"], 2, /cannot be used with/],
  [["frob"], 2, /unknown command 'frob'/],
  [["check"], 2, /missing required argument/],
  [["check", "nofile.lwnet"], 2, /there is no file nofile\.lwnet/],
  [["summary", "tiny.lwnet#Tinny"], 2, /there is no network `Tinny` in tiny\.lwnet; did you mean `Tiny`\?/],
  [["export", "two.lwnet"], 2, /several networks are meant; name one: two\.lwnet#A, two\.lwnet#B/],
  [["export", "tiny.lwnet", "--format", "caffe"], 2, /Allowed choices are onnx/],
  [["export", "tiny.lwnet", "--opset", "12"], 2, /a whole number from 13 to 21/],
  [["export", "tiny.lwnet", "--batch", "0"], 2, /whole number, 1 or more/],
  [["export", "tiny.lwnet", "--external-above", "lots"], 2, /as in 500MB/],
  [["export", "tiny.lwnet", "--allow-missing"], 2, /goes with --weights/],
  [
    ["export", "tiny.lwnet", "--tfjs-format", "graph"],
    2,
    /is an option of TensorFlow\.js, and the format is ONNX/,
  ],
  [["export", "tiny.lwnet", "--with-weights"], 2, /is an option of PyTorch, and the format is ONNX/],
  [["export", "tiny.lwnet", "--io", "fp16"], 2, /--io fp16 goes with --precision fp16/],
  [["export", "tiny.lwnet", "--calibration", "."], 2, /--calibration goes with --precision int8/],
  [["size", "tiny.lwnet", "--keep", "1.5"], 2, /a number above 0, at most 1/],
  [["graph", "tiny.lwnet", "-o", "tiny.png"], 2, /a figure ends with \.svg, or with \.json/],
  [["fmt"], 2, /missing required argument/],
  [["fmt", "nofile.lwnet"], 2, /there is no file nofile\.lwnet/],
  [["fmt", "-", "tiny.lwnet"], 2, /can't be mixed with files/],
  [["run", "tiny.lwnet", "--repeats", "0"], 2, /whole number, 1 or more/],
  [["run", "tiny.lwnet", "--device", "tpu"], 2, /Allowed choices are auto, gpu, webgpu, cuda/],
  [["run", "tiny.lwnet", "--timeout", "0"], 2, /seconds above 0/],
  [["run", "tiny.lwnet", "--warmup", "-1"], 2, /whole number, 0 or more/],
  [["run", "tiny.lwnet", "--std", "1,0,1"], 2, /divided by 0/],
  [["run", "tiny.lwnet", "--mean", "0.5"], 2, /go with a picture/],
  [["run", "tiny.lwnet", "--calibration", "."], 2, /goes with --precision int8/],
  [
    ["run", "tiny.lwnet", "--engine", "tfjs", "--device", "cuda"],
    1,
    /does not run on cuda: choose the engine/,
  ],
  [["run", "tiny.lwnet", "--device", "dml"], 1, /^lwnet: ONNX Runtime has no DirectML here, on linux/],
  [["run", "tiny.lwnet", "--input", "no.png"], 1, /no\.png can't be read: it is not there/],
])("lwnet %j ends with %i", async (args, code, message) => {
  const outcome = await lwnet(...args);
  expect(outcome.err).toMatch(message);
  expect(outcome.code).toBe(code);
  expect(outcome.out).toBe("");
});

test("a file with errors is neither summarised, exported nor run", async () => {
  const bad = file("bad.lwnet", "network Bad { input x: [3, 8, 8] -> rellu }\n");
  for (const command of ["summary", "export", "run"]) {
    const { code, err } = await lwnet(command, bad);
    expect(err).toContain("error[unknown-name]");
    expect(code).toBe(1);
  }
});

describe("fmt", () => {
  const rough = "block  a {\nrelu ->\nbn }\n";
  const smooth = "block a {\n  relu\n    -> bn\n}\n";
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  test("writes files in place and prints which, keeps their permissions, and leaves nothing else", async () => {
    const name = file("rough.lwnet", rough);
    chmodSync(join(folder, name), 0o640);
    const before = readdirSync(folder);
    expect(await lwnet("fmt", name, tiny, name)).toEqual({ code: 0, out: "rough.lwnet\n", err: "" });
    expect(read(name)).toBe(smooth);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(before);
    expect(await lwnet("fmt", name)).toEqual({ code: 0, out: "", err: "" });
  });

  test("--check prints what is not formatted, fails, and writes nothing", async () => {
    const name = file("rough.lwnet", rough);
    expect(await lwnet("fmt", "--check", tiny, name)).toEqual({ code: 1, out: "rough.lwnet\n", err: "" });
    expect(read(name)).toBe(rough);
    expect(await lwnet("fmt", "--check", resolve("examples"))).toEqual({ code: 0, out: "", err: "" });
  });

  test("- is a filter", async () => {
    expect(await lwnetReading(rough, "fmt", "-")).toEqual({ code: 0, out: smooth, err: "" });
    expect(await lwnetReading(rough, "fmt", "-", "--check")).toEqual({ code: 1, out: "<stdin>\n", err: "" });
    expect(await lwnetReading(smooth, "fmt", "-", "--check")).toEqual({ code: 0, out: "", err: "" });
  });

  test("what has syntax errors is left as it is, told, and a failure; the rest is formatted", async () => {
    const bad = "block bad( {\nrelu }\n";
    const name = file("partly.lwnet", `block  good {}\n${bad}`);
    const { code, out, err } = await lwnet("fmt", name);
    expect(read(name)).toBe(`block good {}\n${bad}`);
    expect(out).toBe("partly.lwnet\n");
    expect(err).toMatch(/^partly\.lwnet:2:\d+: left as it is: /);
    expect(code).toBe(1);
  });

  test("a link stays a link, and bytes that are no text are not touched", async () => {
    file("rough.lwnet", rough);
    symlinkSync("rough.lwnet", join(folder, "link.lwnet"));
    expect((await lwnet("fmt", "link.lwnet")).out).toBe("link.lwnet\n");
    expect(lstatSync(join(folder, "link.lwnet")).isSymbolicLink()).toBe(true);
    expect(read("rough.lwnet")).toBe(smooth);

    writeFileSync(join(folder, "bytes.lwnet"), Uint8Array.of(0x2f, 0x2f, 0xff, 0x20));
    const { code, err } = await lwnet("fmt", "bytes.lwnet");
    expect(err).toContain("bytes.lwnet is not UTF-8 text");
    expect(code).toBe(2);
    expect([...readFileSync(join(folder, "bytes.lwnet"))]).toEqual([0x2f, 0x2f, 0xff, 0x20]);
  });
});

test("a network with named dimensions says what they must be, and runs with sizes", async () => {
  const named = file(
    "named.lwnet",
    "network N { input x: [3, H, W] -> residual { max_pool(2) -> upsample(2) } }\n",
  );
  const checked = await lwnet("check", named);
  expect(checked.out).toContain("information[condition]: N needs H and W divisible by 2");
  expect(checked.out).toContain("1 file, 1 network: no problems");
  expect(checked.code).toBe(0);
  const refused = await lwnet("run", named, "--device", "cpu");
  expect(refused.err).toContain("needs the size H of the input x");
  expect(refused.code).toBe(1);
  const { out } = await lwnet(
    "run",
    named,
    "--device",
    "cpu",
    "--repeats",
    "1",
    "--size",
    "H=8",
    "W=6",
    "--json",
  );
  expect(JSON.parse(out).outputs[0].shape).toEqual([1, 3, 8, 6]);
});

test("a layer of an imported block stands at the line that leads to it", async () => {
  const user = file(
    "user.lwnet",
    `// A few lines above, so that those of the other file would be told.
import { fire } from "std/squeezenet"
import { Base } from "./base.lwnet"
network N {
  input x: [8, 8, 8]
  conv(8, kernel: 1)
  repeat 2 { fire(2, 4, 4) }
}
network Mine = Base(4)
`,
  );
  file("base.lwnet", "network Base(c: int) {\n  input x: [8, 8, 8]\n  conv(c, kernel: 1)\n}\n");
  const { out } = await lwnet("summary", user, "--json");
  const lines = JSON.parse(out).map(({ layers }: { layers: { line: number }[] }) => [
    ...new Set(layers.map((l) => l.line)),
  ]);
  expect(lines).toEqual([[6, 7], [9]]);
});
