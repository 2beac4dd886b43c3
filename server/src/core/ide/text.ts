/** Shapes and costs as hints and hovers write them: one value, or the range over all instances. */
import type { Cost } from "../cost/cost.ts";
import { outputShapes, type Range, rangeOf, type StatementFacts } from "../cost/facts.ts";
import { formatBytes, formatCount } from "../cost/format.ts";
import { type Dim, formatDim } from "../shape/dim.ts";
import { formatShape, type Shape } from "../shape/shape.ts";
import type { HintPart } from "./types.ts";

/** `64×56×56`; over instances `64→256 ch · 56×56`, or `64→512 ch · 56×56→7×7`. */
export function shapesText(shapes: readonly Shape[]): string | undefined {
  return shapes.length === 0
    ? undefined
    : shapesParts(shapes)
        .map(({ text }) => text)
        .join("");
}

/** The same in parts: the channels, and the sizes behind them. */
export function shapesParts(shapes: readonly Shape[]): readonly HintPart[] {
  const [first] = shapes;
  if (!first) return [];
  if (shapes.some((shape) => shape.length !== first.length)) {
    return [{ text: shapes.map(formatShape).join(", "), of: "channels" }];
  }
  const single = shapes.length === 1;
  const axes = first.map((_, axis) => rangeOf(shapes.map((shape) => shape[axis])));
  const [channels, ...sizes] = axes as [Range, ...Range[]];
  const channelText = single ? formatShape(first.slice(0, 1)) : `${arrowText(channels)} ch`;
  if (sizes.length === 0) return [{ text: channelText, of: "channels" }];
  // Networks widen as they shrink: channels from few to many, sizes from large to small.
  const from = single ? formatShape(first.slice(1)) : sizes.map((r) => formatDim(r.most)).join("×");
  const to = single ? from : sizes.map((r) => formatDim(r.least)).join("×");
  return [
    { text: channelText, of: "channels" },
    { text: single ? "×" : " · ", of: undefined },
    { text: from === to ? from : `${from}→${to}`, of: "sizes" },
  ];
}

const outputs = new WeakMap<StatementFacts, { readonly text: string | undefined }>();

/** The output of a statement over its instances. Facts outlive edits elsewhere, and so does what they say. */
export function outputText(facts: StatementFacts): string | undefined {
  const known = outputs.get(facts) ?? { text: shapesText(outputShapes(facts)) };
  outputs.set(facts, known);
  return known.text;
}

/** A quantity of one use: `9.41K`, or `4.22K–262K` over instances. */
export function costText(
  facts: StatementFacts,
  of: (cost: Cost) => Dim,
  format: (value: Dim) => string,
): string | undefined {
  const known: Dim[] = [];
  for (const { step } of facts.variants) {
    const value = of(step.cost);
    // What an error left unknown is told by the error.
    if (value !== undefined) known.push(value);
  }
  return known.length === 0 ? undefined : spanText(rangeOf(known), format);
}

/** How many uses one network makes of a statement: `×16`, `×8–16` over networks; nothing for one. */
export function usesText(facts: StatementFacts): string {
  const least = Math.min(...facts.usesPerNetwork);
  const most = Math.max(...facts.usesPerNetwork);
  if (most <= 1) return "";
  return least === most ? `×${most}` : `×${least}–${most}`;
}

/** `1 layer`, `16 layers`. */
export function plural(count: number, noun: string, format: (count: number) => string = String): string {
  return `${format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function arrowText({ least, most }: Range): string {
  const [from, to] = [formatDim(least), formatDim(most)];
  return from === to ? from : `${from}→${to}`;
}

export function spanText({ least, most }: Range, format: (value: Dim) => string): string {
  const [from, to] = [format(least), format(most)];
  return from === to ? from : `${from}–${to}`;
}

export const paramsText = (facts: StatementFacts) => costText(facts, (cost) => cost.params, formatCount);
export const macsText = (facts: StatementFacts) => costText(facts, (cost) => cost.macs, formatCount);
export const flopsText = (facts: StatementFacts) => costText(facts, (cost) => cost.flops, formatCount);
export const activationsText = (facts: StatementFacts) =>
  costText(facts, (cost) => cost.activationBytes, formatBytes);

/** `38%`, `0.4%`, `<0.1%`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent < 0.1) return "<0.1%";
  return `${percent < 9.95 ? Number(percent.toFixed(1)) : Math.round(percent)}%`;
}
