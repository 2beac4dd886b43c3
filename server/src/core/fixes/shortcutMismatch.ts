/**
 * Repairs a shortcut whose sides differ by a projection: a 1×1 convolution with the channels and the stride of the
 * main path (He et al. 2016, section 3.3, option B).
 */
import type { Argument, LayerCall, Residual, Statement } from "../../../../grammar/ast.ts";
import { absoluteRange } from "../../../../grammar/parse.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { FixData } from "../diagnostics/diagnostic.ts";
import { operatorNamed } from "../ops/registry.ts";
import { bindArguments, operatorParameters } from "../sema/arguments.ts";
import { spatial } from "../shape/shape.ts";
import { costSuffix, costWithin, type Fix, type FixContext, tryEdits } from "./fix.ts";

type ShortcutData = Extract<FixData, { kind: "shortcut" }>;

/** The texts of the projection's channels and stride. */
interface Projection {
  readonly channels: string;
  readonly stride: string;
}

export function projectionShortcut(ctx: FixContext, data: ShortcutData): Fix[] {
  const source = ctx.analysis.file(ctx.file);
  const { section } = ctx.diagnostic.source.location;
  const node = source && absoluteRange(source, { section, range: data.node.range });
  if (!source || !node) return [];
  const computed = computedProjection(data);
  if (!computed) return [];
  const offset = node.start - data.node.range.start;
  const written = writtenProjection(data.node, section.text);
  for (const projection of [written, computed]) {
    if (!projection) continue;
    const start = data.node.body.range.end + offset;
    const end = (data.node.shortcut?.range.end ?? data.node.body.range.end) + offset;
    const newText = ` ${clause(ctx, data.node, projection, section.text)}`;
    const edits = [{ range: { start, end }, newText }];
    const after = tryEdits(ctx, edits);
    if (!after) continue;
    const verb = data.node.shortcut ? "Replace the shortcut by a projection" : "Add a projection shortcut";
    const sizes = `1×1 convolution to ${computed.channels} channels${computed.stride === "1" ? "" : `, stride ${computed.stride}`}`;
    const cost = costWithin(after, ctx.file, { start, end: start + newText.length });
    return [{ title: `${verb}: ${sizes}${costSuffix(cost)}`, edits }];
  }
  return [];
}

/** From the shapes: undefined where no stride leads from the one to the other. */
function computedProjection({ input, main }: ShortcutData): Projection | undefined {
  const [channels] = main;
  const from = spatial(input);
  const to = spatial(main);
  if (typeof channels !== "number" || from.length === 0 || from.length !== to.length) return undefined;
  const strides = from.map((size, axis) => strideBetween(size, to[axis]));
  if (!strides.every((stride) => stride !== undefined)) return undefined;
  const [first] = strides;
  const same = strides.every((stride) => stride === first);
  return { channels: String(channels), stride: same ? String(first) : `[${strides.join(", ")}]` };
}

/** The stride s for which a 1×1 window over `from` cells gives `to`: ⌊(from − 1) / s⌋ + 1. */
function strideBetween(from: unknown, to: unknown): number | undefined {
  if (from === to) return 1;
  if (typeof from !== "number" || typeof to !== "number" || to < 1 || to > from) return undefined;
  const near = Math.round(from / to);
  return [near, near + 1, near - 1].find((s) => s >= 1 && Math.floor((from - 1) / s) + 1 === to);
}

/**
 * As the main path writes it (`planes`, `stride`), so that it fits every use of the block. Undefined when that can't
 * be read off the layers.
 */
function writtenProjection(node: Residual, text: string): Projection | undefined {
  let channels: string | undefined;
  const strides: string[] = [];
  for (const statement of node.body.statements) {
    if (statement.kind !== "layer") return undefined;
    const operator = operatorNamed(statement.callee.name);
    if (!operator) return undefined;
    const { bound } = bindArguments(operatorParameters(operator), statement.args, statement.callee);
    channels = argumentText(bound.get("channels"), text) ?? channels;
    const stride = argumentText(bound.get("stride"), text);
    if (stride !== undefined && stride !== "1") strides.push(stride);
  }
  if (channels === undefined || /\bit\b/.test(channels + strides.join(" "))) return undefined;
  return { channels, stride: strides.length === 0 ? "1" : strides.join(" * ") };
}

function argumentText(argument: Argument | undefined, text: string): string | undefined {
  return argument && text.slice(argument.value.range.start, argument.value.range.end);
}

/** `shortcut { conv(…) -> bn }`, on lines of its own where the residual has them. */
function clause(ctx: FixContext, node: Residual, projection: Projection, text: string): string {
  const { channels, stride } = projection;
  const normalised = usesBatchNorm(node);
  const strideArgument = stride === "1" ? "" : `, stride: ${stride}`;
  const bias = normalised ? ", bias: false" : "";
  const layers = `conv(${channels}, kernel: 1${strideArgument}${bias})${normalised ? " -> bn" : ""}`;
  const head = `shortcut${condition(ctx, node, projection)} {`;
  const residual = text.slice(node.range.start, node.range.end);
  if (!residual.includes("\n")) return `${head} ${layers} }`;
  const lineStart = text.lastIndexOf("\n", node.range.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  return `${head}\n${indent}  ${layers}\n${indent}}`;
}

/** Where the block has uses that need no projection, it is made on condition. */
function condition(ctx: FixContext, node: Residual, { channels, stride }: Projection): string {
  const facts = ctx.analysis.of(ctx.file)?.facts.get(node);
  const literalStride = /^[\d[]/.test(stride);
  const varies = !/^\d+$/.test(channels) || !literalStride || (facts?.variants.length ?? 1) > 1;
  if (!varies || (literalStride && stride !== "1")) return "";
  const tests = [
    ...(literalStride ? [] : [`${stride} != 1`]),
    `${entering(ctx, node)}.channels != ${channels}`,
  ];
  return ` when ${tests.join(" or ")}`;
}

/** `in` where the residual is what a block begins with, as papers' units do; else `it`. */
function entering(ctx: FixContext, node: Residual): "in" | "it" {
  const items = ctx.diagnostic.source.location.section.items;
  const opensBlock = items.some((item) => item.kind === "block" && firstLayer(item.body.statements) === node);
  return opensBlock ? "in" : "it";
}

function firstLayer(statements: readonly Statement[]): Statement | undefined {
  return statements.find((s) => s.kind !== "require" && s.kind !== "expect");
}

function usesBatchNorm(node: Residual): boolean {
  let found = false;
  visit(node.body, (inner) => {
    if (inner.kind === "layer" && (inner as LayerCall).callee.name === "bn") found = true;
  });
  return found;
}
