/** Tables of text with aligned columns, for the terminal and the editor's output channel. */
import Table from "cli-table3";
import type { Column } from "./tablesForOthers.ts";

export interface TableOptions {
  /** A last row that is set apart. */
  readonly totals?: readonly string[];
  /** How titles and totals stand out; plain text unless given. */
  readonly strong?: (text: string) => string;
}

export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { totals, strong = (text) => text }: TableOptions = {},
): string {
  const table = new Table({
    head: columns.map(({ title }) => strong(title)),
    colAligns: columns.map(({ align }) => align ?? "left"),
    chars: borderless,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  if (totals)
    table.push(
      columns.map(() => ""),
      totals.map(strong),
    );
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
