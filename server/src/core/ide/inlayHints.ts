/**
 * Hints at the end of each line: output shape, parameters and arithmetic of the statements on it. A line inside a
 * block or repeat shows the range over its instances and how often it is used.
 */
import type { FileId, Item, Section, Statement, SyntaxNode } from "../../../../grammar/ast.ts";
import { absoluteRange } from "../../../../grammar/parse.ts";
import { LineIndex, type TextRange } from "../../../../grammar/text.ts";
import { children } from "../../../../grammar/walk.ts";
import type { FileAnalysis } from "../analysis.ts";
import { addCosts, type Cost } from "../cost/cost.ts";
import { type Facts, outputShapes, rangeOf, type StatementFacts, type Variant } from "../cost/facts.ts";
import { formatBytes, formatCount } from "../cost/format.ts";
import { metricNamed } from "../elaborate/budget.ts";
import type { BudgetCheck } from "../elaborate/instance.ts";
import type { Analysis } from "../workspace.ts";
import {
  type Choices,
  chosenInstance,
  type DistinctInstance,
  distinctInstances,
  factsShown,
  noChoices,
} from "./instances.ts";
import { isStatement } from "./places.ts";
import { flopsText, macsText, paramsText, shapesParts, spanText, usesText } from "./text.ts";
import type { HintPart, HintSettings, InlayHint } from "./types.ts";

export function inlayHints(
  analysis: Analysis,
  id: FileId,
  settings: HintSettings,
  range?: TextRange,
  choices: Choices = noChoices,
): InlayHint[] {
  const file = analysis.of(id);
  if (!file) return [];
  const { lines } = file.source;
  const firstLine = range ? lines.position(range.start).line : 0;
  const lastLine = range ? lines.position(range.end).line : lines.lineCount;
  const hints: InlayHint[] = [];
  for (const { section, offset } of file.source.sections) {
    if (!touches({ start: offset, end: offset + section.text.length }, range)) continue;
    const startLine = lines.position(offset).line;
    for (const { item, statements, line: lineInSection } of statementLines(section)) {
      const line = startLine + lineInSection;
      if (line < firstLine || line > lastLine) continue;
      const found = lineHint(factsShown(file, item, choices), statements, settings);
      if (!found) continue;
      const statement = offset + found.last.head.start;
      const hint = { ...found.label, statement, tooltip: undefined };
      hints.push({ offset: codeEnd(file.source.text, lines.line(line)), ...hint });
    }
  }
  for (const hint of budgetHints(file, choices)) {
    const { line } = lines.position(hint.offset);
    if (line >= firstLine && line <= lastLine) hints.push(hint);
  }
  for (const network of totalHints(analysis, id, settings)) {
    const { line } = lines.position(network.offset);
    if (line >= firstLine && line <= lastLine) hints.push(network);
  }
  return hints.sort((a, b) => a.offset - b.offset);
}

function touches(a: TextRange, b: TextRange | undefined): boolean {
  return !b || (a.start <= b.end && b.start <= a.end);
}

/** An expression in named dimensions may be longer than a line; the hover has it in full. */
const maxPartLength = 48;

/** The statements that begin on a line. */
interface StatementLine {
  /** Counted from the section's first. */
  readonly line: number;
  readonly item: Item;
  readonly statements: Statement[];
}

const linesBySection = new WeakMap<Section, readonly StatementLine[]>();

/** The lines of a section that statements begin on; found once, since most edits are elsewhere. */
export function statementLines(section: Section): readonly StatementLine[] {
  const known = linesBySection.get(section);
  if (known) return known;
  const index = new LineIndex(section.text);
  const found: StatementLine[] = [];
  for (const item of section.items) {
    for (const statement of outermostStatements(item, (at) => index.position(at).line)) {
      const { line } = index.position(statement.head.start);
      const last = found.at(-1);
      if (last?.line === line && last.item === item) last.statements.push(statement);
      else found.push({ line, item, statements: [statement] });
    }
  }
  linesBySection.set(section, found);
  return found;
}

/** The statements that begin on each line, without those that stand inside another on the same line. */
function outermostStatements(root: SyntaxNode, lineOf: (offset: number) => number): Statement[] {
  const found: Statement[] = [];
  const enter = (node: SyntaxNode, outerLine: number) => {
    for (const child of children(node)) {
      const line = isStatement(child) ? lineOf(child.head.start) : outerLine;
      if (isStatement(child) && line !== outerLine) found.push(child);
      enter(child, line);
    }
  };
  enter(root, -1);
  return found;
}

/** A label as text and in parts. */
interface Label {
  readonly label: string;
  readonly parts: readonly HintPart[];
}

function lineHint(
  facts: Facts,
  statements: readonly Statement[],
  settings: HintSettings,
): { readonly label: Label; readonly last: Statement } | undefined {
  const known = statements
    .filter((s) => s.kind !== "output" && s.kind !== "from")
    .flatMap((statement) => {
      const own = facts.get(statement);
      return own ? [{ statement, facts: own }] : [];
    });
  const last = known.at(-1);
  if (!last) return undefined;
  // The facts of one body come and go together: those of the last statement stand for the line's.
  const { shapes, params, work, workUnit } = settings;
  const key = `${shapes} ${params} ${work} ${workUnit}`;
  const byKey = labels.get(last.facts) ?? new Map<string, Label>();
  labels.set(last.facts, byKey);
  const label =
    byKey.get(key) ??
    lineLabel(
      known.map((each) => each.facts),
      last.facts,
      settings,
    );
  byKey.set(key, label);
  return label.label === "" ? undefined : { label, last: last.statement };
}

const labels = new WeakMap<StatementFacts, Map<string, Label>>();

function lineLabel(known: readonly StatementFacts[], last: StatementFacts, settings: HintSettings): Label {
  const line = mergeLine(known, last);
  const shape = settings.shapes ? shapesParts(outputShapes(last)) : [];
  const costs = [
    settings.params && hasCost(line, (cost) => cost.params) ? `${paramsText(line)} params` : undefined,
    settings.work && hasCost(line, workOf(settings)) ? workText(line, settings) : undefined,
  ].filter((part) => part !== undefined && part.length <= maxPartLength);
  const shown = textOf(shape).length <= maxPartLength ? shape : [];
  if (shown.length === 0 && costs.length === 0) return { label: "", parts: [] };
  const uses = usesText(last);
  const rest = [costs.join(separator), uses].filter((text) => text !== "").join(" ");
  const between = shown.length === 0 || rest === "" ? "" : costs.length === 0 ? " " : separator;
  const plain = between === "" ? [] : [{ text: between, of: undefined }];
  const behind = rest === "" ? [] : [{ text: rest, of: "costs" } as const];
  const parts = [...shown, ...plain, ...behind];
  return { label: textOf(parts), parts };
}

const separator = " · ";

function textOf(parts: readonly HintPart[]): string {
  return parts.map(({ text }) => text).join("");
}

/** The statements of one line are executed together: their costs add up, variant by variant. */
function mergeLine(known: readonly StatementFacts[], last: StatementFacts): StatementFacts {
  if (known.length === 1 || known.some((facts) => facts.variants.length !== last.variants.length))
    return last;
  const variants = last.variants.map((variant, i): Variant => {
    const costs = known
      .map((facts) => facts.variants[i]?.step.cost)
      .filter((cost): cost is Cost => cost !== undefined);
    return { ...variant, step: { ...variant.step, cost: costs.reduce(addCosts) } };
  });
  return { ...last, variants };
}

function workOf(settings: HintSettings) {
  return (cost: Cost) => (settings.workUnit === "macs" ? cost.macs : cost.flops);
}

function workText(facts: StatementFacts, settings: HintSettings): string {
  return settings.workUnit === "macs" ? `${macsText(facts)} MACs` : `${flopsText(facts)} FLOPs`;
}

function hasCost(facts: StatementFacts, of: (cost: Cost) => unknown): boolean {
  return facts.variants.some(({ step }) => {
    const cost = of(step.cost);
    return cost !== 0 && cost !== undefined;
  });
}

/** What each network costs in all, on the line that names it. */
function totalHints(analysis: Analysis, id: FileId, settings: HintSettings): InlayHint[] {
  const file = analysis.of(id);
  if (!file || settings.totals === false) return [];
  const { lines, text } = file.source;
  return file.networks.flatMap(({ declaration, instance }): InlayHint[] => {
    const at = absoluteRange(file.source, { section: declaration.section, range: declaration.name.range });
    if (!instance || !at || instance.cost.params === undefined) return [];
    const { cost } = instance;
    const work =
      settings.workUnit === "macs" ? `${formatCount(cost.macs)} MACs` : `${formatCount(cost.flops)} FLOPs`;
    const parts = [
      settings.params ? `${formatCount(cost.params)} params` : "",
      settings.work ? work : "",
    ].filter((part) => part !== "" && part.length <= maxPartLength);
    if (parts.length === 0) return [];
    const tooltip = `activations ${formatBytes(cost.activationBytes)}, ${instance.layerCount} layers`;
    return [
      { offset: codeEnd(text, lines.line(lines.position(at.start).line)), label: parts.join(" · "), tooltip },
    ];
  });
}

/** What a network takes of each budget, on the line that sets it: `params 1.24M of 1.25M`. */
function budgetHints(file: FileAnalysis, choices: Choices): InlayHint[] {
  const { lines, text } = file.source;
  const byLine = new Map<number, string[]>();
  for (const { section, offset } of file.source.sections) {
    for (const item of section.items) {
      if (item.kind !== "network" || !item.body.statements.some(({ kind }) => kind === "budget")) continue;
      const chosen = chosenInstance(file, item, choices);
      const shown = chosen ? [chosen] : distinctInstances(file, item);
      for (const checks of checksByEntry(shown)) {
        const line = lines.position(checks[0].entry.range.start + offset).line;
        const text = budgetText(checks);
        if (text !== undefined) byLine.set(line, [...(byLine.get(line) ?? []), text]);
      }
    }
  }
  return [...byLine].map(([line, parts]) => ({
    offset: codeEnd(text, lines.line(line)),
    label: parts.join(" · "),
    tooltip: undefined,
  }));
}

type Checks = readonly [BudgetCheck, ...BudgetCheck[]];

function checksByEntry(instances: readonly DistinctInstance[]): readonly Checks[] {
  const byEntry = new Map<BudgetCheck["entry"], [BudgetCheck, ...BudgetCheck[]]>();
  for (const check of instances.flatMap(({ instance }) => instance.budgets)) {
    const known = byEntry.get(check.entry);
    if (known) known.push(check);
    else byEntry.set(check.entry, [check]);
  }
  return [...byEntry.values()];
}

/** Nothing where an error left unknown what is taken. */
function budgetText(checks: Checks): string | undefined {
  const name = checks[0].entry.metric.name;
  const format = metricNamed(name)?.format ?? formatCount;
  const spent = rangeOf(checks.map((check) => check.spent));
  if (spent.least === undefined) return undefined;
  const limit = rangeOf(checks.map((check) => check.limit));
  return `${name} ${spanText(spent, format)} of ${spanText(limit, format)}`;
}

/** Where a line's code ends: a hint stands before a comment, not after it. */
function codeEnd(text: string, line: TextRange): number {
  const content = text.slice(line.start, line.end);
  // A `//` inside a string would be taken for a comment; the hint then stands early, which is harmless.
  const comment = content.search(/\s*\/\//);
  const code = comment >= 0 ? content.slice(0, comment) : content;
  return line.start + code.trimEnd().length;
}
