/** Fixes of statements: branches that are never taken, loops that count for nothing, a network without an input. */
import type { Body, For, If, Residual } from "../../../../grammar/ast.ts";
import { placeInBody } from "../refactor/site.ts";
import { edit, insert, textOf, withoutStatement } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function keepTaken(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "dead-branch") return [];
  const edits =
    data.node.kind === "if" ? withoutIf(ctx, data.node, data.taken) : withoutWhen(ctx, data.node, data.taken);
  return edits ? [{ title: "Keep only what is taken", edits }] : [];
}

function withoutIf(ctx: FixContext, node: If, taken: boolean): Candidate["edits"] | undefined {
  const [item] = ctx.section.items;
  const chosen = taken ? node.consequent : node.alternative;
  if (!item || node.label) return undefined;
  if (!placeInBody(item, node)) {
    // After an `else`: there a body has its braces.
    return chosen && [edit(ctx, node.range, textOf(ctx, chosen.range))];
  }
  if (chosen?.kind === "if") return [edit(ctx, node.range, textOf(ctx, chosen.range))];
  const inner = chosen ? innerText(ctx, chosen) : "";
  if (inner !== "") return [edit(ctx, node.range, inner)];
  const removal = withoutStatement(ctx, item, node);
  return removal && [removal];
}

function innerText(ctx: FixContext, body: Body): string {
  return textOf(ctx, body.range).replace(/^\{/, "").replace(/\}$/, "").trim();
}

/** Only a condition that holds: without one that doesn't there would be a shortcut. */
function withoutWhen(ctx: FixContext, node: Residual, taken: boolean): Candidate["edits"] | undefined {
  if (!taken) return undefined;
  const at = ctx.diagnostic.range.start - ctx.offset;
  const condition = [node.when, node.shortcut?.when].find((when) => when?.range.start === at);
  const lead = condition && /\s*\bwhen\s*$/.exec(ctx.section.text.slice(0, condition.range.start));
  if (!condition || !lead) return undefined;
  return [edit(ctx, { start: lead.index, end: condition.range.end }, "")];
}

/** `for n in range(3)` whose name nothing uses is `repeat 3`. */
export function repeatInstead(ctx: FixContext): Candidate[] {
  const node = nodesAtFault(ctx).findLast((other): other is For => other.kind === "for");
  const at = ctx.diagnostic.range.start - ctx.offset;
  if (!node || node.variables[0]?.range.start !== at) return [];
  const count = countOf(ctx, node);
  const range = { start: node.head.start, end: node.list.range.end };
  return [{ title: `Write \`repeat ${count}\``, edits: [edit(ctx, range, `repeat ${count}`)] }];
}

function countOf(ctx: FixContext, { list }: For): string {
  if (list.kind === "list") return String(list.elements.length);
  const [only, more] = list.kind === "call" ? list.args : [];
  const isRange = list.kind === "call" && list.callee.kind === "name" && list.callee.name === "range";
  return isRange && only && !more ? textOf(ctx, only.value.range) : `len(${textOf(ctx, list.range)})`;
}

export function addInput(ctx: FixContext): Candidate[] {
  const [item] = nodesAtFault(ctx);
  if (item?.kind !== "network") return [];
  const input = "input image: [3, 224, 224]";
  return [{ title: `Add \`${input}\``, edits: [insert(ctx, item.body.range.start + 1, `\n  ${input}\n`)] }];
}

/** A statement where it means nothing. */
export function removeMisplaced(ctx: FixContext): Candidate[] {
  const [item] = ctx.section.items;
  const statement = nodesAtFault(ctx).findLast((node) => node.kind === "input" || node.kind === "budget");
  if (!item || (statement?.kind !== "input" && statement?.kind !== "budget")) return [];
  const removal = withoutStatement(ctx, item, statement);
  return removal ? [{ title: `Remove \`${statement.kind}\``, edits: [removal], preferred: false }] : [];
}
