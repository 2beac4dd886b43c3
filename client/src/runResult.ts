/**
 * A run's result as text: one line for a notification, a table for the output channel. It says in words where
 * the network really ran. Pure text, knows nothing of the editor.
 */
import type { DeviceReport, LayerTime, RunResult } from "../../server/src/lsp/protocol.ts";

/** `DenseNet121: 42.3 ms median (p95 44.0 ms) on the CPU, AMD EPYC 7763`. */
export function summarizeRun({ network, latencyMs, device }: RunResult): string {
  return `${network}: ${ms(latencyMs.median)} median (p95 ${ms(latencyMs.p95)}) on ${where(device)}`;
}

/** All of a result, in lines with aligned columns. */
export function formatRun(result: RunResult): string {
  const { latencyMs, device, layers } = result;
  const lines = [
    result.network,
    `  device   ${capital(where(device))} (${device.engine})`,
    ...device.notes.map((note) => `           ${note}`),
    `  latency  ${ms(latencyMs.median)} median, ${ms(latencyMs.p95)} p95 of ${latencyMs.repeats} runs; first run ${ms(latencyMs.first)}`,
    ...result.outputs.map(
      ({ name, shape, checksum }) => `  output   ${name} [${shape.join(", ")}], checksum ${checksum}`,
    ),
    `  model    ${result.modelPath} (${bytes(result.modelBytes)})`,
    `  layers   ${result.layerTiming}`,
  ];
  if (layers.length > 0) lines.push("", ...layerTable(layers));
  return lines.join("\n");
}

function where(device: DeviceReport): string {
  const places = {
    gpu: "the GPU",
    "gpu-software": "a GPU emulated in software",
    mixed: "the GPU, some layers on the CPU",
    cpu: "the CPU",
  } satisfies Record<DeviceReport["ran"], string>;
  return device.name === "" ? places[device.ran] : `${places[device.ran]}, ${device.name}`;
}

function layerTable(layers: readonly LayerTime[]): string[] {
  // Where all ran on one device, a column of it says nothing.
  const devices = new Set(layers.map(({ device }) => device)).size > 1;
  const head = ["line", "layer", "op", "ms", "share", ...(devices ? ["device"] : [])];
  const rows = layers.map((layer) => [
    layer.line === undefined ? "" : String(layer.line + 1),
    layer.name,
    layer.op,
    layer.ms?.toFixed(3) ?? "–",
    layer.ms === undefined ? "–" : `${(layer.share * 100).toFixed(1)}%`,
    ...(devices ? [layer.device] : []),
  ]);
  return table([head, ...rows], new Set([0, 3, 4]));
}

function table(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

/** `32.5 MB`, in powers of 1024. */
export function bytes(value: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  let scaled = value;
  for (; scaled >= 1024 && unit < units.length - 1; unit++) scaled /= 1024;
  return `${unit === 0 ? scaled : scaled.toFixed(1)} ${units[unit]}`;
}

/** `7,978,856`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
