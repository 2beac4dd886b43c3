/**
 * What writing a large network costs, beside writing as many bytes plainly, side by side in one run: `npm run
 * bench:export`. Plainly means from one buffer, to the disk and renamed, as an export is. Then the memory that the
 * command line takes at most. Ratios say more than times: those depend on the disk and on what else it does.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FormatId, formats } from "../../server/src/core/backends/formats.ts";
import { formatBytes } from "../../server/src/core/cost/format.ts";
import { networkGraph, Workspace } from "../../server/src/core/index.ts";
import { matchWeights } from "../../server/src/core/weights/match.ts";
import { openWeights } from "../../server/src/host/node/weightFile.ts";
import { writeFiles } from "../../server/src/host/node/writeFiles.ts";
import { formatTable } from "../../server/src/report/table.ts";

const rounds = 5;
const [file = "examples/vgg.lwnet", name = "VGG19"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "lwnet-bench-"));

const workspace = new Workspace();
workspace.setFile("file:///bench.lwnet", readFileSync(file, "utf8"));
const graph = networkGraph(workspace.analysis(), "file:///bench.lwnet", name);
if ("problem" in graph) throw new Error(graph.problem);
const found = graph;

/** A disk may make less of bytes that are all the same. */
const buffer = randomBytes(4 * 2 ** 20);

async function plain(bytes: number): Promise<void> {
  const handle = await open(join(folder, "plain.tmp"), "w");
  for (let left = bytes; left > 0; left -= buffer.length)
    await handle.write(buffer, 0, Math.min(left, buffer.length));
  await handle.sync();
  await handle.close();
  await rename(join(folder, "plain.tmp"), join(folder, "plain"));
}

async function exported(format: FormatId, weights?: string): Promise<number> {
  const source = weights === undefined ? undefined : openWeights(weights);
  const given = source && matchWeights(found, source).given;
  const fileName = `${given ? "again" : "net"}${formats[format].extension}`;
  const made = formats[format].write(found, { fileName, version: "0", ...(given ? { given } : {}) });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  const result = await writeFiles(folder, made.files);
  source?.close();
  if (!result.ok) throw new Error(result.message);
  return result.bytes;
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const bytes = await exported("onnx");
await exported("safetensors");
await plain(bytes);
const jobs: Readonly<Record<string, () => Promise<unknown>>> = {
  plainly: () => plain(bytes),
  "as ONNX": () => exported("onnx"),
  "as safetensors": () => exported("safetensors"),
  "as TensorFlow.js": () => exported("tfjs"),
  "as ONNX, weights from a file": () => exported("onnx", join(folder, "net.safetensors")),
};
const times = new Map(Object.keys(jobs).map((job) => [job, [] as number[]]));
for (let round = 0; round < rounds; round++) {
  // What the one before left for the disk to do must not always meet the same.
  const all = Object.entries(jobs);
  for (const [job, work] of [...all.slice(round % all.length), ...all.slice(0, round % all.length)])
    times.get(job)?.push(await elapsed(work));
}

const median = (values: readonly number[] = []) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const base = median(times.get("plainly"));
const right = { align: "right" } as const;
console.log(`${formatBytes(bytes)} of ${name}, written and synced to ${tmpdir()}, median of ${rounds}\n`);
console.log(
  formatTable(
    [
      { title: "written" },
      { title: "ms", ...right },
      { title: "MB/s", ...right },
      { title: "speed", ...right },
    ],
    [...times].map(([job, all]) => {
      const ms = median(all);
      return [job, ms.toFixed(0), (bytes / ms / 1000).toFixed(0), (base / ms).toFixed(2)];
    }),
  ),
);

execFileSync("npm", ["run", "build"], { stdio: "ignore" });
console.log("\nmemory of the command line, at most\n");
const hook = new URL("peakMemory.ts", import.meta.url).href;
const commands: Readonly<Record<string, readonly string[]>> = {
  "summary, for comparison": ["summary"],
  ...Object.fromEntries(
    Object.keys(formats).map((format) => [
      `export --format ${format}`,
      ["export", "--format", format, "-o", folder],
    ]),
  ),
  "export --weights net.safetensors": ["export", "--weights", join(folder, "net.safetensors"), "-o", folder],
  "export --weights net.onnx": ["export", "--weights", join(folder, "net.onnx"), "-o", folder],
};
const rows = Object.entries(commands).map(([title, [command = "", ...rest]]) => {
  const args = ["--import", hook, "dist/cli.js", command, `${file}#${name}`, ...rest];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
  return [title, status === 0 ? formatBytes(peak) : stderr.trim()];
});
console.log(formatTable([{ title: "command" }, { title: "peak", ...right }], rows));
rmSync(folder, { recursive: true, force: true });
