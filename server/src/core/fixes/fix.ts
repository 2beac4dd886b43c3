/** A fix: edits of one file that were tried before they are offered, with what they cost in the title. */
import type { FileId } from "../../../../grammar/ast.ts";
import { applyEdits, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { addCosts, type Cost, noCost } from "../cost/cost.ts";
import { gatherFacts, totalOf } from "../cost/facts.ts";
import { formatCount } from "../cost/format.ts";
import type { PlacedDiagnostic } from "../ide/diagnostics.ts";
import { isStatement } from "../ide/places.ts";
import type { Analysis } from "../workspace.ts";

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface FixContext {
  readonly analysis: Analysis;
  readonly file: FileId;
  readonly diagnostic: PlacedDiagnostic;
}

/** The analysis after the edits; undefined when the diagnostic would still be there. */
export function tryEdits(ctx: FixContext, edits: readonly TextEdit[]): Analysis | undefined {
  const source = ctx.analysis.file(ctx.file);
  if (!source) return undefined;
  const after = ctx.analysis.withText(ctx.file, applyEdits(source.text, edits));
  const { code, range } = ctx.diagnostic;
  const file = after.of(ctx.file);
  const sections = file?.source.sections ?? [];
  const remains = file?.diagnostics.some((d) => {
    const placed = sections.find(({ section }) => section === d.location.section);
    return d.code === code && placed !== undefined && d.location.range.start + placed.offset === range.start;
  });
  return remains ? undefined : after;
}

/** What the statements in a range cost in the first network that has them. */
export function costWithin(analysis: Analysis, id: FileId, range: TextRange): Cost | undefined {
  const file = analysis.of(id);
  if (!file) return undefined;
  for (const { instance } of file.networks) {
    if (!instance) continue;
    const facts = gatherFacts([instance]);
    let cost: Cost | undefined;
    for (const { section, offset } of file.source.sections) {
      for (const item of section.items) {
        visit(item, (node) => {
          if (
            !isStatement(node) ||
            node.range.start + offset < range.start ||
            node.range.end + offset > range.end
          )
            return;
          const known = facts.get(node);
          const total = node.kind === "layer" && known ? totalOf(known) : undefined;
          if (total) cost = addCosts(cost ?? noCost, total);
        });
      }
    }
    if (cost) return cost;
  }
  return undefined;
}

/** ` (+8.45K params, +6.42M MACs)`: the end of a fix's title. */
export function costSuffix(cost: Cost | undefined): string {
  if (!cost || cost.params === undefined) return "";
  return ` (+${formatCount(cost.params)} params, +${formatCount(cost.macs)} MACs)`;
}
