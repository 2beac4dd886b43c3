/** The texts of a node, with their sizes: one line, that fits into its box. */
import type { PictureNode } from "./picture.ts";
import { textWidth } from "./textWidth.ts";

export interface Span {
  readonly text: string;
  /** `name` is what the text calls it, `aside` what is drawn along with it. */
  readonly role: "title" | "name" | "aside" | "times";
}

export interface NodeText {
  readonly spans: readonly Span[];
  readonly width: number;
}

export const fontSize = 12;
export const asideSize = 10.5;
/** Height of the bar above what is in an open box. */
export const header = 24;
const height = 26;
const inset = 10;
/** Between two spans. */
export const gap = 6;

export function nodeText({ kind, label, title, before, behind, times }: PictureNode): NodeText {
  const words: (readonly [Span["role"], string])[] = [
    ...(kind === "box" && label !== "" ? [["name", label] as const] : []),
    ...before.map((text) => ["aside", text] as const),
    ...(title === "" ? [] : [["title", title] as const]),
    ...behind.map((text) => ["aside", text] as const),
    ...(times > 1 ? [["times", `×${times}`] as const] : []),
  ];
  const spans = words.map(([role, text]): Span => ({ text, role }));
  const widths = words.map(([role, text]) =>
    textWidth(text, role === "aside" ? asideSize : fontSize, role === "name" || role === "times"),
  );
  return { spans, width: widths.reduce((sum, width) => sum + width, Math.max(spans.length - 1, 0) * gap) };
}

/** Of a node that has no scene. */
export function sizeOf({ kind, fold }: PictureNode, { width }: NodeText) {
  const marked = fold === "none" ? 0 : marker;
  const least = kind === "join" ? height - 2 : 56;
  return { width: Math.max(least, Math.ceil(width + 2 * inset + marked)), height };
}

/** Room for the sign that a box can be opened. */
export const marker = 14;
/** Room for the sign that shows iterations one by one. */
export const spreadSign = 24;
