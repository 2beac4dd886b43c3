/** A run as a file: CSV of its layers, JSON of all of it, Markdown for an issue or a notebook. */
import { formatBytes, formatCount } from "../core/cost/format.ts";
import { shortDevice } from "./deviceText.ts";
import type { LayerTime, RunResult } from "./runResult.ts";
import { csvLine, markdownTable } from "./tablesForOthers.ts";
import { milliseconds } from "./words.ts";

export const runFormats = ["csv", "json", "markdown"] as const;
export type RunFormat = (typeof runFormats)[number];

export function exportRun(result: RunResult, format: RunFormat): string {
  const writers = { csv: runCsv, json: runJson, markdown: runMarkdown };
  return writers[format](result);
}

function runJson(result: RunResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

const csvColumns: readonly (readonly [
  title: string,
  of: (layer: LayerTime) => string | number | undefined,
])[] = [
  ["layer", ({ name }) => name],
  ["operator", ({ op }) => op],
  ["line", ({ line }) => line],
  ["ms", ({ ms }) => ms],
  ["share", ({ share, ms }) => (ms === undefined ? undefined : share)],
  ["device", ({ device }) => device],
  ["macs", ({ macs }) => macs],
  ["flops", ({ flops }) => flops],
  ["params", ({ params }) => params],
  ["bytes", ({ bytes }) => bytes],
  ["output_shape", ({ outputShape }) => outputShape?.join("x")],
];

/** A row for each layer, with plain numbers; what is not known is empty. */
function runCsv({ layers }: RunResult): string {
  const rows = layers.map((layer) => csvColumns.map(([, of]) => of(layer)));
  return [csvColumns.map(([title]) => title), ...rows].map((cells) => `${csvLine(cells)}\r\n`).join("");
}

function runMarkdown(result: RunResult): string {
  const { network, latencyMs, device, batch, precision, input, achieved, ceilings, layers } = result;
  const rate = (value: number, unit: string) => `${formatBytes(value * 1e9).replace(/B$/, unit)}/s`;
  const facts = [
    ["device", `${shortDevice(device)}, ${device.engine} (${device.provider})`],
    ["run", `${result.ranAt}, batch ${batch}, ${precision}, input ${input.name ?? input.kind}`],
    ["median", milliseconds(latencyMs.median)],
    ["95th percentile", `${milliseconds(latencyMs.p95)} of ${latencyMs.repeats} runs`],
    ["first run", milliseconds(latencyMs.first)],
    ...(achieved ? [["reached", `${rate(achieved.gflops, "FLOP")}, ${rate(achieved.gbps, "B")}`]] : []),
    ...(ceilings ? [["at most", `${rate(ceilings.gflops, "FLOP")}, ${rate(ceilings.gbps, "B")}`]] : []),
    ["model", formatBytes(result.modelBytes)],
  ];
  const notes = [
    ...device.fellBack.map(
      ({ layers: fell, why, fix }) =>
        `- ${fell.length === 0 ? "All layers" : fell.map((name) => `\`${name}\``).join(", ")} fell back: ${why} ${fix}`,
    ),
    ...device.notes.map((note) => `- ${note}`),
  ];
  return [
    `# ${network}`,
    markdownTable([{ title: "" }, { title: "" }], facts),
    ...(notes.length > 0 ? [notes.join("\n")] : []),
    `Layers: ${result.layerTiming}.`,
    ...(layers.length > 0 ? [layerTable(layers)] : []),
    "",
  ].join("\n\n");
}

function layerTable(layers: readonly LayerTime[]): string {
  const left = ["layer", "operator"].map((title) => ({ title }));
  const right = ["line", "ms", "share", "MACs", "params", "moved"].map((title) => ({
    title,
    align: "right" as const,
  }));
  const rows = layers.map(({ name, op, line, ms, share, macs, params, bytes }) => [
    `\`${name}\``,
    op,
    line === undefined ? "" : String(line),
    ms === undefined ? "" : ms.toFixed(3),
    ms === undefined ? "" : `${(share * 100).toFixed(1)} %`,
    macs === undefined ? "" : formatCount(macs),
    params === undefined ? "" : formatCount(params),
    bytes === undefined ? "" : formatBytes(bytes),
  ]);
  return markdownTable([...left, ...right], rows);
}
