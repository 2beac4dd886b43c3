/** How a file's weights fit a network, as data and as text. */
import { formatCount } from "../core/cost/format.ts";
import type { Graph } from "../core/index.ts";
import { nearestName } from "../core/sema/suggest.ts";
import type { NamedShape, WeightMatch } from "../core/weights/match.ts";
import { countOf, printable } from "../core/weights/source.ts";

export interface WeightReport {
  readonly network: string;
  readonly file: string;
  readonly format: string;
  /** Nothing that the network needs is missing, mis-shaped or no floating-point number. */
  readonly fits: boolean;
  /** Of the network, and how many of them the file has. */
  readonly tensors: number;
  readonly loaded: number;
  /** Values in those. */
  readonly values: number;
  /** What was taken off the front of the file's names. */
  readonly prefix: string;
  readonly missing: readonly (NamedShape & {
    /** The unexpected name nearest to it; of the same shape if there is one. */
    readonly nearest?: string;
  })[];
  readonly misshaped: WeightMatch["misshaped"];
  readonly notFloats: WeightMatch["notFloats"];
  readonly unexpected: readonly NamedShape[];
}

export interface ReportedFile {
  readonly file: string;
  readonly format: string;
}

/** Beyond so many comparisons no names are suggested: then nothing fits anyway. */
const maxComparisons = 200_000;

export function weightReport(graph: Graph, match: WeightMatch, { file, format }: ReportedFile): WeightReport {
  const weights = graph.nodes.flatMap((node) => node.weights);
  const { missing, misshaped, notFloats, unexpected, prefix, given } = match;
  const suggests = missing.length * unexpected.length <= maxComparisons;
  const sizes = weights.filter(({ fullName }) => given.has(fullName)).map(({ shape }) => countOf(shape));
  return {
    network: graph.name,
    file,
    format,
    fits: missing.length + misshaped.length + notFloats.length === 0,
    tensors: weights.length,
    loaded: given.size,
    values: sizes.reduce((a, b) => a + b, 0),
    prefix,
    missing: missing.map((tensor) => {
      const nearest = suggests ? nearestTensor(tensor, unexpected) : undefined;
      return nearest === undefined ? tensor : { ...tensor, nearest };
    }),
    misshaped,
    notFloats,
    unexpected,
  };
}

function nearestTensor({ name, shape }: NamedShape, candidates: readonly NamedShape[]): string | undefined {
  const same = candidates.filter((candidate) => shapeText(candidate.shape) === shapeText(shape));
  const names = (tensors: readonly NamedShape[]) => tensors.map((tensor) => tensor.name);
  return nearestName(name, names(same)) ?? nearestName(name, names(candidates));
}

/** `ResNet18 gets all of its 102 tensors from r18.safetensors`, or what is wrong, a line for each tensor. */
export function weightReportText(report: WeightReport, strong = (text: string) => text): string {
  const { network, file, tensors, loaded, values, prefix, missing, misshaped, notFloats, unexpected } =
    report;
  const sum = `${formatCount(values)} values`;
  const head =
    loaded === tensors
      ? `${strong(network)} gets all of its ${tensors} tensors from ${file} (${sum})`
      : `${strong(network)} gets ${loaded} of its ${tensors} tensors from ${file} (${sum})`;
  return [
    head,
    ...(prefix === "" ? [] : [`  names are read without their \`${printable(prefix)}\``]),
    ...section(
      "missing",
      missing.map(({ name, shape, nearest }) => {
        const hint = nearest === undefined ? "" : `; did you mean \`${printable(nearest)}\`?`;
        return `${name} ${shapeText(shape)}${hint}`;
      }),
    ),
    ...section(
      "mis-shaped",
      misshaped.map(
        ({ name, shape, found }) =>
          `${name} is ${shapeText(found)} in the file but ${shapeText(shape)} in the network`,
      ),
    ),
    ...section(
      "no floats",
      notFloats.map(({ name, type }) => `${name} is of type ${type}`),
    ),
    ...section(
      "unexpected",
      unexpected.map(({ name, shape }) => `${printable(name)} ${shapeText(shape)}`),
    ),
  ].join("\n");
}

/** As many lines of a kind as one reads. */
const shown = 20;

function section(title: string, lines: readonly string[]): string[] {
  const more = lines.length - shown;
  const rows = lines.slice(0, shown).map((line) => `  ${title.padEnd(10)}  ${line}`);
  return more > 0 ? [...rows, `  ${"".padEnd(10)}  … and ${more} more`] : rows;
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "one value" : shape.join("×");
}
