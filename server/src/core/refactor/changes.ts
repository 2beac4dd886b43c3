/**
 * From the edits that a refactoring thinks of to those that the editor gets: formatted as the formatter would leave
 * them, and tried. What they do to the file's networks is measured by an analysis of the text after them.
 */
import type { FileId, Section } from "../../../../grammar/ast.ts";
import { format } from "../../../../grammar/format.ts";
import { parse, type SourceFile, sectionAt } from "../../../../grammar/parse.ts";
import { applyEdits, shift, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { type NetworkAnalysis, placeOfName } from "../analysis.ts";
import type { Cost } from "../cost/cost.ts";
import { formatCount } from "../cost/format.ts";
import { severityOf } from "../diagnostics/codes.ts";
import { expand } from "../ir/expand.ts";
import { formatShape } from "../shape/shape.ts";
import type { Analysis } from "../workspace.ts";
import { composeEdits } from "./composeEdits.ts";
import type { Changes, Draft, Selection } from "./refactoring.ts";
import type { Site } from "./site.ts";

/** What a refactoring promises to keep. */
export type Promise = "costs and shapes" | "names of weights too";

/** Another way to write the same, by edits in the offsets of the section. */
export function rewriting(site: Site, title: string, edits: readonly TextEdit[]): Draft {
  const placed = edits.map((edit) => ({ ...edit, range: shift(edit.range, site.offset) }));
  return {
    title,
    kind: "refactor.rewrite",
    make: () => keeping(site.selection, "names of weights too", placed),
  };
}

/** The formatted edits, if every network keeps what is promised and no error comes up. */
export function keeping(
  selection: Selection,
  promise: Promise,
  edits: readonly TextEdit[],
): Changes | undefined {
  const effect = tryOut(selection, edits);
  if (
    !effect ||
    effect.newErrors > 0 ||
    !effect.changed.every(({ before, after }) => sameCosts(before, after))
  ) {
    return undefined;
  }
  if (promise === "names of weights too" && !effect.changed.every(sameNames)) return undefined;
  return { edits: effect.edits };
}

/** The formatted edits, whatever they do, if the text can still be read. */
export function changing(selection: Selection, edits: readonly TextEdit[]): Changes | undefined {
  const effect = tryOut(selection, edits);
  return effect && { edits: effect.edits };
}

export interface Effect {
  readonly edits: readonly TextEdit[];
  readonly analysis: Analysis;
  /** Networks that are made otherwise than before. */
  readonly changed: readonly Change[];
  /** How many errors there are more than before. */
  readonly newErrors: number;
}

interface Change {
  readonly before: NetworkAnalysis;
  readonly after: NetworkAnalysis | undefined;
}

const lastTried = new WeakMap<Analysis, Map<string, Effect | undefined>>();
const triesKept = 8;

/**
 * Undefined if the text after the edits can't be read as well as before. The last ones are kept: the cursor moves within a
 * statement, and what was offered is chosen.
 */
export function tryOut(selection: Selection, edits: readonly TextEdit[]): Effect | undefined {
  const { analysis, file } = selection;
  const known = lastTried.get(analysis) ?? new Map<string, Effect | undefined>();
  lastTried.set(analysis, known);
  const key = JSON.stringify([file, edits]);
  if (!known.has(key)) {
    known.set(key, effectOf(selection, edits));
    const [oldest] = known.keys();
    if (known.size > triesKept && oldest !== undefined) known.delete(oldest);
  }
  return known.get(key);
}

function effectOf({ analysis, file: id }: Selection, edits: readonly TextEdit[]): Effect | undefined {
  const before = analysis.of(id);
  const formatted = before && formattedEdits(before.source, edits);
  if (!before || !formatted) return undefined;
  const tried = analysis.withText(id, applyEdits(before.source.text, formatted));
  const after = tried.of(id);
  if (!after || syntaxErrors(after.source) > syntaxErrors(before.source)) return undefined;
  const changed = before.networks.flatMap((network): Change[] => {
    const same = after.networks.find(({ name }) => name === network.name);
    return same?.instance === network.instance ? [] : [{ before: network, after: same }];
  });
  const errors = ({ diagnostics }: typeof before) =>
    diagnostics.filter(({ code }) => severityOf(code) === "error").length;
  return { edits: formatted, analysis: tried, changed, newErrors: errors(after) - errors(before) };
}

/** `: Net 9.41K → 12.0K params, 1.20M → 1.60M MACs`, of the first network that changes; nothing if none does. */
export function costChange({ changed, newErrors }: Effect): string {
  const costs = changed.flatMap(({ before, after }) => {
    const [from, to] = [before.instance?.cost, after?.instance?.cost];
    return from && to ? [{ name: before.name, from, to }] : [];
  });
  const [first] = costs.filter(({ from, to }) => from.params !== undefined && to.params !== undefined);
  const arrow = (of: (cost: Cost) => Cost["params"], unit: string) =>
    first ? [`${formatCount(of(first.from))} → ${formatCount(of(first.to))} ${unit}`] : [];
  const texts = [...arrow((cost) => cost.params, "params"), ...arrow((cost) => cost.macs, "MACs")];
  const errors = newErrors > 0 ? [`${newErrors} ${newErrors === 1 ? "error" : "errors"} to mend`] : [];
  const told = first ? [`${first.name} ${texts.join(", ")}`, ...errors] : errors;
  return told.length === 0 ? "" : ` (${told.join("; ")})`;
}

// ── what stays ───────────────────────────────────────────────────────────────────────────────────

function sameCosts(before: NetworkAnalysis, after: NetworkAnalysis | undefined): boolean {
  return after !== undefined && measures(before) === measures(after);
}

function measures({ instance, problem }: NetworkAnalysis): string {
  if (!instance) return problem ?? "";
  const { params, buffers, macs, flops, activationBytes } = instance.cost;
  const shapes = [...instance.outputs.map(({ name, tensor }) => `${name} ${formatShape(tensor.shape)}`)];
  return [params, buffers, macs, flops, activationBytes, ...shapes, formatShape(instance.result.shape)].join(
    "|",
  );
}

function sameNames({ before, after }: Change): boolean {
  return after !== undefined && names(before) === names(after);
}

function names(network: NetworkAnalysis): string {
  if (!network.instance) return "";
  const graph = expand(network.name, network.instance, placeOfName(network));
  if ("problem" in graph) return "";
  return graph.nodes.flatMap(({ weights }) => weights.map(({ fullName }) => fullName)).join("\n");
}

function syntaxErrors({ sections }: SourceFile): number {
  return sections.reduce((sum, { section }) => sum + section.errors.length, 0);
}

// ── formatting ───────────────────────────────────────────────────────────────────────────────────

/** The edits with the lines that they touch formatted. Undefined if what they make of a section has syntax errors. */
export function formattedEdits(source: SourceFile, edits: readonly TextEdit[]): TextEdit[] | undefined {
  const result: TextEdit[] = [];
  const bySection = new Map<Section, { readonly offset: number; readonly edits: TextEdit[] }>();
  for (const edit of edits) {
    const placed = sectionAt(source, edit.range.start);
    if (!placed) return undefined;
    const own = bySection.get(placed.section) ?? { offset: placed.offset, edits: [] };
    own.edits.push({ ...edit, range: shift(edit.range, -placed.offset) });
    bySection.set(placed.section, own);
  }
  const lineBreak = source.text.includes("\r\n") ? "\r\n" : "\n";
  for (const [section, { offset, edits: own }] of bySection) {
    const native = own.map(({ range, newText }) => ({
      range,
      newText: newText.replace(/\r?\n/g, lineBreak),
    }));
    const formatted = formattedSection(source.id, section, native);
    if (!formatted) return undefined;
    result.push(...formatted.map((edit) => ({ ...edit, range: shift(edit.range, offset) })));
  }
  return result.sort((a, b) => a.range.start - b.range.start);
}

function formattedSection(
  id: FileId,
  section: Section,
  edits: readonly TextEdit[],
): readonly TextEdit[] | undefined {
  const text = applyEdits(section.text, edits);
  const after = parse(id, text);
  if (syntaxErrors(after) > section.errors.length) return undefined;
  const touched = touchedLines(text, edits);
  // What follows the last item separates it from the next section: it stays.
  const end = text.trimEnd().length;
  const formatting = format(
    after,
    ({ range }) =>
      range.end <= end && touched.some((lines) => range.start <= lines.end && lines.start <= range.end),
  );
  return composeEdits(section.text, edits, formatting);
}

/** The lines that edits have touched, in the text after them. */
function touchedLines(text: string, edits: readonly TextEdit[]): TextRange[] {
  let grown = 0;
  return [...edits]
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ range, newText }) => {
      const start = range.start + grown;
      const end = start + newText.length;
      grown += newText.length - (range.end - range.start);
      const next = text.indexOf("\n", end);
      return { start: text.lastIndexOf("\n", start - 1) + 1, end: next < 0 ? text.length : next };
    });
}
