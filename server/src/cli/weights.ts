/** `lwnet weights FILE[#Network]`: the network's tensors, or how those of a file fit them; and reading such a file. */
import { formatExact } from "../core/cost/format.ts";
import type { Graph } from "../core/index.ts";
import { matchWeights } from "../core/weights/match.ts";
import { countOf } from "../core/weights/source.ts";
import type { GivenWeights } from "../core/weights/weights.ts";
import { openWeights } from "../host/node/weightFile.ts";
import { formatTable } from "../report/table.ts";
import { type WeightReport, weightReport, weightReportText } from "../report/weightReport.ts";
import { loadGraph } from "./exportModel.ts";
import { CommandError, exitCodes, paint, print, printError, printJson } from "./terminal.ts";

export interface WeightFileOptions {
  /** A file to take the weights from. */
  readonly weights?: string;
  /** What the file lacks starts out as without one. */
  readonly allowMissing?: boolean;
}

export interface WeightsOptions extends WeightFileOptions {
  readonly json?: boolean;
}

export async function weightsCommand(file: string, options: WeightsOptions): Promise<number> {
  const { graph } = await loadGraph(file);
  if (options.weights === undefined) {
    list(graph, options);
    return exitCodes.clean;
  }
  const { report, close } = readWeights(graph, options.weights);
  close();
  if (options.json) printJson(report);
  else print(weightReportText(report, paint.strong));
  return report.fits ? exitCodes.clean : exitCodes.failed;
}

function list(graph: Graph, { json }: WeightsOptions): void {
  const tensors = graph.nodes
    .flatMap((node) => node.weights)
    .map(({ fullName: name, shape, trainable }) => ({ name, shape, trainable }));
  if (json) {
    printJson({ network: graph.name, tensors });
    return;
  }
  const right = { align: "right" } as const;
  const columns = [
    { title: "tensor" },
    { title: "shape", ...right },
    { title: "values", ...right },
    { title: "" },
  ];
  const rows = tensors.map(({ name, shape, trainable }) => [
    name,
    shape.join("×"),
    formatExact(countOf(shape)),
    trainable ? "" : "buffer",
  ]);
  print(formatTable(columns, rows, { strong: paint.strong }));
}

export interface GivenFile {
  readonly given?: GivenWeights;
  readonly report?: WeightReport;
}

/** Runs something with the weights of a file, if one is named and fits; what is odd about it goes to stderr. */
export async function withWeights<T>(
  graph: Graph,
  { weights, allowMissing, json }: WeightsOptions,
  use: (file: GivenFile) => Promise<T>,
): Promise<T> {
  if (weights === undefined) {
    if (allowMissing) throw new CommandError("--allow-missing goes with --weights");
    return use({});
  }
  const { report, given, close } = readWeights(graph, weights);
  try {
    const text = weightReportText(report, paint.strong);
    if (!report.fits && !allowMissing) {
      const way = `--allow-missing lets these start out as without a file.`;
      throw new CommandError(`${text}\n\nlwnet: ${weights} does not fit; ${way}`, exitCodes.failed);
    }
    const isOdd = !report.fits || report.unexpected.length > 0 || report.prefix !== "";
    if (isOdd && !json) printError(text);
    return await use({ given, report });
  } finally {
    close();
  }
}

function readWeights(graph: Graph, path: string) {
  const source = openWeights(path);
  const match = matchWeights(graph, source);
  const report = weightReport(graph, match, { file: path, format: source.format });
  return { report, given: match.given, close: source.close };
}
