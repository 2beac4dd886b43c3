/** The protocol's positions to offsets of one text. */
import type { Position, Range } from "vscode-languageserver";
import type { LineIndex, TextRange } from "../../../grammar/text.ts";
import type { DocumentationKey, HintPart, LensKind } from "../core/index.ts";

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

/** What a lens is resolved by. */
export interface LensData {
  readonly uri: string;
  readonly kind: LensKind;
  readonly name: string;
}

/** The data of a lens that this server has sent, if it is one. */
export function lensData(data: unknown): LensData | undefined {
  const { uri, kind, name } = (data ?? {}) as Partial<LensData>;
  const fits = typeof uri === "string" && typeof kind === "string" && typeof name === "string";
  return fits ? { uri, kind, name } : undefined;
}

/** An item's documentation, as it was sent with the item; clients hand it back as they got it, or should. */
export function documentationKey(data: unknown): DocumentationKey | undefined {
  const key = data as Partial<Record<string, unknown>> | null | undefined;
  const texts = ["of", "name"].every((field) => typeof key?.[field] === "string");
  return texts ? (data as DocumentationKey) : undefined;
}

/** What a hint is resolved by. */
export interface HintData {
  readonly uri: string;
  readonly version: number;
  /** Where its statement begins. */
  readonly statement: number;
  /** What each part of its label is. */
  readonly parts: readonly (HintPart["of"] | null)[];
}

export function hintData(data: unknown): HintData | undefined {
  const { uri, version, statement, parts } = (data ?? {}) as Partial<HintData>;
  const fits = typeof uri === "string" && typeof version === "number" && typeof statement === "number";
  return fits && Array.isArray(parts) ? { uri, version, statement, parts } : undefined;
}
