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
      return { ...base, detail, children: bodySymbols(file, item.body, text, offset) };
    }
  }
}

function networkDetail(file: FileAnalysis, name: string): string | undefined {
  const cost = file.networks.find((network) => network.name === name)?.instance?.cost;
  return cost?.params === undefined
    ? undefined
    : `${formatCount(cost.params)} params · ${formatCount(cost.macs)} MACs`;
}

function bodySymbols(file: FileAnalysis, body: Body, text: string, offset: number): DocumentSymbol[] {
  return body.statements.flatMap((statement) => statementSymbols(file, statement, text, offset));
}

/** A labelled statement is a symbol; an unlabelled one that holds others gives way to them unless it connects. */
function statementSymbols(
  file: FileAnalysis,
  statement: Statement,
  text: string,
  offset: number,
): DocumentSymbol[] {
  const children =
    statement.kind === "combine"
      ? (statement.branches ?? []).flatMap((branch) => branchSymbols(file, branch, text, offset))
      : innerBodies(statement).flatMap((body) => bodySymbols(file, body, text, offset));
  const kind = symbolKind(statement);
  const named = statement.label ?? (kind === "connection" || kind === "output" ? statement : undefined);
  if (!named || !kind) return children;
  const facts = file.facts.get(statement);
  return [
    {
      name: symbolName(statement, text),
      detail: [labelledText(statement, text), facts && outputText(facts)].filter(Boolean).join(" · "),
      kind,
      range: shift(statement.range, offset),
      selectionRange: shift(selectionOf(statement), offset),
      children,
    },
  ];
}

/** A branch with a label is a symbol; one without gives way to what is in it. */
function branchSymbols(file: FileAnalysis, branch: Branch, text: string, offset: number): DocumentSymbol[] {
  const children = bodySymbols(file, branch.body, text, offset);
  if (!branch.label) return children;
  return [
    {
      name: labelName(branch.label, text),
      detail: "branch",
      kind: "group",
      range: shift(branch.range, offset),
      selectionRange: shift(branch.label.range, offset),
      children,
    },
  ];
}

/** What a label stands at: `conv`, `repeat`; nothing for a plain group, and where the name tells it. */
function labelledText({ label, head }: Statement, text: string): string | undefined {
  const word = label && excerpt(text, head);
  return word === "{" ? undefined : word;
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
