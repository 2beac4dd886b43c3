/** Imports in one place and in order: unused names go, those of one file stand together, std comes first. */
import type { FileId, ImportDecl, ImportName } from "../../../../grammar/ast.ts";
import { imports, type SourceFile } from "../../../../grammar/parse.ts";
import { applyEdits, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { lintsOf } from "../lint/index.ts";
import { formattedEdits } from "../refactor/changes.ts";
import { itemStart, offsetOf } from "../refactor/site.ts";
import type { Analysis } from "../workspace.ts";

interface Entry {
  readonly path: string;
  readonly names: Map<string, string>;
  /** Lines of comments above it. */
  readonly lead: string;
  /** A comment at the end of its line: such an import stays by itself. */
  readonly trail: string;
}

/** Undefined where all is in order, or an import can't be read. */
export function organizeImports(analysis: Analysis, id: FileId): TextEdit[] | undefined {
  const source = analysis.file(id);
  const all = source ? imports(source) : [];
  const [first] = all;
  const broken = all.some(({ path, section }) => !path || section.errors.length > 0);
  if (!source || !first || broken) return undefined;
  const idle = new Set<ImportName>();
  for (const { data } of lintsOf(analysis, id)) if (data?.kind === "unused-import") idle.add(data.node);
  const entries: Entry[] = [];
  for (const item of all) merge(entries, entryOf(item, item === first, idle));
  const ordered = entries
    .filter(({ names }) => names.size > 0)
    .sort((a, b) => Number(isStd(b)) - Number(isStd(a)) || compare(a.path, b.path));
  const text = ordered.map(lineOf).join("");
  const edits = all.map((item, i): TextEdit => {
    const range = linesOf(source, item, i === 0);
    return { range, newText: i === 0 ? text : "" };
  });
  const [head] = edits;
  // Without any import the blank line below them goes as well.
  const below =
    head && ordered.length === 0
      ? (/^(?:[ \t]*\r?\n)+/.exec(source.text.slice(head.range.end))?.[0].length ?? 0)
      : 0;
  const whole = edits.map((edit, i) =>
    i === 0 ? { ...edit, range: { ...edit.range, end: edit.range.end + below } } : edit,
  );
  const formatted = formattedEdits(source, whole) ?? whole;
  return applyEdits(source.text, formatted) === source.text ? undefined : formatted;
}

function entryOf(item: ImportDecl, isFirst: boolean, idle: ReadonlySet<ImportName>): Entry {
  const { text } = item.section;
  const start = isFirst ? item.range.start : itemStart(item);
  const lineEnd = endOfLine(text, item.range.end);
  const names = new Map<string, string>();
  for (const name of item.names) {
    if (idle.has(name) || name.name.name === "") continue;
    const written = name.alias ? `${name.name.name} as ${name.alias.name}` : name.name.name;
    names.set(written, written);
  }
  return {
    path: item.path?.value ?? "",
    names,
    lead: text.slice(start, item.range.start),
    trail: text.slice(item.range.end, lineEnd).trim(),
  };
}

function merge(entries: Entry[], entry: Entry): void {
  const same = entries.findIndex(
    ({ path, trail }) => path === entry.path && trail === "" && entry.trail === "",
  );
  const known = entries[same];
  if (!known) {
    entries.push(entry);
    return;
  }
  entries[same] = {
    ...known,
    names: new Map([...known.names, ...entry.names]),
    lead: known.lead + entry.lead,
  };
}

function lineOf({ path, names, lead, trail }: Entry): string {
  const list = [...names.values()].sort(compare).join(", ");
  return `${lead}import { ${list} } from ${JSON.stringify(path)}${trail === "" ? "" : ` ${trail}`}\n`;
}

/** With the comments above, but for those of the first one: they may be the file's. */
function linesOf(source: SourceFile, item: ImportDecl, isFirst: boolean): TextRange {
  const offset = offsetOf(source, item.section);
  const { text } = item.section;
  const end = endOfLine(text, item.range.end);
  const start = isFirst ? item.range.start : itemStart(item);
  return { start: start + offset, end: Math.min(end + 1, text.length) + offset };
}

function endOfLine(text: string, from: number): number {
  const next = text.indexOf("\n", from);
  return next < 0 ? text.length : next;
}

function isStd({ path }: Entry): boolean {
  return path.startsWith("std/");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
