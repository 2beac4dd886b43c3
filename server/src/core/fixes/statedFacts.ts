/** What the text states and the network is not: the shape that is expected, the budget that is allowed. */
import { constantValue } from "../lint/constants.ts";
import { edit } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function expectActual(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const node = nodesAtFault(ctx).findLast((other) => other.kind === "expect");
  if (data?.kind !== "shape" || node?.kind !== "expect") return [];
  if (!data.shape.every((size) => typeof size === "number")) return [];
  const text = `[${data.shape.join(", ")}]`;
  return [{ title: `Expect ${text}`, edits: [edit(ctx, node.dimsRange, text)], preferred: false }];
}

export function raiseBudget(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const entry = nodesAtFault(ctx).findLast((other) => other.kind === "budgetEntry");
  if (data?.kind !== "spent" || entry?.kind !== "budgetEntry" || entry.limit.kind !== "number") return [];
  if (constantValue(entry.limit, () => undefined) === undefined) return [];
  const written = ctx.section.text.slice(entry.limit.range.start, entry.limit.range.end);
  const limit = roundedUp(data.spent, /B$/.test(written) ? "B" : "", entry.operator === "<");
  return [
    {
      title: `Raise the budget to ${limit}`,
      edits: [edit(ctx, entry.limit.range, limit)],
      preferred: false,
    },
  ];
}

const magnitudes = ["", "K", "M", "G"];

/** Three digits and a magnitude, as a budget is written: `2.84G`, `31.9MB`. */
function roundedUp(count: number, unit: string, exclusive: boolean): string {
  let magnitude = 0;
  while (count >= 1000 ** (magnitude + 1) && magnitude < magnitudes.length - 1) magnitude++;
  const scale = 1000 ** magnitude;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, count / scale))));
  const step = magnitude === 0 ? 1 : 10 ** -digits;
  let value = Math.ceil(count / scale / step - 1e-9);
  if (exclusive && value * step * scale <= count) value++;
  const text =
    magnitude === 0
      ? String(value)
      : (value * step)
          .toFixed(digits)
          .replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : digits > 0 ? "" : zeros));
  // Bytes without a magnitude have no unit of their own.
  return `${text}${magnitudes[magnitude]}${magnitude > 0 ? unit : ""}`;
}
