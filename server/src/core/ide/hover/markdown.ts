/**
 * Markdown for hovers and tooltips. What comes from the text, be it a name, a string or a comment, is made inert: it can
 * neither link, nor show pictures, nor break a table.
 */

export type Row = readonly [name: string, value: string | undefined];

/** Rows without a value are left out; nothing if none is left. */
export function table(rows: readonly Row[]): string {
  const known = rows.filter(([, value]) => value !== undefined && value !== "");
  if (known.length === 0) return "";
  return ["| | |", "| --- | --- |", ...known.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

/** A table with titles. Long ones are cut. */
export function grid<T>(
  columns: readonly Column[],
  rows: readonly T[],
  cellsOf: (row: T) => readonly string[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const more = rows.length > maxRows ? [`\n… and ${rows.length - maxRows} more`] : [];
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map((column) => (column.right ? "---:" : "---"))),
    ...rows.slice(0, maxRows).map((row) => line(cellsOf(row))),
    ...more,
  ].join("\n");
}

/** Rows that a table shows. */
const maxRows = 16;

/** Lines of the language, coloured as in the editor. */
export function code(text: string): string {
  const shown = text.length > maxCode ? `${text.slice(0, maxCode)} …` : text;
  // A fence ends at a longer one only.
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}lwnet\n${shown}\n${fence}`;
}

const maxCode = 400;

/** A piece of the text within a sentence or a cell. */
export function span(text: string): string {
  const shown = text.length > maxSpan ? `${text.slice(0, maxSpan)}…` : text;
  const fence = "`".repeat(longestRun(shown) + 1);
  const room = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${room}${shown.replaceAll("|", "\\|")}${room}${fence}`;
}

const maxSpan = 120;

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** A comment as Markdown: its words and its `code`, nothing else. */
export function prose(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const shown = text.length > maxProse ? `${text.slice(0, maxProse)} …` : text;
  return shown
    .split(/(`[^`\n]+`)/)
    .map((part, i) => (i % 2 === 1 ? part : inert(part)))
    .join("");
}

const maxProse = 2000;

/** Words that mean nothing to Markdown. */
export function inert(text: string): string {
  return (
    text
      .replace(/[\\*_[\]<>|#!~&`$]/g, "\\$&")
      // Addresses become links by themselves.
      .replace(/:(?=\/\/)|(?<=www)\.|@/gi, "\\$&")
      .replace(/^(\s*)([-+=])/gm, "$1\\$2")
      .replace(/^(\s*\d+)([.)])/gm, "$1\\$2")
  );
}
