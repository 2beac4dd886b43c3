/**
 * A fix: edits that were tried before they are offered, with what they cost in the title. A fix's own file only thinks
 * of candidates; here they are tried, formatted and priced.
 */
import type { FileId, Section, SyntaxNode } from "../../../../grammar/ast.ts";
import { type SourceFile, sectionAt } from "../../../../grammar/parse.ts";
import { applyEdits, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { pathAt, visit } from "../../../../grammar/walk.ts";
import { addCosts, type Cost, differenceOf, noCost } from "../cost/cost.ts";
import { gatherFacts, totalOf } from "../cost/facts.ts";
import { formatCount } from "../cost/format.ts";
import { isLint } from "../diagnostics/codes.ts";
import { type PlacedDiagnostic, placedDiagnostics, placedFaults } from "../ide/diagnostics.ts";
import { isStatement } from "../ide/places.ts";
import type { FileEdits } from "../ide/types.ts";
import { formattedEdits } from "../refactor/changes.ts";
import type { Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";

export interface Candidate {
  readonly title: string;
  /** Of the file. */
  readonly edits: readonly TextEdit[];
  readonly others?: readonly FileEdits[];
  /** Of candidates with the same word the first that works is offered. */
  readonly either?: string;
  /** It only keeps the diagnostic quiet. */
  readonly silences?: true;
  /** Not what one would take without a second thought. */
  readonly preferred?: false;
}

export type Fix = Omit<Candidate, "either">;

export interface FixContext {
  readonly analysis: Analysis;
  readonly file: FileId;
  readonly diagnostic: PlacedDiagnostic;
  readonly source: SourceFile;
  /** The section of the diagnostic, and where it stands in the file: syntax is in its offsets. */
  readonly section: Section;
  readonly offset: number;
}

export function fixContext(
  analysis: Analysis,
  file: FileId,
  diagnostic: PlacedDiagnostic,
): FixContext | undefined {
  const source = analysis.file(file);
  const placed = source && sectionAt(source, diagnostic.range.start);
  return source && placed && { analysis, file, diagnostic, source, ...placed };
}

/** Those candidates that work: a step for each. */
export function* working(ctx: FixContext, candidates: readonly Candidate[]): Steps<Fix[]> {
  const taken = new Set<string>();
  const fixes: Fix[] = [];
  for (const { either, ...fix } of candidates) {
    if (either !== undefined && taken.has(either)) continue;
    const after = tryEdits(ctx, fix);
    if (after) {
      if (either !== undefined) taken.add(either);
      const title = fix.silences ? fix.title : fix.title + costSuffix(costOfEdits(ctx, after, fix.edits));
      fixes.push({ ...fix, title, edits: formatted(ctx, fix.edits) });
    }
    yield;
  }
  return fixes;
}

/** As they were thought of, where that is well formatted. */
function formatted({ source }: FixContext, edits: readonly TextEdit[]): readonly TextEdit[] {
  const better = formattedEdits(source, edits);
  return better && applyEdits(source.text, better) !== applyEdits(source.text, edits) ? better : edits;
}

/** The nodes around the diagnostic's place, outermost first. */
export function nodesAtFault({ section, offset, diagnostic }: FixContext): readonly SyntaxNode[] {
  const at = diagnostic.range.start - offset;
  return section.items.map((item) => pathAt(item, at)).find((path) => path.length > 0) ?? [];
}

// ── trying ───────────────────────────────────────────────────────────────────────────────────────

/** The analysis after the edits; undefined when the diagnostic would still be there, or others come up. */
function tryEdits(ctx: FixContext, { edits, others = [] }: Fix): Analysis | undefined {
  let after = ctx.analysis;
  for (const other of others) {
    const text = other.create ? "" : (after.file(other.file)?.text ?? "");
    after = after.withText(other.file, applyEdits(text, other.edits));
  }
  after = after.withText(ctx.file, applyEdits(ctx.source.text, edits));
  const { code, range } = ctx.diagnostic;
  const found = isLint(code) ? placedDiagnostics(after, ctx.file) : placedFaults(after, ctx.file);
  const start = movedBy(edits, range.start);
  if (found.some((other) => other.code === code && other.range.start === start)) return undefined;
  const errors = found.filter((other) => !isLint(other.code));
  if (!isLint(code)) {
    // An error hides others, which may come to light; but what is written anew has none.
    const written = edits.map((edit) => writtenRange(edits, edit));
    const within = ({ range: own }: PlacedDiagnostic) =>
      written.some(({ start: from, end }) => from <= own.start && own.end <= end);
    return errors.some((error) => within(error)) ? undefined : after;
  }
  return errors.length > placedFaults(ctx.analysis, ctx.file).length ? undefined : after;
}

/** Where an offset is after the edits. */
function movedBy(edits: readonly TextEdit[], offset: number): number {
  return edits.reduce(
    (at, { range, newText }) => (range.end <= offset ? at + newText.length - (range.end - range.start) : at),
    offset,
  );
}

/** Where the text of an edit stands after all of them. */
function writtenRange(edits: readonly TextEdit[], { range, newText }: TextEdit): TextRange {
  const before = edits.filter((edit) => edit.range.end <= range.start && edit.range !== range);
  const start = movedBy(before, range.start);
  return { start, end: start + newText.length };
}

// ── costs ────────────────────────────────────────────────────────────────────────────────────────

/** How the first network that changes changes; where its cost was unknown, what the written layers cost. */
function costOfEdits(ctx: FixContext, after: Analysis, edits: readonly TextEdit[]): Cost | undefined {
  const networks = after.of(ctx.file)?.networks ?? [];
  for (const { name, instance } of ctx.analysis.of(ctx.file)?.networks ?? []) {
    const same = networks.find((network) => network.name === name)?.instance;
    if (!instance || !same || instance === same) continue;
    if (instance.cost.params === undefined || same.cost.params === undefined) continue;
    return differenceOf(same.cost, instance.cost);
  }
  // A lint's fix writes anew what was there before.
  if (isLint(ctx.diagnostic.code)) return undefined;
  return edits
    .map((edit) => costWithin(after, ctx.file, writtenRange(edits, edit)))
    .reduce((sum, cost) => (sum && cost ? addCosts(sum, cost) : (sum ?? cost)), undefined);
}

/** What the statements in a range cost in the first network that has them. */
function costWithin(analysis: Analysis, id: FileId, range: TextRange): Cost | undefined {
  const file = analysis.of(id);
  if (!file) return undefined;
  for (const { instance } of file.networks) {
    if (!instance) continue;
    const facts = gatherFacts([instance]);
    let cost: Cost | undefined;
    for (const { section, offset } of file.source.sections) {
      if (offset > range.end || offset + section.text.length < range.start) continue;
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

/** ` (+8.45K params, +6.42M MACs)`: the end of a fix's title. What stays as it is is not told. */
export function costSuffix(cost: Cost | undefined): string {
  const parts = [signed(cost?.params, "params"), signed(cost?.macs, "MACs")].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function signed(count: Cost["params"], unit: string): string {
  if (count === undefined || count === 0) return "";
  if (typeof count !== "number") return `+${formatCount(count)} ${unit}`;
  return `${count > 0 ? "+" : "−"}${formatCount(Math.abs(count))} ${unit}`;
}
