/** Tables that other programs read: Markdown and comma-separated values. */
import { markdownTable as markdown } from "markdown-table";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A table for pull requests and documents, whose cells are Markdown already. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  return markdown([columns.map(({ title }) => title), ...rows], {
    align: columns.map(({ align }) => align ?? "left"),
  });
}

/** A line of comma-separated values (RFC 4180), without its end; what is not known is empty. */
export function csvLine(values: readonly (string | number | null | undefined)[]): string {
  return values
    .map((value) => String(value ?? ""))
    .map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(",");
}
