/** Fixes of layers that are allowed but hardly meant: a bias, an activation too many or too few, rows that are lost. */
import type { LayerCall, Statement } from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import { operatorNamed } from "../ops/registry.ts";
import { boundArgument, insert, withArgument, withoutStatement } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function dropBias(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "bias") return [];
  return [{ title: "Drop the bias", edits: [withArgument(ctx, data.node, "bias", "false")] }];
}

export function removeLayer(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const [item] = ctx.section.items;
  const removal = data?.kind === "remove-layer" && item && withoutStatement(ctx, item, data.node);
  if (data?.kind !== "remove-layer" || !removal) return [];
  return [{ title: `Remove the second \`${data.node.callee.name}\``, edits: [removal] }];
}

/** An unused layer: with it, what it was made from may have no use either. */
export function removeUnusedLayer(ctx: FixContext): Candidate[] {
  const path = nodesAtFault(ctx);
  const node = path.findLast((other): other is LayerCall => other.kind === "layer");
  const tap = path.findLast((other) => other.kind === "tap");
  const [item] = ctx.section.items;
  if (!node || !item) return [];
  // A side branch of this layer alone goes with it.
  const removed = tap?.kind === "tap" && tap.body.statements.length === 1 ? tap : node;
  const removal = withoutStatement(ctx, item, removed);
  return removal ? [{ title: `Remove \`${node.callee.name}\``, edits: [removal], preferred: false }] : [];
}

/** The one that the text around uses, or relu. */
export function addActivation(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "add-activation") return [];
  const name = activationIn(data.node) ?? "relu";
  const edits = [insert(ctx, data.node.range.end, ` -> ${name}`)];
  return [{ title: `Add \`${name}\` after it`, edits, preferred: false }];
}

function activationIn(node: Statement): string | undefined {
  let found: string | undefined;
  visit(node, (inner) => {
    if (inner.kind === "layer" && operatorNamed(inner.callee.name)?.family === "activation")
      found ??= inner.callee.name;
  });
  return found;
}

/** Padding, where the window is odd and has none; else a window more. */
export function keepRows(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "ceil-mode") return [];
  const { node } = data;
  const kernel = boundArgument(node, "kernel")?.value;
  const half = kernel?.kind === "number" ? (kernel.value - 1) / 2 : 0;
  const padded =
    Number.isInteger(half) && half > 0 && !boundArgument(node, "padding")
      ? [{ title: `Pad it: \`padding: ${half}\``, edits: [withArgument(ctx, node, "padding", String(half))] }]
      : [];
  const rounded = {
    title: "Round up: `ceil_mode: true`",
    edits: [withArgument(ctx, node, "ceil_mode", "true")],
  };
  return [...padded, rounded].map((candidate) => ({ ...candidate, preferred: false }));
}

/** By the squeeze ratio of SqueezeNet (Iandola et al. 2016, section 3.2: 0.125). */
export function squeeze(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const channels = data?.kind === "squeeze" ? boundArgument(data.node, "channels") : undefined;
  if (data?.kind !== "squeeze" || channels?.value.kind !== "number") return [];
  const count = Math.max(1, Math.floor(data.expanded / 8));
  const edits = [withArgument(ctx, data.node, "channels", String(count))];
  return [{ title: `Squeeze to ${count} channels, an eighth`, edits, preferred: false }];
}
