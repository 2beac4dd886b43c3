/**
 * Tensors of different height and width that are to be stacked: a stride inside a dense block belongs into a transition
 * before it (Huang et al. 2017, section 3); a branch keeps the size by its padding, or takes the others' stride.
 */
import type {
  Branch,
  Combine,
  Dense,
  Item,
  LayerCall,
  Statement,
  SyntaxNode,
} from "../../../../grammar/ast.ts";
import type { TextEdit } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { operatorNamed } from "../ops/registry.ts";
import { before, boundArgument, edit, withArgument, withoutArgument } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function stackMismatch(ctx: FixContext): Candidate[] {
  const path = nodesAtFault(ctx);
  const node = path.findLast(
    (other): other is Dense | Combine => other.kind === "dense" || other.kind === "combine",
  );
  const [item] = path;
  if (!node || !item) return [];
  if (node.kind === "dense")
    return [...denseStride(ctx, item as Item, path, node), ...keepSize(ctx, windowsIn(node.body), false)];
  return (node.branches ?? []).flatMap((branch) => branchCandidates(ctx, branch, node.branches ?? []));
}

// ── dense ────────────────────────────────────────────────────────────────────────────────────────

function denseStride(ctx: FixContext, item: Item, path: readonly SyntaxNode[], node: Dense): Candidate[] {
  const strided = windowsIn(node.body).flatMap((call) => {
    const stride = boundArgument(call, "stride");
    return stride && stride.value.kind === "number" && stride.value.value > 1
      ? [{ call, stride, by: stride.value.value }]
      : [];
  });
  const [first] = strided;
  if (!first || strided.length > 1) return [];
  const removal = withoutArgument(ctx, first.call, first.stride);
  // A block is dense throughout: what changes the size stands before all of its layers.
  const index = path.indexOf(node);
  const repeat = path.slice(0, index).findLast((other) => other.kind === "repeat");
  const outer = (
    repeat?.kind === "repeat" && repeat.body.statements.length === 1 ? repeat : node
  ) as Statement;
  const transition = `bn -> relu -> conv(it.channels div 2, kernel: 1, bias: false) -> avg_pool(${first.by})`;
  return [
    {
      title: "Move the stride into a transition before it",
      edits: [before(ctx, item, outer, transition), removal],
      either: "transition",
    },
    {
      title: `Move the stride into a pool before it`,
      edits: [before(ctx, item, outer, `avg_pool(${first.by})`), removal],
      preferred: false,
    },
    { title: "Keep the size: drop the stride", edits: [removal], preferred: false },
  ];
}

// ── branches ─────────────────────────────────────────────────────────────────────────────────────

/** What would make one branch fit: as it is tried, only what makes all of them fit is offered. */
function branchCandidates(ctx: FixContext, branch: Branch, all: readonly Branch[]): Candidate[] {
  const windows = windowsIn(branch.body);
  const others = all.filter((other) => other !== branch).flatMap((other) => windowsIn(other.body));
  const strides = others.flatMap((call) => boundArgument(call, "stride")?.value ?? []);
  const texts = new Set(strides.map(({ range }) => ctx.section.text.slice(range.start, range.end)));
  const taken = windows.toReversed().flatMap((call): Candidate[] =>
    [...texts].map((stride) => ({
      title: `Give \`${call.callee.name}\` the stride of the other branches: ${stride}`,
      edits: [withArgument(ctx, call, "stride", stride)],
      either: "stride",
      preferred: false,
    })),
  );
  return [...keepSize(ctx, windows), ...taken];
}

/** Padding that keeps height and width, for one of these layers; or no stride. */
function keepSize(ctx: FixContext, windows: readonly LayerCall[], unstrided = true): Candidate[] {
  return windows.flatMap((call): Candidate[] => {
    const padding = sizeKeepingPadding(ctx, call);
    const kept = {
      title: `Let \`${call.callee.name}\` keep the size by its padding`,
      either: "padding",
    } as const;
    const stride = boundArgument(call, "stride");
    const strided = stride?.value.kind === "number" && stride.value.value > 1;
    const candidates: Candidate[] = padding ? [{ ...kept, edits: [padding] }] : [];
    // A pool steps by its kernel unless told otherwise.
    if (operatorNamed(call.callee.name)?.family === "pooling" && !stride) {
      const whole = poolKeepingSize(ctx, call);
      if (whole)
        candidates.push({
          ...kept,
          title: `Let \`${call.callee.name}\` keep the size: \`stride: 1\` and padding`,
          edits: [whole],
        });
    }
    if (operatorNamed(call.callee.name)?.params.ceil_mode && !boundArgument(call, "ceil_mode")) {
      candidates.push({
        title: `Round up in \`${call.callee.name}\`: \`ceil_mode: true\``,
        edits: [withArgument(ctx, call, "ceil_mode", "true")],
        either: "ceil",
        preferred: false,
      });
    }
    if (strided && stride && unstrided) {
      candidates.push({
        title: `Drop the stride of \`${call.callee.name}\``,
        edits: [withoutArgument(ctx, call, stride)],
        either: "drop-stride",
        preferred: false,
      });
    }
    return candidates;
  });
}

/** A convolution's default keeps the size; a pool has to be told. */
function sizeKeepingPadding(ctx: FixContext, call: LayerCall): TextEdit | undefined {
  const padding = boundArgument(call, "padding");
  const family = operatorNamed(call.callee.name)?.family;
  if (family === "convolution") return padding && withoutArgument(ctx, call, padding);
  const half = halfKernel(call);
  return half === undefined ? undefined : withArgument(ctx, call, "padding", half);
}

function poolKeepingSize(ctx: FixContext, call: LayerCall): TextEdit | undefined {
  const half = halfKernel(call);
  const kernel = boundArgument(call, "kernel");
  if (half === undefined || !kernel || !call.argsRange) return undefined;
  const text = ctx.section.text.slice(kernel.value.range.start, kernel.value.range.end);
  return edit(ctx, call.argsRange, `(${text}, stride: 1, padding: ${half})`);
}

function halfKernel(call: LayerCall): string | undefined {
  const kernel = boundArgument(call, "kernel")?.value;
  return kernel?.kind === "number" && kernel.value % 2 === 1 ? String((kernel.value - 1) / 2) : undefined;
}

/** The sliding windows that stand in a body by their operators' names. */
function windowsIn(body: SyntaxNode): LayerCall[] {
  const found: LayerCall[] = [];
  visit(body, (node) => {
    if (node.kind === "layer" && operatorNamed(node.callee.name)?.params.kernel) found.push(node);
  });
  return found;
}
