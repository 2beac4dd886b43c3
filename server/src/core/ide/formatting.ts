/**
 * Formatting of a file, of a selection, and of what was just typed. The language has one style: an editor's tab size
 * and the like are not asked for. The rules are the grammar's; here is only which of its edits an occasion takes.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import { format } from "../../../../grammar/format.ts";
import type { SourceFile } from "../../../../grammar/parse.ts";
import type { TextEdit, TextRange } from "../../../../grammar/text.ts";
import type { Analysis } from "../workspace.ts";
import { nodesAt } from "./places.ts";

export function formatting(analysis: Analysis, id: FileId): TextEdit[] {
  const file = analysis.file(id);
  return file ? format(file) : [];
}

/** Formats the lines that a selection touches. */
export function rangeFormatting(analysis: Analysis, id: FileId, range: TextRange): TextEdit[] {
  const file = analysis.file(id);
  if (!file) return [];
  const lines = wholeLines(file, range);
  return format(file, (edit) => edit.range.start <= lines.end && edit.range.end >= lines.start);
}

/** After a `}`: formats what it ends. After a line break: formats the line that it ends. `offset` is behind it. */
export function typeFormatting(
  analysis: Analysis,
  id: FileId,
  offset: number,
  typed: "}" | "\n",
): TextEdit[] {
  const file = analysis.file(id);
  const lines = file && (typed === "}" ? endedBody(file, offset) : lineAbove(file, offset));
  if (!lines) return [];
  return format(
    file,
    // What stands behind the cursor stays, and a line that was just left isn't broken or joined.
    (edit) =>
      lines.start <= edit.range.start &&
      edit.range.end <= lines.end &&
      (typed === "}" || isInLine(file, edit)),
  );
}

function endedBody(file: SourceFile, offset: number): TextRange | undefined {
  const path = nodesAt(file, offset - 1);
  const ended = path?.nodes.find((node) => node.range.end + path.offset === offset);
  if (!path || !ended) return undefined;
  const { start } = wholeLines(file, { start: ended.range.start + path.offset, end: offset });
  return { start, end: offset };
}

function lineAbove(file: SourceFile, offset: number): TextRange | undefined {
  const { line } = file.lines.position(offset);
  return line > 0 ? file.lines.line(line - 1) : undefined;
}

function isInLine(file: SourceFile, { range, newText }: TextEdit): boolean {
  return !/[\r\n]/.test(newText + file.text.slice(range.start, range.end));
}

/** A selection that ends at the start of a line doesn't touch that line. */
function wholeLines({ lines }: SourceFile, { start, end }: TextRange): TextRange {
  const first = lines.position(start);
  const last = lines.position(end);
  const lastLine = last.character === 0 && last.line > first.line ? last.line - 1 : last.line;
  return { start: lines.line(first.line).start, end: lines.line(lastLine).end };
}
