/** Tables with aligned columns: for the terminal and the editor's output channel, and in Markdown. */
import Table from "cli-table3";
import { markdownTable as markdown } from "markdown-table";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

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

/** A table for pull requests and documents, whose cells are Markdown already. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  totals?: readonly string[],
): string {
  const bold = totals?.map((cell) => (cell === "" ? "" : `**${cell}**`));
  return markdown([columns.map(({ title }) => title), ...rows, ...(bold ? [bold] : [])], {
    align: columns.map(({ align }) => align ?? "left"),
  });
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
