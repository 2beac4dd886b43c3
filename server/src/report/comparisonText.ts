/** A comparison of two networks as text: for the terminal, and in Markdown for a pull request. */
import { formatBytes, formatCount } from "../core/cost/format.ts";
import type { LayerSummary } from "../core/cost/summary.ts";
import { span } from "../core/ide/hover/markdown.ts";
import type { Change, Comparison, LayerPair } from "./comparison.ts";
import { formatTable } from "./table.ts";
import { type Column, markdownTable } from "./tablesForOthers.ts";
import { capital, counted } from "./words.ts";

/** What the two sides are called: names of networks, files or revisions. */
export interface SideNames {
  readonly before: string;
  readonly after: string;
}

export interface ComparisonTextOptions {
  /** Whether layers that are the same are told too; else their number is. */
  readonly all?: boolean;
  readonly strong?: (text: string) => string;
  readonly faint?: (text: string) => string;
}

const plain = (text: string) => text;

export function comparisonText(
  made: Comparison,
  { before, after }: SideNames,
  { all = false, strong = plain, faint = plain }: ComparisonTextOptions = {},
): string {
  const totals = formatTable(totalColumns(before, after), totalRows(made), { strong });
  const head = `${strong(`${before} → ${after}`)}  ${changesText(made)}`;
  if (!all && isSame(made)) return `${head}\n\n${totals}`;
  const layers = formatTable(
    [{ title: "" }, ...layerColumns],
    steps(made.layers, all).map((step) =>
      Array.isArray(step) ? ["", faint(sameText(step.length))] : [marks[step.change], ...layerCells(step)],
    ),
    { strong },
  );
  return `${head}\n\n${totals}\n\n${layers}`;
}

/** Totals as a table; the layers below it, folded away. `heading` stands above, in the size of a section. */
export function comparisonMarkdown(
  made: Comparison,
  { before, after }: SideNames,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const parts = [
    `### ${span(before)} → ${span(after)}`,
    markdownTable(totalColumns(span(before), span(after)), totalRows(made)),
  ];
  if (!all && isSame(made)) return [...parts, `${capital(changesText(made))}.`].join("\n\n");
  const table = markdownTable(
    [{ title: "" }, ...layerColumns],
    steps(made.layers, all).map((step) =>
      Array.isArray(step)
        ? ["", `*${sameText(step.length)}*`, ...layerColumns.slice(1).map(() => "")]
        : [words[step.change], ...layerCells(step, span)],
    ),
  );
  const layers = `<details>\n<summary>${capital(changesText(made))}</summary>\n\n${table}\n\n</details>`;
  return [...parts, layers].join("\n\n");
}

export function isSame({ changes, layers }: Comparison): boolean {
  return changes.same === layers.length;
}

const words = {
  same: "same",
  renamed: "renamed",
  rewired: "rewired",
  changed: "changed",
  added: "added",
  removed: "removed",
} satisfies Record<Change, string>;

const marks = {
  same: " ",
  renamed: "=",
  rewired: "↷",
  changed: "~",
  added: "+",
  removed: "-",
} satisfies Record<Change, string>;

/** `2 layers changed, 6 added`, or that all are the same. */
export function changesText({ changes, layers }: Comparison): string {
  const told = (["changed", "rewired", "renamed", "added", "removed"] as const).filter(
    (change) => changes[change] > 0,
  );
  if (told.length === 0)
    return layers.length === 1 ? "its layer is the same" : `all ${layers.length} layers are the same`;
  return told
    .map((change, i) => `${i === 0 ? counted(changes[change], "layer") : changes[change]} ${words[change]}`)
    .join(", ");
}

// ── totals ───────────────────────────────────────────────────────────────────────────────────────

function totalColumns(before: string, after: string): Column[] {
  const right = { align: "right" } as const;
  return [
    { title: "" },
    { title: before, ...right },
    { title: after, ...right },
    { title: "Δ", ...right },
    { title: "", ...right },
  ];
}

type Count = number | string | null;

function totalRows({ before, after, delta }: Comparison): string[][] {
  const row = (title: string, a: Count, b: Count, change: number | null, format: (n: number) => string) => [
    title,
    countText(a, format),
    countText(b, format),
    deltaText(change, format),
    percentText(a, change),
  ];
  return [
    row("parameters", before.params, after.params, delta.params, formatCount),
    row("MACs", before.macs, after.macs, delta.macs, formatCount),
    row("FLOPs", before.flops, after.flops, delta.flops, formatCount),
    row("weights", before.weightBytes, after.weightBytes, bytesOf(delta.params), formatBytes),
    row("activations", before.activationBytes, after.activationBytes, delta.activationBytes, formatBytes),
    row("peak memory", before.peakBytes, after.peakBytes, delta.peakBytes, formatBytes),
  ];
}

/** At 32 bits. */
function bytesOf(params: number | null): number | null {
  return params === null ? null : params * 4;
}

function countText(count: Count, format: (n: number) => string): string {
  if (count === null) return "?";
  return typeof count === "number" ? format(count) : count;
}

function deltaText(delta: number | null, format: (n: number) => string): string {
  if (delta === null) return "?";
  if (delta === 0) return "0";
  return `${delta > 0 ? "+" : "−"}${format(Math.abs(delta))}`;
}

function percentText(before: Count, delta: number | null): string {
  if (typeof before !== "number" || before === 0 || delta === null || delta === 0) return "";
  const percent = (100 * delta) / before;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %`;
}

// ── layers ───────────────────────────────────────────────────────────────────────────────────────

const layerColumns: readonly Column[] = [
  { title: "layer" },
  { title: "call" },
  { title: "output", align: "right" },
  { title: "Δ params", align: "right" },
  { title: "Δ MACs", align: "right" },
  { title: "Δ activations", align: "right" },
  { title: "line", align: "right" },
];

/** Runs of layers that are the same are one step. */
function steps(layers: readonly LayerPair[], all: boolean): (LayerPair | LayerPair[])[] {
  const made: (LayerPair | LayerPair[])[] = [];
  for (const pair of layers) {
    const last = made.at(-1);
    if (all || pair.change !== "same") made.push(pair);
    else if (Array.isArray(last)) last.push(pair);
    else made.push([pair]);
  }
  return made;
}

function layerCells({ before, after, delta }: LayerPair, code: (text: string) => string = plain): string[] {
  const now = after ?? before;
  const both = (of: (layer: LayerSummary) => string, write = plain) => {
    const [a, b] = [before && of(before), after && of(after)].map((text) => text && write(text));
    return a !== undefined && b !== undefined && a !== b ? `${a} → ${b}` : (b ?? a ?? "");
  };
  return [
    both(({ name }) => name, code),
    both(({ call }) => call, code),
    both(({ outputShape }) => outputShape.join("×")),
    orNothing(delta.params, formatCount),
    orNothing(delta.macs, formatCount),
    orNothing(delta.activationBytes, formatBytes),
    now === undefined ? "" : String(now.line),
  ];
}

function orNothing(delta: number | null, format: (n: number) => string): string {
  return delta === 0 ? "" : deltaText(delta, format);
}

function sameText(count: number): string {
  return `… ${counted(count, "layer")} the same`;
}
