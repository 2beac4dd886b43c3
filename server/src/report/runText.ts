/** A run's result as text: one line for a notification, and all of it with a table of the layers. */
import { formatBytes } from "../core/cost/format.ts";
import type { DeviceSummary, LayerTime, RunResult } from "./runResult.ts";
import { formatTable, type TableOptions } from "./table.ts";
import type { Column } from "./tablesForOthers.ts";
import { capital, counted, milliseconds } from "./words.ts";

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
  const repeats = counted(latencyMs.repeats, "run");
  const lines = [
    strong(result.network),
    `  device   ${capital(where(device))} (${device.engine}${providersText(device)})`,
    ...device.notes.map((note) => `           ${note}`),
    ...device.fellBack.map(({ fix }) => `  advice   ${fix}`),
    `  input    ${inputText(result)}`,
    `  latency  ${milliseconds(latencyMs.median)} median, ${milliseconds(latencyMs.p95)} p95 of ${repeats}; first run ${milliseconds(latencyMs.first)}`,
    ...achievedText(result),
    ...result.outputs.map(
      ({ name, shape, checksum }) => `  output   ${name} [${shape.join(", ")}], checksum ${checksum}`,
    ),
    ...predictionText(result),
    `  model    ${modelPath === undefined ? "" : `${modelPath}, `}${formatBytes(result.modelBytes)}`,
    `  layers   ${result.layerTiming}`,
    ...overheadText(result),
  ];
  if (layers.length > 0) lines.push("", layerTable(layers, options));
  return lines.join("\n");
}

/** `, 66 layers on webgpu`. */
function providersText({ providers }: DeviceSummary): string {
  return providers.map(({ provider, layers }) => `, ${counted(layers, "layer")} on ${provider}`).join("");
}

function inputText({ input, batch, precision }: RunResult): string {
  return `${input.name ?? input.kind}, batch ${batch}, ${precision}`;
}

function achievedText({ achieved, ceilings }: RunResult): string[] {
  if (!achieved) return [];
  const of = (value: number, most: number | undefined, unit: string) =>
    `${rate(value)} ${unit}${most === undefined ? "" : ` of ${rate(most)}`}`;
  return [
    `  speed    ${of(achieved.gflops, ceilings?.gflops, "GFLOP/s")}, ${of(achieved.gbps, ceilings?.gbps, "GB/s")}`,
  ];
}

function predictionText({ predictions = [] }: RunResult): string[] {
  return predictions.map(({ index, label, probability }, i) => {
    const name = label === undefined ? `class ${index}` : `${label} (${index})`;
    return `  ${i === 0 ? "likely " : "       "}  ${(probability * 100).toFixed(1).padStart(5)} %  ${name}`;
  });
}

function overheadText({ layersSumMs, overheadMs }: RunResult): string[] {
  if (layersSumMs === undefined || overheadMs === undefined) return [];
  return [
    `           Their sum is ${milliseconds(layersSumMs)}; the whole of such a run took ${milliseconds(overheadMs)} more.`,
  ];
}

function rate(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3);
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
