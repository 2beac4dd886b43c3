/** Numbers that the shapes suggest: groups that divide the channels, channels that a shortcut asks for. */
import type { GroupStep } from "../../elaborate/instance.ts";
import { operatorNamed } from "../../ops/registry.ts";
import type { Dim } from "../../shape/dim.ts";
import { channels, formatShape, type Shape } from "../../shape/shape.ts";
import type { Callable, CallableParameter } from "../callables.ts";
import type { OpenBody, OpenCall } from "../cursor/place.ts";
import { currentShapes, enteringShapes, statementFrom } from "../tensors.ts";
import { plural, shapesText } from "../text.ts";
import { type CompletionContext, item } from "./context.ts";
import type { Completion } from "./types.ts";

export function valueItems(
  ctx: CompletionContext,
  call: OpenCall,
  target: Callable,
  parameter: CallableParameter,
): Completion[] {
  if (target.kind !== "operator") return [];
  const { name } = parameter;
  const isConvolution = operatorNamed(target.name)?.family === "convolution";
  if (name === "groups") return groupItems(ctx, call, target, isConvolution);
  if (name === "of" || name === "factor") return divisorItems(ctx, (shape) => shape[0], name === "factor");
  if (name === "heads") return divisorItems(ctx, (shape) => shape.at(-1), false);
  if (name === "channels" && isConvolution) return matchingChannels(ctx);
  // What comes behind the first is named, as a rule.
  if (call.name === undefined && call.before.length > 0) return [];
  if (name === "kernel") return kernelItems(ctx, isConvolution);
  if (name === "stride") return strideItems(parameter);
  return [];
}

/** The sizes that papers use. */
function kernelItems(ctx: CompletionContext, isConvolution: boolean): Completion[] {
  const [shape] = currentShapes(ctx.file, ctx.section, ctx.at);
  const axes = Math.max(1, (shape?.length ?? 3) - 1);
  return (isConvolution ? [3, 1, 5, 7] : [2, 3]).map((size, i) =>
    item(String(size), "value", "value", i, { detail: new Array(axes).fill(size).join("×") }),
  );
}

function strideItems({ default: fallback }: CallableParameter): Completion[] {
  const details = ["keeps the size", "halves the size"];
  return details.map((detail, i) => {
    const text = String(i + 1);
    return item(text, "value", "value", i, { detail: text === fallback ? `${detail}, the default` : detail });
  });
}

/** What both the entering and the leaving channels can be divided by. As many groups as channels is depthwise. */
function groupItems(
  ctx: CompletionContext,
  call: OpenCall,
  target: Callable,
  isConvolution: boolean,
): Completion[] {
  const entering = currentShapes(ctx.file, ctx.section, ctx.at).map(channels);
  const leaving = isConvolution ? writtenChannels(ctx, call, target) : undefined;
  const common = commonDivisor(leaving === undefined ? entering : [...entering, leaving]);
  if (common === undefined) return [];
  const [only, another] = new Set(entering);
  const known = another === undefined && typeof only === "number" ? only : undefined;
  return divisors(common).map((count, i) => {
    const isDepthwise = isConvolution && count > 1 && count === known;
    const each = (of: number) => String(of / count);
    const sides = known === undefined ? [] : [each(known), ...(leaving === undefined ? [] : [each(leaving)])];
    const detail = isDepthwise
      ? "depthwise: a group for each channel"
      : `${plural(count, "group")}${sides.length === 0 ? "" : `, ${[...new Set(sides)].join("→")} ch each`}`;
    return item(String(count), "value", "value", i, { detail });
  });
}

/** The number of channels that the call asks for so far, where it is written out. */
function writtenChannels(
  { section }: CompletionContext,
  { before }: OpenCall,
  { parameters }: Callable,
): number | undefined {
  const argument = before.find(({ name }, i) => (name ?? parameters[i]?.name) === "channels");
  const text = argument && section.text.slice(argument.value.start, argument.value.end);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function divisorItems(ctx: CompletionContext, of: (shape: Shape) => Dim, squared: boolean): Completion[] {
  const common = commonDivisor(currentShapes(ctx.file, ctx.section, ctx.at).map(of));
  if (common === undefined) return [];
  return divisors(common)
    .filter((count) => count > 1 && (!squared || common % (count * count) === 0))
    .map((count, i) => {
      const parts = squared ? `${common / (count * count)} channels are left` : `${common / count} each`;
      return item(String(count), "value", "value", i, { detail: parts });
    });
}

function commonDivisor(values: readonly Dim[]): number | undefined {
  const numbers = values.filter((value) => typeof value === "number" && value > 0);
  if (numbers.length === 0 || numbers.length < values.length) return undefined;
  return (numbers as number[]).reduce(greatestCommonDivisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** In rising order. */
function divisors(of: number): number[] {
  const low: number[] = [];
  const high: number[] = [];
  for (let d = 1; d * d <= of; d++) {
    if (of % d !== 0) continue;
    low.push(d);
    if (d * d !== of) high.unshift(of / d);
  }
  return [...low, ...high];
}

// ── shortcuts ────────────────────────────────────────────────────────────────────────────────────

/** In a residual's main path or shortcut: the channels of the other side. */
function matchingChannels(ctx: CompletionContext): Completion[] {
  const { file, section, at } = ctx;
  const body = at.bodies.findLast(({ kind }) => kind !== "group");
  if (body?.kind !== "residual" && body?.kind !== "shortcut") return [];
  const [side, shapes] = otherSide(ctx, body);
  const known = shapes ?? (body.kind === "residual" ? enteringShapes(file, section, body) : []);
  const [shape] = known;
  const items: Completion[] = [];
  const detail = `matches the ${side}: ${shapesText(known) ?? "?"}`;
  const add = (text: string) =>
    items.push(item(text, "value", "preferred", items.length, { detail, preferred: items.length === 0 }));
  const count = new Set(known.map(channels)).size === 1 ? channels(shape) : undefined;
  const written = body.kind === "shortcut" ? writtenInMainPath(ctx, body) : undefined;
  // What is written with names fits every use of the block.
  if (written !== undefined && written !== String(count)) add(written);
  if (typeof count === "number") add(String(count));
  const outer = at.bodies[at.bodies.indexOf(body) - 1];
  const opensBlock = outer?.kind === "block" && outer.statements.length === 0;
  if (body.kind === "residual" && !shapes && opensBlock && known.length > 0) add("in.channels");
  return items;
}

/** The shape that the other side leaves; undefined for an identity. */
function otherSide(ctx: CompletionContext, body: OpenBody): [string, Shape[] | undefined] {
  const statement = statementFrom(ctx.section, body.owner);
  const variants = (statement && ctx.file.facts.get(statement)?.variants) ?? [];
  const sides = variants.flatMap(({ step }) => {
    const parts = step.kind === "group" ? step.steps.filter(isPart) : [];
    // Where no shortcut runs the input itself is added.
    const part = body.kind === "shortcut" ? parts[0] : parts[1];
    return part?.output.shape ? [part.output.shape] : [];
  });
  if (body.kind === "shortcut") return ["main path", distinct(sides)];
  return ["shortcut", sides.length > 0 ? distinct(sides) : undefined];
}

function isPart(step: { readonly kind: string; readonly form?: string }): step is GroupStep {
  return step.kind === "group" && step.form === "branch";
}

function distinct(shapes: readonly Shape[]): Shape[] {
  return [...new Map(shapes.map((shape) => [formatShape(shape), shape])).values()];
}

/** As the main path's last convolution writes them: `4 * planes`. */
function writtenInMainPath(ctx: CompletionContext, body: OpenBody): string | undefined {
  const statement = statementFrom(ctx.section, body.owner);
  if (statement?.kind !== "residual") return undefined;
  const convolution = statement.body.statements.findLast(
    (each) => each.kind === "layer" && operatorNamed(each.callee.name)?.family === "convolution",
  );
  const args = convolution?.kind === "layer" ? convolution.args : [];
  const argument = args.find(({ name }, i) => (name ? name.name === "channels" : i === 0));
  const { value } = argument ?? {};
  const text = value && ctx.section.text.slice(value.range.start, value.range.end);
  // Within the shortcut `it` is another tensor.
  return text === undefined || text === "" || /\bit\b/.test(text) ? undefined : text;
}
