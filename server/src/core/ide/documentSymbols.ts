/** The outline: items, and in them the labelled layers, groups and connections. */
import type { Body, Branch, FileId, Item, Label, Statement, TextRange } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import type { FileAnalysis } from "../analysis.ts";
import { formatCount } from "../cost/format.ts";
import type { Analysis } from "../workspace.ts";
import { excerpt } from "./places.ts";
import { outputText } from "./text.ts";
import type { DocumentSymbol, SymbolKind } from "./types.ts";

export function documentSymbols(analysis: Analysis, id: FileId): DocumentSymbol[] {
  const file = analysis.of(id);
  if (!file) return [];
  return file.source.sections.flatMap(({ section, offset }) =>
    section.items.flatMap((item) => itemSymbol(file, item, offset) ?? []),
  );
}

function itemSymbol(file: FileAnalysis, item: Item, offset: number): DocumentSymbol | undefined {
  if (item.kind === "import") return undefined;
  const { text } = item.section;
  const base = {
    // Editors take no symbol without a name, as while one is being typed.
    name: item.name.name || item.kind,
    kind: item.kind,
    range: shift(item.range, offset),
    selectionRange: shift(item.name.range, offset),
  };
  switch (item.kind) {
    case "const":
      return { ...base, detail: `= ${excerpt(text, item.value.range)}`, children: [] };
    case "instance":
      return {
        ...base,
        detail: networkDetail(file, item.name.name) ?? `= ${item.base?.name ?? ""}`,
        children: [],
      };
    case "block":
    case "network": {
      const params = `(${item.params.map(({ range }) => excerpt(text, range)).join(", ")})`;
      const detail = (item.kind === "network" && networkDetail(file, item.name.name)) || params;
      return { ...base, detail, children: told(bodyEntries(file, item.body, text, offset)) };
    }
  }
}

function networkDetail(file: FileAnalysis, name: string): string | undefined {
  const cost = file.networks.find((network) => network.name === name)?.instance?.cost;
  return cost?.params === undefined
    ? undefined
    : `${formatCount(cost.params)} params · ${formatCount(cost.macs)} MACs`;
}

/** A symbol whose details depend on the others around it. */
interface Entry extends Omit<DocumentSymbol, "detail"> {
  /** What it is, in a word; and what it leaves. */
  readonly word: string | undefined;
  readonly output: string | undefined;
  /** What it says, for where others have its name. */
  readonly content: () => string;
}

function told(entries: readonly Entry[]): DocumentSymbol[] {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  return entries.map(({ word, output, content, ...symbol }) => {
    const first = counts.get(symbol.name) === 1 ? word : content();
    return { ...symbol, detail: [first, output].filter(Boolean).join(" · ") };
  });
}

function bodyEntries(file: FileAnalysis, body: Body, text: string, offset: number): Entry[] {
  return body.statements.flatMap((statement) => statementEntries(file, statement, text, offset));
}

/** A labelled statement is a symbol; an unlabelled one that holds others gives way to them unless it connects. */
function statementEntries(file: FileAnalysis, statement: Statement, text: string, offset: number): Entry[] {
  const children =
    statement.kind === "combine"
      ? (statement.branches ?? []).flatMap((branch) => branchEntries(file, branch, text, offset))
      : innerBodies(statement).flatMap((body) => bodyEntries(file, body, text, offset));
  const kind = symbolKind(statement);
  const named = statement.label ?? (kind === "connection" || kind === "output" ? statement : undefined);
  if (!named || !kind) return children;
  const facts = file.facts.get(statement);
  return [
    {
      name: symbolName(statement, text),
      word: labelledText(statement, text),
      output: facts && outputText(facts),
      content: () => contentText(statement, text),
      kind,
      range: shift(statement.range, offset),
      selectionRange: shift(selectionOf(statement), offset),
      children: told(children),
    },
  ];
}

/** A branch with a label is a symbol; one without gives way to what is in it. */
function branchEntries(file: FileAnalysis, branch: Branch, text: string, offset: number): Entry[] {
  const children = bodyEntries(file, branch.body, text, offset);
  if (!branch.label) return children;
  return [
    {
      name: labelName(branch.label, text),
      word: "branch",
      output: undefined,
      content: () => shortened(excerpt(text, branch.body.range)),
      kind: "group",
      range: shift(branch.range, offset),
      selectionRange: shift(branch.label.range, offset),
      children: told(children),
    },
  ];
}

/** What a label stands at: `conv`, `repeat`; nothing for a plain group, and where the name tells it. */
function labelledText({ label, head }: Statement, text: string): string | undefined {
  const word = label && excerpt(text, head);
  return word === "{" ? undefined : word;
}

/** `conv(64, kernel: 3)` behind a label, what is in the braces of a connection. */
function contentText(statement: Statement, text: string): string {
  const { label, head, range } = statement;
  return shortened(excerpt(text, { start: label ? head.start : head.end, end: range.end }));
}

const longestContent = 40;

function shortened(content: string): string {
  const inner = content.trim().replace(/^\{ ?(.*?) ?\}$/, "$1");
  return inner.length <= longestContent ? inner : `${inner.slice(0, longestContent - 1).trimEnd()}…`;
}

function selectionOf(statement: Statement): TextRange {
  if (statement.label) return statement.label.range;
  return statement.kind === "input" || statement.kind === "output" ? statement.name.range : statement.head;
}

function symbolName(statement: Statement, text: string): string {
  if (statement.label) return labelName(statement.label, text);
  const word = excerpt(text, statement.head);
  return statement.kind === "input" || statement.kind === "output" ? statement.name.name || word : word;
}

function labelName(label: Label, text: string): string {
  return excerpt(text, label.range).replaceAll("`", "") || "label";
}

function symbolKind(statement: Statement): SymbolKind | undefined {
  switch (statement.kind) {
    case "layer":
      return "layer";
    case "residual":
    case "dense":
    case "combine":
      return "connection";
    case "input":
    case "output":
      return "output";
    case "group":
    case "repeat":
    case "for":
    case "if":
    case "tap":
      return "group";
    default:
      return undefined;
  }
}

function innerBodies(statement: Statement): Body[] {
  switch (statement.kind) {
    case "group":
    case "dense":
    case "tap":
    case "repeat":
    case "for":
      return [statement.body];
    case "residual":
      return statement.shortcut ? [statement.body, statement.shortcut.body] : [statement.body];
    case "if": {
      const { alternative } = statement;
      const rest = alternative?.kind === "if" ? innerBodies(alternative) : alternative ? [alternative] : [];
      return [statement.consequent, ...rest];
    }
    default:
      return [];
  }
}
