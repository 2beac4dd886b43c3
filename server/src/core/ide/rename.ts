/**
 * Renaming, in all files. The edits are made in a copy first, and every name in the files that they touch must still
 * mean what it meant: a rename never changes what a network is. What can't be renamed is refused with the reason.
 */
import type { Declaration, FileId } from "../../../../grammar/ast.ts";
import { contains, shift, type TextRange } from "../../../../grammar/text.ts";
import { keywords, namePart, nameStart } from "../../../../grammar/tokens.ts";
import { visit } from "../../../../grammar/walk.ts";
import { stdScheme } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";
import { changeOfMeaning } from "./names/changeOfMeaning.ts";
import { describeSymbol } from "./names/describe.ts";
import { aliasOf, type Occurrence, occurrences } from "./names/occurrences.ts";
import {
  fileOf,
  isShipped,
  keyOf,
  type NameSymbol,
  nameOf,
  symbolsOf,
  type UseAt,
  useAt,
} from "./names/symbols.ts";
import { nodesAt } from "./places.ts";
import type { FileEdits } from "./types.ts";

/** Why something is not renamed. */
export interface Refusal {
  readonly refusal: string;
}

/** The name under the cursor, if it can be renamed. */
export function prepareRename(
  analysis: Analysis,
  id: FileId,
  offset: number,
): { readonly range: TextRange; readonly name: string } | Refusal {
  const target = targetAt(analysis, id, offset);
  if ("refusal" in target) return target;
  const { use, offset: sectionOffset } = target.at;
  return { range: shift(use.range, sectionOffset), name: use.name };
}

export function rename(
  analysis: Analysis,
  id: FileId,
  offset: number,
  newName: string,
): readonly FileEdits[] | Refusal {
  const target = targetAt(analysis, id, offset);
  if ("refusal" in target) return target;
  if (newName === target.at.use.name) return [];
  const bad = badName(target, newName);
  if (bad !== undefined) return { refusal: bad };
  const edits = editsOf(target.places, newName);
  const change = changeOfMeaning(analysis, edits, id);
  return change === undefined ? edits : { refusal: `\`${newName}\` can't be the name: ${change}` };
}

// ── what is renamed ──────────────────────────────────────────────────────────────────────────────

interface Target {
  readonly at: UseAt;
  readonly symbols: readonly NameSymbol[];
  readonly places: readonly Occurrence[];
}

function targetAt(analysis: Analysis, id: FileId, offset: number): Target | Refusal {
  if (id.startsWith(stdScheme)) return { refusal: "what ships with lwnet can't be changed" };
  const at = useAt(analysis, id, offset);
  if (!at) return { refusal: whyNoName(analysis, id, offset) };
  const alias = aliasOf(at.file, at.use);
  if (alias) {
    const places = at.symbols.flatMap((symbol) => occurrences(analysis, symbol, id));
    return {
      at,
      symbols: at.symbols,
      places: places.filter(({ file, use }) => aliasOf(file, use) === alias),
    };
  }
  const symbols = family(analysis, at.symbols);
  for (const symbol of symbols) {
    const refusal = refusalOf(symbol, at.symbols);
    if (refusal !== undefined) return { refusal };
  }
  const places = symbols.flatMap((symbol) => occurrences(analysis, symbol));
  return { at, symbols, places: places.filter(({ file, use }) => !aliasOf(file, use)) };
}

/** Parameters that the name of one argument may mean are renamed together. */
function family(analysis: Analysis, symbols: readonly NameSymbol[]): readonly NameSymbol[] {
  const found = new Map(symbols.map((symbol) => [keyOf(symbol), symbol]));
  for (const symbol of found.values()) {
    if (symbol.kind !== "param") continue;
    for (const { file, use } of occurrences(analysis, symbol)) {
      if (use.means.kind !== "argument") continue;
      for (const other of symbolsOf(analysis, file, use)) found.set(keyOf(other), other);
    }
  }
  return [...found.values()];
}

function editsOf(places: readonly Occurrence[], newName: string): FileEdits[] {
  const byFile = new Map<FileId, Map<number, TextRange>>();
  for (const { file, range } of places) {
    const ranges = byFile.get(file.source.id) ?? new Map<number, TextRange>();
    byFile.set(file.source.id, ranges.set(range.start, range));
  }
  return [...byFile].map(([file, ranges]) => ({
    file,
    edits: [...ranges.values()]
      .sort((a, b) => a.start - b.start)
      .map((range) => ({ range, newText: newName })),
  }));
}

// ── what is refused ──────────────────────────────────────────────────────────────────────────────

const validName = new RegExp(`^${nameStart}${namePart}*$`, "u");
const words: ReadonlySet<string> = new Set(keywords.map(({ PATTERN }) => String(PATTERN)));

function badName({ symbols, places }: Target, newName: string): string | undefined {
  if (!validName.test(newName)) {
    return `\`${newName}\` is no name: names consist of letters, digits and \`_\`, and don't begin with a digit`;
  }
  const taken = symbols.some((symbol) => symbol.kind === "output" && hasOutput(symbol.owner, newName));
  if (taken) return `there is an output \`${newName}\` here already`;
  // Before a colon a word of the language is a name like any other.
  const onlyLabels = symbols.every(({ kind }) => kind === "label") && places.length === 1;
  return words.has(newName) && !onlyLabels ? `\`${newName}\` is a word of the language` : undefined;
}

/** No name refers to an output: two of one name would only be numbered. */
function hasOutput(owner: Declaration, name: string): boolean {
  let found = false;
  visit(owner, (node) => {
    if (node.kind === "output" && node.name.name === name) found = true;
  });
  return found;
}

function refusalOf(symbol: NameSymbol, asked: readonly NameSymbol[]): string | undefined {
  const what = describeSymbol(symbol);
  if (!asked.some((each) => keyOf(each) === keyOf(symbol)) && (isShipped(symbol) || !fileOf(symbol))) {
    return `the same argument also gives ${what}, which can't be renamed`;
  }
  if (isShipped(symbol)) {
    const hint =
      symbol.kind === "declaration"
        ? `: give it a name of yours in the import, as in \`${nameOf(symbol)} as mine\``
        : "";
    return `${what} ships with lwnet and can't be renamed${hint}`;
  }
  return fileOf(symbol) && symbol.kind !== "entry" ? undefined : `${what} can't be renamed`;
}

function whyNoName(analysis: Analysis, id: FileId, offset: number): string {
  const source = analysis.file(id);
  const path = source && nodesAt(source, offset);
  const [node, parent] = [path?.nodes.at(-1), path?.nodes.at(-2)];
  const label = path?.nodes.findLast((each) => each.kind === "label");
  if (label?.kind === "label" && label.template) {
    return "a label in backquotes only names parameters and is used nowhere else: change it here";
  }
  const word = source && wordAt(source.text, offset);
  if (word === undefined) return "there is no name here";
  if (words.has(word)) return `\`${word}\` is a word of the language`;
  if (node?.kind === "identifier") {
    if (parent?.kind === "member") return `\`${word}\` is a member of every tensor`;
    if (parent?.kind === "param") return `\`${word}\` is a type of the language`;
    if (parent?.kind === "budgetEntry") return `\`${word}\` is a measure of the language`;
  }
  if (analysis.names(id)?.scope.unresolved.has(word)) return `\`${word}\` is imported from where it is not`;
  const unknown = node?.kind === "identifier" || node?.kind === "name";
  return unknown ? `nothing declares \`${word}\`` : "there is no name here";
}

function wordAt(text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart).split("\n", 1)[0] ?? "";
  for (const match of line.matchAll(new RegExp(`${nameStart}${namePart}*`, "gu"))) {
    const start = lineStart + match.index;
    if (contains({ start, end: start + match[0].length }, offset)) return match[0];
  }
  return undefined;
}
