/**
 * Hovers: what a layer, block, connection or network is, takes, leaves and costs. One instance is shown in full;
 * several as ranges with a table of the distinct ones.
 */
import type { FileId, Item, LayerCall, Statement, SyntaxNode } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import type { FileAnalysis } from "../analysis.ts";
import { bytesPerElement, type Cost } from "../cost/cost.ts";
import type { StatementFacts } from "../cost/facts.ts";
import { formatCount, formatExact } from "../cost/format.ts";
import type { LayerStep, Step } from "../elaborate/instance.ts";
import { operatorNamed } from "../ops/registry.ts";
import { add, type Dim, multiply, subtract } from "../shape/dim.ts";
import { channels, elements, formatShape } from "../shape/shape.ts";
import type { Analysis } from "../workspace.ts";
import { type Choices, factsShown, noChoices } from "./instances.ts";
import { excerpt, isStatement, nodesAt } from "./places.ts";
import { fieldText, receptiveFieldsOf } from "./receptive.ts";
import { activationsText, flopsText, macsText, outputText, paramsText, usesText } from "./text.ts";
import { figuresOf } from "./totals.ts";
import type { Hover } from "./types.ts";

/** Rows of a table of instances. */
const maxRows = 16;

export function hover(
  analysis: Analysis,
  id: FileId,
  offset: number,
  choices: Choices = noChoices,
): Hover | undefined {
  const file = analysis.of(id);
  const path = file && nodesAt(file.source, offset);
  if (!file || !path) return undefined;
  const { item, nodes } = path;
  const innermost = nodes.at(-1);
  const parent = nodes.at(-2);
  const answer = (node: SyntaxNode, parts: readonly (string | undefined)[]): Hover => ({
    range: shift("head" in node ? node.head : node.range, path.offset),
    markdown: parts.filter((part) => part !== undefined && part !== "").join("\n\n"),
  });
  if (innermost?.kind === "identifier" && parent === item) return answer(innermost, itemHover(file, item));
  const statement = nodes.findLast(isStatement);
  if (innermost?.kind === "identifier" && parent?.kind === "argument" && statement?.kind === "layer") {
    const doc = parameterDoc(file, statement, innermost.name);
    return doc ? answer(innermost, [doc]) : undefined;
  }
  if (!statement) return undefined;
  const label = statement.label;
  const onHead =
    within(statement.head, offset - path.offset) || (label && within(label.range, offset - path.offset));
  return onHead ? answer(statement, statementHover(file, item, statement, choices)) : undefined;
}

function within(range: { start: number; end: number }, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

// ── items ────────────────────────────────────────────────────────────────────────────────────────

function itemHover(file: FileAnalysis, item: Item): (string | undefined)[] {
  if (item.kind === "import") return [];
  const network = file.networks.find((n) => n.declaration === item);
  return [
    signature(item),
    item.doc,
    network?.problem,
    network?.instance && table(figuresOf(network.instance)),
  ];
}

/** The declaration up to its body. */
function signature(item: Exclude<Item, { kind: "import" }>): string {
  const end = item.kind === "block" || item.kind === "network" ? item.body.range.start : item.range.end;
  return code(excerpt(item.section.text, { start: item.range.start, end }).trim());
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

function statementHover(
  file: FileAnalysis,
  item: Item,
  statement: Statement,
  choices: Choices,
): (string | undefined)[] {
  const { section } = item;
  const facts = factsShown(file, item, choices).get(statement);
  const head = [
    code(excerpt(section.text, headRange(statement)).trim()),
    statement.kind === "layer" ? calleeDoc(file, statement) : undefined,
  ];
  if (!facts) return head;
  const field = fieldText(receptiveFieldsOf(file, section, statement));
  const rows = instanceRows(statement, facts);
  const [first] = facts.variants;
  // Networks that do the same here need no table to say so.
  const single = rows.size === 1 && first ? first.step : undefined;
  const details = single ? detailsOf(single) : [];
  const instances = single && statement.kind !== "dense" ? undefined : instancesTable(statement, rows);
  return [...head, table([...summaryRows(facts, field, single), ...details]), instances];
}

function headRange(statement: Statement) {
  const { start } = statement.range;
  if (statement.kind === "layer") return statement.range;
  const body = bodyStart(statement);
  return { start, end: body ?? statement.range.end };
}

function bodyStart(statement: Statement): number | undefined {
  if ("body" in statement) return statement.body.range.start;
  if (statement.kind === "if") return statement.consequent.range.start;
  return statement.kind === "combine" && statement.branches ? statement.head.end : undefined;
}

function calleeDoc(file: FileAnalysis, statement: LayerCall): string | undefined {
  const declaration = file.scope.lookup(statement.callee.name);
  if (declaration) return declaration.doc;
  return operatorNamed(statement.callee.name)?.doc;
}

function parameterDoc(file: FileAnalysis, statement: LayerCall, name: string): string | undefined {
  const declaration = file.scope.lookup(statement.callee.name);
  if (declaration?.kind === "block") {
    const param = declaration.params.find((p) => p.name.name === name);
    return param && code(excerpt(declaration.section.text, param.range));
  }
  const param = operatorNamed(statement.callee.name)?.params[name];
  if (!param) return undefined;
  const fallback = param.defaultText === undefined ? "required" : `default ${param.defaultText}`;
  return `\`${name}: ${param.type}\` (${fallback})\n\n${param.doc}`;
}

/** Ranges over the instances; of a single one the exact numbers. */
function summaryRows(facts: StatementFacts, field: string | undefined, single: Step | undefined): Row[] {
  const uses = usesText(facts);
  const count = (of: (cost: Cost) => Dim, range: (facts: StatementFacts) => string | undefined) =>
    single ? formatExact(of(single.cost)) : range(facts);
  return [
    ["input", inputText(facts)],
    ["output", outputText(facts)],
    ["parameters", count((cost) => cost.params, paramsText)],
    ["MACs", count((cost) => cost.macs, macsText)],
    ["FLOPs", count((cost) => cost.flops, flopsText)],
    ["activations", activationsText(facts)],
    ["receptive field", field],
    ["uses", uses === "" ? undefined : `${uses.slice(1)} in a network`],
  ];
}

function inputText(facts: StatementFacts): string | undefined {
  const texts = facts.variants.map(({ step }) =>
    inputsOf(step)
      .map((t) => formatShape(t?.shape))
      .join(", "),
  );
  const distinct = [...new Set(texts)].filter((text) => text !== "");
  if (distinct.length === 0) return undefined;
  return distinct.length <= 2 ? distinct.join(" or ") : `${distinct[0]} … ${distinct.at(-1)}`;
}

function inputsOf(step: Step) {
  if (step.kind === "layer" || step.kind === "call") return step.inputs;
  if (step.kind === "group" || step.kind === "repeat") return step.input ? [step.input] : [];
  return [];
}

/** What is worth saying of one layer: its tensors one by one, the formula with numbers put in, its intensity. */
function detailsOf(step: Step): Row[] {
  if (step.kind !== "layer") return [];
  const inputs = step.inputs.flatMap((input) => (input.shape ? [input.shape] : []));
  const formula = step.operator.formula(step.args, inputs);
  const weights = step.weights.map(
    (w) => [w.name === "" ? "tensor" : `\`${w.name}\``, weightText(w)] as const,
  );
  return [
    ["formula", formula && `${formula} = ${formatExact(step.cost.params)}`],
    ...weights,
    ["intensity", intensity(step)],
  ];
}

function weightText(weight: LayerStep["weights"][number]): string {
  const count = weight.shape.reduce((a, b) => a * b, 1);
  const shape = weight.shape.length > 1 ? `${weight.shape.join("×")} = ` : "";
  return `${shape}${formatExact(count)}${weight.trainable ? "" : " (buffer)"}`;
}

/** Arithmetic intensity: operations per byte of input, weights and output that is moved. */
function intensity(step: LayerStep): string | undefined {
  const moved = [...step.inputs, step.output]
    .map((t) => elements(t.shape))
    .reduce(add, add(step.cost.params, step.cost.buffers));
  const bytes = multiply(moved, bytesPerElement);
  const { flops } = step.cost;
  if (typeof flops !== "number" || typeof bytes !== "number" || bytes === 0) return undefined;
  return `${(flops / bytes).toPrecision(3)} FLOPs/byte`;
}

// ── instances ────────────────────────────────────────────────────────────────────────────────────

/** The distinct rows of the instances with their uses: how the channels grow in a dense connection. */
function instanceRows(statement: Statement, facts: StatementFacts): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const { step, count } of facts.variants) {
    const row = statement.kind === "dense" ? growthRow(step) : instanceRow(step);
    rows.set(row, [...(rows.get(row) ?? []), count]);
  }
  return rows;
}

function instancesTable(statement: Statement, instances: ReadonlyMap<string, readonly number[]>): string {
  const rows = [...instances].map(([row, uses]) => `${row} ${countsText(uses)} |`);
  const header =
    statement.kind === "dense"
      ? "| channels in | new | channels out | height×width | params | MACs | uses |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
      : "| input | output | params | MACs | uses |\n| --- | --- | ---: | ---: | ---: |";
  const more = rows.length > maxRows ? [`\n… and ${rows.length - maxRows} more`] : [];
  return [header, ...rows.slice(0, maxRows), ...more].join("\n");
}

/** Networks may use one instance differently often. */
function countsText(uses: readonly number[]): string {
  const least = Math.min(...uses);
  const most = Math.max(...uses);
  return least === most ? String(least) : `${least}–${most}`;
}

function growthRow(step: Step): string {
  const before = channels(inputsOf(step)[0]?.shape);
  const after = channels(step.output.shape);
  const size = formatShape(step.output.shape?.slice(1));
  const grown = `| ${before ?? "?"} | +${subtract(after, before) ?? "?"} | ${after ?? "?"} | ${size}`;
  return `${grown} | ${formatCount(step.cost.params)} | ${formatCount(step.cost.macs)} |`;
}

function instanceRow(step: Step): string {
  const input = inputsOf(step)
    .map((t) => formatShape(t?.shape))
    .join(", ");
  const output = formatShape(step.output.shape);
  return `| ${input} | ${output} | ${formatCount(step.cost.params)} | ${formatCount(step.cost.macs)} |`;
}

// ── Markdown ─────────────────────────────────────────────────────────────────────────────────────

type Row = readonly [string, string | undefined];

function table(rows: readonly Row[]): string {
  const known = rows.filter(([, value]) => value !== undefined && value !== "");
  return ["| | |", "| --- | --- |", ...known.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function code(text: string): string {
  return `\`\`\`lwnet\n${text}\n\`\`\``;
}
