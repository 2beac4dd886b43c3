/** Hovers: what stands under the cursor, be it a layer, a name, a word of the language or a tensor's member. */
import type { BudgetEntry, FileId, Item, SyntaxNode } from "../../../../../grammar/ast.ts";
import { declarations } from "../../../../../grammar/parse.ts";
import { contains, shift, type TextRange } from "../../../../../grammar/text.ts";
import { formatExact } from "../../cost/format.ts";
import { metricNamed } from "../../elaborate/budget.ts";
import { importedFile } from "../../sema/imports.ts";
import type { Analysis } from "../../workspace.ts";
import { type Choices, chosenInstance, distinctInstances, isInstantiated, noChoices } from "../instances.ts";
import { useAt } from "../names/symbols.ts";
import { isStatement, nodesAt } from "../places.ts";
import type { Measured } from "../times/measured.ts";
import { limitText, spentText } from "../totals.ts";
import type { Hover } from "../types.ts";
import { code, grid, prose, span, table } from "./markdown.ts";
import { nameHover, shapeText, valueRow } from "./names.ts";
import type { Place } from "./place.ts";
import { headText, type Parts, statementHover } from "./statements.ts";
import { currentText, valuesText } from "./values.ts";
import { memberDocs, words } from "./words.ts";

export function hover(
  analysis: Analysis,
  id: FileId,
  offset: number,
  choices: Choices = noChoices,
  measured: readonly Measured[] = [],
): Hover | undefined {
  const file = analysis.of(id);
  const path = file && nodesAt(file.source, offset);
  if (!file || !path) return undefined;
  const { item, nodes } = path;
  const at = offset - path.offset;
  if (item.section.comments.some(({ range }) => range.start < at && at <= range.end)) return undefined;
  const statement = nodes.findLast(isStatement);
  const found = answer({ analysis, file, item, nodes, statement, choices, measured, offset, at });
  const markdown = found?.parts.filter((part) => part !== undefined && part !== "").join("\n\n") ?? "";
  return found && markdown !== "" ? { range: shift(found.range, path.offset), markdown } : undefined;
}

interface Answer {
  readonly range: TextRange;
  readonly parts: Parts;
}

function answer(place: Place): Answer | undefined {
  return (
    metricAnswer(place) ??
    statementAnswer(place) ??
    nameAnswer(place) ??
    expressionAnswer(place) ??
    wordAnswer(place)
  );
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

/** On a statement's first word or its label. */
function statementAnswer(place: Place): Answer | undefined {
  const { statement, at, nodes } = place;
  if (!statement) return undefined;
  const { head, label } = statement;
  const onLabel = label && contains(label.range, at) && nodes.at(-1) === label;
  if (!onLabel && !contains(head, at)) return undefined;
  // A brace says nothing by itself.
  if (statement.kind === "group" && !onLabel) return undefined;
  if (statement.kind === "expect") {
    return {
      range: head,
      parts: [headText(place, statement), words.expect?.doc, shapeText(currentText(place))],
    };
  }
  if (statement.kind === "require") {
    const held = valuesText(place, statement.condition);
    return {
      range: head,
      parts: [headText(place, statement), words.require?.doc, held && table([["condition", held]])],
    };
  }
  if (statement.kind === "budget") return { range: head, parts: wordParts("budget") };
  if (statement.kind === "bad") return undefined;
  return { range: onLabel ? label.range : head, parts: statementHover(place, statement) };
}

function metricAnswer(place: Place): Answer | undefined {
  const entry = place.nodes.find((node) => node.kind === "budgetEntry");
  if (!entry || !contains(entry.metric.range, place.at)) return undefined;
  return {
    range: entry.metric.range,
    parts: [metricNamed(entry.metric.name)?.doc, spentTable(place, entry)],
  };
}

/** What each network that has the budget takes of it. */
function spentTable({ file, item, choices }: Place, entry: BudgetEntry): string | undefined {
  if (!isInstantiated(item)) return undefined;
  const chosen = chosenInstance(file, item, choices);
  const rows = (chosen ? [chosen] : distinctInstances(file, item)).flatMap(({ title, instance }) =>
    instance.budgets
      .filter((check) => check.entry === entry)
      .map((check) => [span(title), spentText(check), limitText(check)]),
  );
  const columns = [{ title: "network" }, { title: "taken", right: true }, { title: "allowed", right: true }];
  return rows.length === 0 ? undefined : grid(columns, rows, (cells) => cells);
}

// ── names ────────────────────────────────────────────────────────────────────────────────────────

function nameAnswer(place: Place): Answer | undefined {
  const { analysis, file, offset, nodes } = place;
  const innermost = nodes.at(-1);
  if (innermost?.kind === "string") return pathAnswer(place, innermost);
  const found = useAt(analysis, file.source.id, offset);
  const [symbol] = found?.symbols ?? [];
  // `in` is told with the tensor that it is here.
  if (!found || !symbol || symbol.kind === "entry") return undefined;
  return { range: found.use.range, parts: nameHover(place, symbol) };
}

/** The path of an import: what the file has. */
function pathAnswer({ analysis, file, item }: Place, node: SyntaxNode): Answer | undefined {
  if (item.kind !== "import" || item.path !== node) return undefined;
  const target = importedFile(file.source.id, item.path.value);
  const source = target === undefined ? undefined : analysis.file(target);
  if (!source) return undefined;
  const rows = declarations(source).map(({ name, doc }) => [
    span(name.name),
    prose(firstSentence(doc)) ?? "",
  ]);
  return {
    range: node.range,
    parts: [
      rows.length === 0
        ? "It declares nothing."
        : grid([{ title: "name" }, { title: "" }], rows, (cells) => cells),
    ],
  };
}

function firstSentence(doc: string | undefined): string | undefined {
  const line = doc?.replaceAll(/\s+/g, " ");
  return line?.match(/^.*?(?=[.:](?: |$))/)?.[0] ?? line;
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────

function expressionAnswer(place: Place): Answer | undefined {
  const { nodes, item, at } = place;
  const innermost = nodes.at(-1);
  const parent = nodes.at(-2);
  if (innermost?.kind === "tensor" && contains(innermost.nameRange, at)) {
    const parts = [...wordParts(innermost.keyword), shapeText(valuesText(place, innermost))];
    return { range: innermost.nameRange, parts };
  }
  if (innermost?.kind === "identifier" && parent?.kind === "member") {
    const { name, range } = innermost;
    const doc = Object.hasOwn(memberDocs, name) ? memberDocs[name] : undefined;
    return doc === undefined
      ? undefined
      : { range, parts: [`\`.${name}\`: ${doc}`, valueRow(valuesText(place, parent))] };
  }
  if (innermost?.kind === "number" && /[KMGe]/.test(textOf(item, innermost.range)))
    return { range: innermost.range, parts: [formatExact(innermost.value)] };
  return undefined;
}

function textOf({ section }: Item, range: TextRange): string {
  return section.text.slice(range.start, range.end);
}

// ── words of the language ────────────────────────────────────────────────────────────────────────

function wordAnswer(place: Place): Answer | undefined {
  const { item, nodes, at } = place;
  const { text } = item.section;
  const innermost = nodes.at(-1);
  if (innermost?.kind === "string" || innermost?.kind === "identifier" || innermost?.kind === "label") {
    return undefined;
  }
  const start = at - (text.slice(0, at).match(/[\p{L}\p{M}\p{N}_]*$/u)?.[0].length ?? 0);
  const word = text.slice(start).match(/^[\p{L}_][\p{L}\p{M}\p{N}_]*/u)?.[0] ?? "";
  if (!Object.hasOwn(words, word)) return undefined;
  const range = { start, end: start + word.length };
  // `for n in list`.
  if (word === "in" && innermost?.kind === "for") return { range, parts: wordParts("for") };
  const residual = nodes.findLast((node) => node.kind === "residual");
  if (word === "shortcut" && residual) {
    return { range, parts: [...wordParts(word), ...statementHover(place, residual).slice(2)] };
  }
  return { range, parts: wordParts(word) };
}

function wordParts(word: string): Parts {
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  return known ? [known.doc, code(known.example)] : [];
}
