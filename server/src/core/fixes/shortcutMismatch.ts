/**
 * Repairs a shortcut whose sides differ: by a projection, a 1×1 convolution with the channels and the stride of the main
 * path (He et al. 2016, section 3.3, option B), by zeros (option A), or by keeping the channels on the main path.
 */
import type { Argument, Body, LayerCall, Residual, Statement } from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { FixData } from "../diagnostics/diagnostic.ts";
import { bindArguments, declaredParameters } from "../sema/arguments.ts";
import { spatial } from "../shape/shape.ts";
import { boundArgument, edit } from "./editing.ts";
import type { Candidate, FixContext } from "./fix.ts";

type ShortcutData = Extract<FixData, { kind: "shortcut" }>;

/** The texts of the projection's channels and stride. */
interface Projection {
  readonly channels: string;
  readonly stride: string;
}

export function projectionShortcut(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const computed = data?.kind === "shortcut" ? computedProjection(data) : undefined;
  if (data?.kind !== "shortcut" || !computed) return [];
  const { node } = data;
  const verb = node.shortcut ? "Replace the shortcut by a projection" : "Add a projection shortcut";
  const sizes = `1×1 convolution to ${computed.channels} channels${computed.stride === "1" ? "" : `, stride ${computed.stride}`}`;
  const range = { start: node.body.range.end, end: node.shortcut?.range.end ?? node.body.range.end };
  return [writtenProjection(ctx, node), computed].flatMap((projection) => {
    if (!projection) return [];
    const layers = projectionLayers(ctx, node, projection);
    const edits = [edit(ctx, range, ` ${clause(ctx, node, projection, layers)}`)];
    return [{ title: `${verb}: ${sizes}`, edits, either: "projection" }];
  });
}

/** The shortcut without parameters (option A): every other cell, and channels of zeros for those that come new. */
export function zeroPaddingShortcut(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "shortcut" || data.node.shortcut) return [];
  const { node, input, main } = data;
  const computed = computedProjection(data);
  const [from, to] = [input[0], main[0]];
  if (!computed || typeof from !== "number" || typeof to !== "number" || to <= from) return [];
  const range = { start: node.body.range.end, end: node.body.range.end };
  const title = `Add a shortcut without parameters: ${to - from} channels of zeros${computed.stride === "1" ? "" : `, stride ${computed.stride}`}`;
  return [writtenProjection(ctx, node), computed].flatMap((projection) => {
    if (!projection || projection.stride.startsWith("[")) return [];
    const { channels, stride } = projection;
    const axes = spatial(input).map((_, axis) => axis + 1);
    const cells = stride === "1" ? [] : [`slice(axis: [${axes.join(", ")}], step: ${stride})`];
    const entry = entering(ctx, node);
    const layers = [...cells, `pad(channels: [0, ${channels} - ${entry}.channels])`].join(" -> ");
    return [
      {
        title,
        edits: [edit(ctx, range, ` ${clause(ctx, node, projection, layers)}`)],
        either: "zeros",
        preferred: false,
      },
    ];
  });
}

/** Where only the channels differ: the main path's last convolution leaves as many as came in. */
export function shortcutChannels(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "shortcut" || data.node.shortcut) return [];
  const { node, input, main } = data;
  const sameSize = spatial(input).join() === spatial(main).join() && input.length === main.length;
  const [from] = input;
  const last = node.body.statements.findLast(
    (statement): statement is LayerCall =>
      statement.kind === "layer" && boundArgument(statement, "channels") !== undefined,
  );
  const channels = last && boundArgument(last, "channels");
  if (!sameSize || typeof from !== "number" || !channels) return [];
  const values = [`${entering(ctx, node)}.channels`, String(from)];
  // Written as `in.channels` it fits every use; of a network's first layers the number says more.
  const ordered = facts(ctx, node) > 1 || isInBlock(ctx) ? values : values.toReversed();
  return ordered.map((value) => ({
    title: `Leave ${from} channels on the main path: \`${value}\``,
    edits: [edit(ctx, channels.value.range, value)],
    either: "channels",
    preferred: false,
  }));
}

function facts(ctx: FixContext, node: Residual): number {
  return ctx.analysis.of(ctx.file)?.facts.get(node)?.variants.length ?? 0;
}

function isInBlock({ section }: FixContext): boolean {
  return section.items.some(({ kind }) => kind === "block");
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
function writtenProjection(ctx: FixContext, node: Residual): Projection | undefined {
  const { text } = ctx.section;
  let channels: string | undefined;
  const strides: string[] = [];
  for (const call of callsIn(node.body.statements)) {
    const given = (names: readonly string[]) =>
      names
        .map((name) => argumentText(givenArgument(ctx, call, name), text))
        .find((value) => value !== undefined);
    channels = given(["channels", "planes"]) ?? channels;
    const stride = given(["stride"]);
    if (stride !== undefined && stride !== "1") strides.push(stride);
  }
  if (channels === undefined || /\bit\b/.test(channels + strides.join(" "))) return undefined;
  return { channels, stride: strides.length === 0 ? "1" : strides.join(" * ") };
}

/** In a row: groups are looked into; what has branches of its own keeps the shape, as a gate does, or the trial fails. */
function callsIn(statements: readonly Statement[]): LayerCall[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "layer") return [statement];
    return statement.kind === "group" ? callsIn(statement.body.statements) : [];
  });
}

/** Of an operator, or of a block whose parameters are called as is usual. */
function givenArgument(ctx: FixContext, call: LayerCall, name: string): Argument | undefined {
  const block = ctx.analysis.of(ctx.file)?.scope.lookup(call.callee.name);
  if (block?.kind !== "block") return boundArgument(call, name);
  return bindArguments(declaredParameters(block.params), call.args, call.callee).bound.get(name);
}

function argumentText(argument: Argument | undefined, text: string): string | undefined {
  return argument && text.slice(argument.value.range.start, argument.value.range.end);
}

function projectionLayers(ctx: FixContext, node: Residual, { channels, stride }: Projection): string {
  const normalised = usesBatchNorm(ctx, node);
  const strideArgument = stride === "1" ? "" : `, stride: ${stride}`;
  const bias = normalised ? ", bias: false" : "";
  return `conv(${channels}, kernel: 1${strideArgument}${bias})${normalised ? " -> bn" : ""}`;
}

/** `shortcut { … }`, on lines of its own where the residual has them. */
function clause(ctx: FixContext, node: Residual, projection: Projection, layers: string): string {
  const { text } = ctx.section;
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
  const opensBlock = ctx.section.items.some(
    (item) => item.kind === "block" && firstLayer(item.body.statements) === node,
  );
  return opensBlock ? "in" : "it";
}

function firstLayer(statements: readonly Statement[]): Statement | undefined {
  return statements.find((s) => s.kind !== "require" && s.kind !== "expect");
}

/** In the residual itself, or in a block that it calls. */
function usesBatchNorm(ctx: FixContext, node: Residual): boolean {
  const scope = ctx.analysis.of(ctx.file)?.scope;
  let found = false;
  const look = (body: Body, depth: number) =>
    visit(body, (inner) => {
      if (inner.kind !== "layer") return;
      const block = scope?.lookup(inner.callee.name);
      if (block?.kind === "block" && depth < 4) look(block.body, depth + 1);
      else if (inner.callee.name === "bn") found = true;
    });
  look(node.body, 0);
  return found;
}
