/**
 * What a statement takes, leaves and costs. One instance is shown in full; several as ranges with a table of the
 * distinct ones.
 */
import type { LayerCall, Statement, TextRange } from "../../../../../grammar/ast.ts";
import type { StatementFacts, Variant } from "../../cost/facts.ts";
import { receptiveFields } from "../../cost/receptiveField.ts";
import type { Instance } from "../../elaborate/instance.ts";
import { countUses } from "../../elaborate/uses.ts";
import { operatorNamed } from "../../ops/registry.ts";
import { formatShape } from "../../shape/shape.ts";
import { variantShares } from "../heat.ts";
import { factsShown } from "../instances.ts";
import { excerpt } from "../places.ts";
import { activationsText, flopsText, macsText, outputText, paramsText, usesText } from "../text.ts";
import { timeRows } from "../times/hoverRows.ts";
import { networkAt } from "../totals.ts";
import { distinctSteps, instancesTable } from "./connections.ts";
import { costRows, flowText, inputsOf, weightRows } from "./layer.ts";
import { code, inert, prose, type Row, table } from "./markdown.ts";
import type { Place } from "./place.ts";
import { fieldRows } from "./receptive.ts";
import { words } from "./words.ts";

export type Parts = readonly (string | undefined)[];

export function statementHover(place: Place, statement: Statement): Parts {
  const { file, item, choices } = place;
  const facts = factsShown(file, item, choices).get(statement);
  return [
    headText(place, statement),
    docOf(place, statement),
    ...(facts ? factParts(place, statement, facts) : []),
  ];
}

/** The statement up to its body, coloured. */
export function headText({ item }: Pick<Place, "item">, statement: Statement): string {
  return code(excerpt(item.section.text, headRange(statement)).trim());
}

function headRange(statement: Statement): TextRange {
  const { start } = statement.range;
  return { start, end: bodyStart(statement) ?? statement.range.end };
}

function bodyStart(statement: Statement): number | undefined {
  if ("body" in statement) return statement.body.range.start;
  if (statement.kind === "if") return statement.consequent.range.start;
  return statement.kind === "combine" && statement.branches ? statement.head.end : undefined;
}

/** Of a layer or block its own documentation, of any other statement that of its word. */
function docOf(place: Place, statement: Statement): string | undefined {
  if (statement.kind === "layer") return calleeDoc(place, statement);
  const word = statement.kind === "combine" ? statement.operator : statement.kind;
  return words[word]?.doc;
}

function calleeDoc({ file }: Place, { callee }: LayerCall): string | undefined {
  const declaration = file.scope.lookup(callee.name);
  if (declaration) return prose(declaration.doc);
  return operatorNamed(callee.name)?.doc;
}

function factParts(place: Place, statement: Statement, facts: StatementFacts): Parts {
  const { variants } = facts;
  const [first] = variants;
  if (!first) return [];
  const all = distinctSteps(variants);
  const single = all.length === 1;
  const network = networkAt(place.file, place.offset, place);
  const shares = variantShares(network, variants);
  const fields = network?.instance ? fieldsIn(network.instance, variants) : [];
  const uses = usesText(facts);
  // What only marks a tensor costs nothing.
  const marks = first.step.kind === "mark";
  const rows: Row[] = marks
    ? [["shape", outputText(facts)]]
    : single
      ? [["shape", flowText(inputsOf(first.step), first.step.output)], ...costRows(first.step)]
      : rangeRows(facts);
  const figures = table([
    ...rows,
    ...(marks ? [] : fieldRows(fields, place.file.networks.length > 1 ? network?.name : undefined)),
    ["share", marks ? undefined : shares && inert(shares)],
    ...(marks ? [] : timeRows(place, statement)),
    ["uses", uses === "" ? undefined : `${uses.slice(1)} in a network`],
    ...(single ? weightRows(first.step) : []),
  ]);
  const instances = marks ? undefined : instancesTable(statement, all);
  // An editor shows a hover's beginning: of a connection that is what it is made of.
  return statement.kind === "layer" ? [figures, instances] : [instances, figures];
}

/** Ranges over the instances. */
function rangeRows(facts: StatementFacts): Row[] {
  return [
    ["input", inputText(facts)],
    ["output", outputText(facts)],
    ["parameters", some(paramsText(facts))],
    ["MACs", some(macsText(facts))],
    ["FLOPs", some(flopsText(facts))],
    ["activations", activationsText(facts)],
  ];
}

function some(count: string | undefined): string | undefined {
  return count === "0" ? undefined : count;
}

function inputText(facts: StatementFacts): string | undefined {
  const texts = facts.variants.map(({ step }) =>
    inputsOf(step)
      .map((tensor) => formatShape(tensor?.shape))
      .join(", "),
  );
  const distinct = [...new Set(texts)].filter((text) => text !== "");
  if (distinct.length === 0) return undefined;
  return distinct.length <= 2 ? distinct.join(" or ") : `${distinct[0]} … ${distinct.at(-1)}`;
}

/** Of the instances that are shown, in the network that is meant. */
function fieldsIn(root: Instance, variants: readonly Variant[]) {
  const uses = countUses(root);
  const own = variants.filter(({ instance }) => uses.has(instance));
  return own.flatMap(({ instance, step }) => receptiveFields(root, instance, step));
}
