/** A run's result as text: one line for a notification, and all of it with a table of the layers. */
import { formatBytes } from "../core/cost/format.ts";
import type { DeviceSummary, LayerTime, RunResult } from "./runResult.ts";
import { type Column, formatTable, type TableOptions } from "./table.ts";
import { capital } from "./words.ts";

/** `DenseNet121: 42.3 ms median (p95 44.0 ms) on the CPU, AMD EPYC 7763`. */
export function summarizeRun({ network, latencyMs, device }: RunResult): string {
  return `${network}: ${milliseconds(latencyMs.median)} median (p95 ${milliseconds(latencyMs.p95)}) on ${where(device)}`;
}

/** Device, latency, output and layers. `modelPath` is named where the file is kept. */
export function formatRun(
  result: RunResult,
  modelPath: string | undefined,
  options: TableOptions = {},
): string {
  const { latencyMs, device, layers } = result;
  const { strong = (text: string) => text } = options;
  const repeats = `${latencyMs.repeats} ${latencyMs.repeats === 1 ? "run" : "runs"}`;
  const lines = [
    strong(result.network),
    `  device   ${capital(where(device))} (${device.engine})`,
    ...device.notes.map((note) => `           ${note}`),
    `  latency  ${milliseconds(latencyMs.median)} median, ${milliseconds(latencyMs.p95)} p95 of ${repeats}; first run ${milliseconds(latencyMs.first)}`,
    ...result.outputs.map(
      ({ name, shape, checksum }) => `  output   ${name} [${shape.join(", ")}], checksum ${checksum}`,
    ),
    `  model    ${modelPath === undefined ? "" : `${modelPath}, `}${formatBytes(result.modelBytes)}`,
    `  layers   ${result.layerTiming}`,
  ];
  if (layers.length > 0) lines.push("", layerTable(layers, options));
  return lines.join("\n");
}

function where(device: DeviceSummary): string {
  const places = {
    gpu: "the GPU",
    "gpu-software": "a GPU emulated in software",
    mixed: "the GPU, some layers on the CPU",
    cpu: "the CPU",
  } satisfies Record<DeviceSummary["ran"], string>;
  return `${places[device.ran]}, ${device.name === "" ? "whose name is unknown" : device.name}`;
}

function layerTable(layers: readonly LayerTime[], options: TableOptions): string {
  // Where all ran on one device, a column of it says nothing.
  const mixed = new Set(layers.map(({ device }) => device)).size > 1;
  const columns: Column[] = [
    { title: "layer" },
    { title: "operator" },
    { title: "ms", align: "right" },
    { title: "share", align: "right" },
    { title: "line", align: "right" },
    ...(mixed ? [{ title: "device" }] : []),
  ];
  const rows = layers.map((layer) => [
    layer.name,
    layer.op,
    layer.ms?.toFixed(3) ?? "–",
    layer.ms === undefined ? "–" : `${(layer.share * 100).toFixed(1)} %`,
    layer.line === undefined ? "" : String(layer.line),
    ...(mixed ? [layer.device] : []),
  ]);
  const sum = layers.reduce((total, { ms }) => total + (ms ?? 0), 0);
  const totals = ["sum", "", sum.toFixed(3), "", "", ...(mixed ? [""] : [])];
  return formatTable(columns, rows, { ...options, totals });
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
