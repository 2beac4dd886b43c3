/** Receptive fields as a hover writes them. */
import type { ReceptiveField } from "../../cost/receptiveField.ts";
import { type Row, span } from "./markdown.ts";

/**
 * `35×35`, `7×7 to 35×35` or `the whole input`; and the pixels of the input between two elements.
 * The network is named where there are others.
 */
export function fieldRows(fields: readonly ReceptiveField[], network: string | undefined): Row[] {
  const bounded = fields.filter((field) => field !== "whole").filter(({ size }) => size.length > 0);
  const whole = fields.includes("whole");
  const where = network === undefined ? "" : ` in ${span(network)}`;
  if (bounded.length === 0) return whole ? [["receptive field", `the whole input${where}`]] : [];
  const sorted = bounded.toSorted((a, b) => (a.size[0] ?? 0) - (b.size[0] ?? 0));
  const sizes = spanOf(sorted.map(({ size }) => size.map(cells).join("×")));
  const strides = spanOf(sorted.map(({ stride }) => [...new Set(stride.map(strideText))].join("×")));
  return [
    ["receptive field", `${whole ? `${sizes}, or the whole input` : sizes}${where}`],
    ["stride to input", strides],
  ];
}

function spanOf(texts: readonly string[]): string {
  const [least, most] = [texts[0] ?? "", texts.at(-1) ?? ""];
  return least === most ? least : `${least} to ${most}`;
}

/** A field that an enlarged map's layers widen by parts of a pixel reaches into the next one. */
function cells(size: number): number {
  return Math.ceil(size - rounding);
}

/** `4`, or `1/2` where layers enlarge beyond the input. */
function strideText(stride: number): string {
  const [whole, inverse] = [Math.round(stride), Math.round(1 / stride)];
  if (Math.abs(stride - whole) < rounding) return String(whole);
  return Math.abs(1 / stride - inverse) < rounding ? `1/${inverse}` : stride.toFixed(2);
}

const rounding = 1e-6;
