/**
 * What the core costs, side by side in one run: `npm run bench`. A keystroke puts a letter into a line of the file and
 * takes it out again; each time diagnostics and hints are made anew. Ratios say more than times: those depend on the
 * machine and on what else it does.
 */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { diagnostics, inlayHints, Workspace } from "../../server/src/core/index.ts";
import { nodeFiles } from "../../server/src/host/node/files.ts";
import { formatTable } from "../../server/src/report/table.ts";
import { longFile } from "./generate.ts";
import { inSight, requests } from "./requests.ts";

const keystrokes = 200;
const warmUp = 30;
const hints = { shapes: true, params: true, work: true, workUnit: "macs" } as const;

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function answer(workspace: Workspace, id: string): void {
  const analysis = workspace.analysis();
  diagnostics(analysis, id);
  inlayHints(analysis, id, hints);
}

/** Where the words begin that lines begin with. */
function lineStarts(text: string): number[] {
  return [...text.matchAll(/\n +[a-z]/g)].map((match) => match.index + match[0].length);
}

function measure(id: string, text: string) {
  const cold = elapsed(() => {
    const workspace = new Workspace(nodeFiles);
    workspace.setFile(id, text);
    answer(workspace, id);
  });
  const workspace = new Workspace(nodeFiles);
  const places = lineStarts(text);
  const times: number[] = [];
  for (let i = 0; i < keystrokes; i++) {
    const at = places[(i * 7) % places.length] ?? 0;
    for (const version of [`${text.slice(0, at)}x${text.slice(at)}`, text]) {
      times.push(
        elapsed(() => {
          workspace.setFile(id, version);
          answer(workspace, id);
        }),
      );
    }
  }
  times.sort((a, b) => a - b);
  return { cold, median: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const files = globSync("examples/*.lwnet").sort();
// The first file pays for compiling our own code.
for (const file of files.slice(0, 3)) measure(`file:///warm/${file}`, readFileSync(file, "utf8"));

const rows = files.map((file) => {
  const text = readFileSync(file, "utf8");
  const { cold, median, p99 } = measure(new URL(`../../${file}`, import.meta.url).href, text);
  const lines = text.split("\n").length;
  return [
    basename(file),
    String(lines),
    cold.toFixed(1),
    median.toFixed(2),
    p99.toFixed(1),
    (median / cold).toFixed(2),
  ];
});
const right = { align: "right" } as const;
console.log("diagnostics and hints, in milliseconds\n");
console.log(
  formatTable(
    [
      { title: "file" },
      { title: "lines", ...right },
      { title: "cold", ...right },
      { title: "keystroke", ...right },
      { title: "99th", ...right },
      { title: "keystroke/cold", ...right },
    ],
    rows,
  ),
);

/** Every request by itself, after each keystroke: at 60 frames a second one may take 16.7 ms. */
const frameMs = 1000 / 60;

function measureRequests(text: string): Map<string, number[]> {
  const id = "file:///requests.lwnet";
  const workspace = new Workspace(nodeFiles);
  const times = new Map(Object.keys(requests).map((name) => [name, [] as number[]]));
  const places = lineStarts(text);
  for (let i = -warmUp; i < keystrokes; i++) {
    const at = places[((i + warmUp) * 7) % places.length] ?? 0;
    for (const version of [`${text.slice(0, at)}x${text.slice(at)}`, text]) {
      workspace.setFile(id, version);
      const analysis = workspace.analysis();
      const lines = analysis.file(id)?.lines;
      if (!lines) continue;
      const place = { analysis, id, offset: at, range: inSight(lines, at) };
      for (const [name, ask] of Object.entries(requests)) {
        let answer: unknown;
        const time = elapsed(() => {
          answer = ask(place);
        });
        if (i >= 0) times.get(name)?.push(typeof answer === "number" ? answer : time);
      }
    }
  }
  for (const each of times.values()) each.sort((a, b) => a - b);
  return times;
}

const asked = [
  { title: "3,000 lines", times: measureRequests(longFile(3000)) },
  ...["densenet", "resnet"].map((name) => ({
    title: name,
    times: measureRequests(readFileSync(`examples/${name}.lwnet`, "utf8")),
  })),
];
console.log("\neach request after a keystroke: median and 99th percentile, in frames of 16.7 ms\n");
console.log(
  formatTable(
    [{ title: "request" }, ...asked.map(({ title }) => ({ title, ...right }))],
    Object.keys(requests).map((name) => [
      name,
      ...asked.map(({ times }) => {
        const sorted = times.get(name) ?? [];
        return [0.5, 0.99].map((q) => (quantile(sorted, q) / frameMs).toFixed(2)).join("  ");
      }),
    ]),
  ),
);

/** The cost follows distinct instances, not layers. */
const unit =
  "block unit { residual { conv(16, kernel: 3) -> bn -> relu -> conv(16, kernel: 3) -> bn } -> relu }\n";
const deep = (n: number) =>
  `${unit}network N { input x: [3, 32, 32] -> conv(16, kernel: 3)\n repeat ${n} { unit } }\n`;
const times = [3, 200, 100_000].map((n) => {
  const runs = Array.from({ length: 51 }, () =>
    elapsed(() => {
      const workspace = new Workspace();
      workspace.setFile("file:///deep.lwnet", deep(n));
      answer(workspace, "file:///deep.lwnet");
    }),
  ).sort((a, b) => a - b);
  return { n, ms: quantile(runs, 0.5) };
});
const [shallow] = times;
console.log("\nthe same unit repeated, checked from an empty memo\n");
console.log(
  formatTable(
    [
      { title: "units", ...right },
      { title: "ms", ...right },
      { title: "ratio", ...right },
    ],
    times.map(({ n, ms }) => [
      n.toLocaleString("en-US"),
      ms.toFixed(2),
      (ms / (shallow?.ms ?? ms)).toFixed(2),
    ]),
  ),
);
