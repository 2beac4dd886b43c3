/** Runs of several networks side by side, as data, a table, Markdown and CSV. */
import { formatBytes, formatCount } from "../core/cost/format.ts";
import type { Accuracy } from "./accuracies.ts";
import type { DeviceSummary } from "./runResult.ts";
import { formatTable, type TableOptions } from "./table.ts";
import { type Column, csvLine, markdownTable } from "./tablesForOthers.ts";

export interface BenchRow {
  readonly network: string;
  readonly file: string;
  readonly params: number;
  /** Of one input. */
  readonly macs: number;
  /** Of the parameters at 32 bits, and the most of activations at once; for one input. */
  readonly weightBytes: number;
  readonly peakBytes: number | null;
  readonly accuracy?: Accuracy;
  /** What was asked for. */
  readonly device: string;
  readonly batch: number;
  readonly run?: BenchRun;
  /** Why there is no run. */
  readonly problem?: string;
}

export interface BenchRun {
  readonly ran: DeviceSummary["ran"];
  readonly name: string;
  readonly engine: string;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Inputs a second, at the median. */
  readonly throughput: number;
  readonly notes: readonly string[];
}

const columns: readonly Column[] = [
  { title: "network" },
  { title: "params", align: "right" },
  { title: "MACs", align: "right" },
  { title: "weights", align: "right" },
  { title: "peak", align: "right" },
  { title: "top 1", align: "right" },
  { title: "device" },
  { title: "batch", align: "right" },
  { title: "median", align: "right" },
  { title: "p95", align: "right" },
  { title: "inputs/s", align: "right" },
];

function cells(row: BenchRow): string[] {
  const { run } = row;
  return [
    row.network,
    formatCount(row.params),
    formatCount(row.macs),
    formatBytes(row.weightBytes),
    row.peakBytes === null ? "–" : formatBytes(row.peakBytes),
    row.accuracy ? `${row.accuracy.top1.toFixed(1)} %` : "–",
    run ? deviceName(run) : row.device,
    String(row.batch),
    run ? `${run.medianMs.toFixed(2)} ms` : "–",
    run ? `${run.p95Ms.toFixed(2)} ms` : "–",
    run ? run.throughput.toFixed(run.throughput < 10 ? 2 : 0) : "–",
  ];
}

/** What ran, in few words: `cpu`, `gpu (emulated)`. */
function deviceName({ ran }: BenchRun): string {
  return ran === "gpu-software" ? "gpu (emulated)" : ran;
}

export function benchText(rows: readonly BenchRow[], options: TableOptions = {}): string {
  return [formatTable(columns, rows.map(cells), options), ...footnotes(rows)].join("\n");
}

export function benchMarkdown(rows: readonly BenchRow[]): string {
  const table = markdownTable(columns, rows.map(cells));
  const notes = footnotes(rows).filter((line) => line !== "");
  return [table, ...(notes.length > 0 ? ["", ...notes.map((note) => `- ${note}`)] : [])].join("\n");
}

/** Numbers in full, for spreadsheets: units stand in the first line. */
export function benchCsv(rows: readonly BenchRow[]): string {
  const head =
    "network,file,params,macs,weight_bytes,peak_bytes,top1_percent,top5_percent,device,batch,ran,device_name,engine,first_ms,median_ms,p95_ms,inputs_per_second,problem";
  const lines = rows.map((row) => {
    const { run, accuracy } = row;
    const given = [row.network, row.file, row.params, row.macs, row.weightBytes, row.peakBytes];
    const measured = [run?.ran, run?.name, run?.engine, run?.firstMs, run?.medianMs, run?.p95Ms];
    const published = [accuracy?.top1, accuracy?.top5];
    return csvLine([
      ...given,
      ...published,
      row.device,
      row.batch,
      ...measured,
      run?.throughput,
      row.problem,
    ]);
  });
  return [head, ...lines].join("\n");
}

/** On what it ran, what failed, and where the figures that were not measured come from. */
function footnotes(rows: readonly BenchRow[]): string[] {
  const devices = rows.flatMap(({ run }) =>
    run ? [`${deviceName(run)}: ${run.name || "unknown"}, ${run.engine}.`] : [],
  );
  const notes = rows.flatMap(({ run }) => run?.notes ?? []);
  const problems = rows.flatMap(({ network, device, batch, problem }) =>
    problem === undefined ? [] : [`${network} on ${device}, batch ${batch}: ${problem}`],
  );
  const sources = rows.flatMap(({ network, accuracy }) =>
    accuracy ? [[accuracy.source, network] as const] : [],
  );
  const bySource = new Map<string, Set<string>>();
  for (const [source, network] of sources)
    bySource.set(source, (bySource.get(source) ?? new Set()).add(network));
  const published = [...bySource].map(
    ([source, networks]) => `Top 1 on ImageNet of ${[...networks].join(", ")}: ${source}.`,
  );
  return ["", ...new Set([...devices, ...notes, ...problems, ...published])];
}
