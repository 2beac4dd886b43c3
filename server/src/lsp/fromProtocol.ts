/** The protocol's positions to offsets of one text. */
import type { Position, Range } from "vscode-languageserver";
import type { LineIndex, TextRange } from "../../../grammar/text.ts";

export function offset(lines: LineIndex, position: Position): number {
  return lines.offset(position);
}

export function textRange(lines: LineIndex, range: Range): TextRange {
  return { start: lines.offset(range.start), end: lines.offset(range.end) };
}
