/** The protocol's positions to offsets of one text. */
import type { Position, Range } from "vscode-languageserver";
import type { LineIndex, TextRange } from "../../../grammar/text.ts";

export function offset(lines: LineIndex, position: Position): number {
  return lines.offset(position);
}

export function textRange(lines: LineIndex, range: Range): TextRange {
  return { start: lines.offset(range.start), end: lines.offset(range.end) };
}

/** What a code action needs to be resolved. It comes back from the client, untrusted. */
export interface ActionData {
  readonly file: string;
  readonly version: number;
  readonly range: TextRange;
}

export function actionData(data: unknown): ActionData | undefined {
  const { file, version, range } = (data ?? {}) as Partial<ActionData>;
  const valid = typeof range?.start === "number" && typeof range.end === "number";
  return typeof file === "string" && typeof version === "number" && valid
    ? { file, version, range }
    : undefined;
}
