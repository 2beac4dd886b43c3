/** `lwnet summary FILE[#Network]`: shapes, parameters and arithmetic, layer by layer. */
import { formatBytes, formatCount, formatExact } from "../core/cost/format.ts";
import type { LayerSummary, Summary } from "../core/cost/summary.ts";
import { formatTable } from "../report/table.ts";
import { load, requireClean, standaloneNetworks, summaryOf } from "./targets.ts";
import { exitCodes, paint, print, printJson } from "./terminal.ts";

export async function summary(
  files: readonly string[],
  options: { readonly json?: boolean },
): Promise<number> {
  const loaded = await load(files);
  requireClean(loaded);
  const summaries = standaloneNetworks(loaded).map(({ target, network }) =>
    summaryOf(loaded, target, network),
  );
  // One chosen network is one object; several are an array, even if it has but one element.
  const one = loaded.single && summaries.length === 1;
  if (options.json) printJson(one ? summaries[0] : summaries);
  else print(summaries.map(summaryText).join("\n\n"));
  return exitCodes.clean;
}

export function summaryText(made: Summary): string {
  const inputs = made.inputs.map(({ name, shape }) => `${name} ${shape.join("×")}`).join(", ");
  const table = formatTable(
    [
      { title: "layer" },
      { title: "operator" },
      { title: "output", align: "right" },
      { title: "params", align: "right" },
      { title: "MACs", align: "right" },
      { title: "FLOPs", align: "right" },
      { title: "line", align: "right" },
    ],
    made.layers.map(layerRow),
    {
      totals: ["total", "", "", count(made.params), count(made.macs), count(made.flops), ""],
      strong: paint.strong,
    },
  );
  return `${paint.strong(made.network)}  ${inputs}\n\n${table}\n\n${totalsText(made)}`;
}

function layerRow(layer: LayerSummary): string[] {
  const shape = layer.outputShape.join("×");
  return [
    layer.name,
    layer.op,
    shape,
    orDash(layer.params),
    orDash(layer.macs),
    orDash(layer.flops),
    String(layer.line),
  ];
}

/** What is counted is said beside the counts: tools differ in it. */
export function totalsText(made: Summary): string {
  const size = typeof made.weightBytes === "number" ? formatBytes(made.weightBytes) : made.weightBytes;
  const activations =
    typeof made.activationBytes === "number" ? formatBytes(made.activationBytes) : made.activationBytes;
  const peak =
    made.peakBytes === null ? "" : `, at most ${formatBytes(made.peakBytes)} of them alive at once`;
  return [
    `${exact(made.params)} parameters (${size} at 32 bits), ${exact(made.buffers)} buffers not counted`,
    `${exact(made.macs)} MACs (convolutions, linear layers, products of matrices), ${exact(made.flops)} FLOPs (2 a MAC, and all other arithmetic)`,
    `${activations} of activations for one image${peak}`,
  ].join("\n");
}

function orDash(value: number | string): string {
  return value === 0 ? "–" : count(value);
}

function count(value: number | string): string {
  return typeof value === "number" ? formatCount(value) : value;
}

function exact(value: number | string): string {
  return typeof value === "number" ? formatExact(value) : value;
}
