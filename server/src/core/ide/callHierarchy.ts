/**
 * Which block or network is made of which: its calls, in all files. A block that is given as a value is shown at the
 * place where it is given.
 */
import type { Declaration, FileId } from "../../../../grammar/ast.ts";
import { declarations } from "../../../../grammar/parse.ts";
import { shift, type TextRange } from "../../../../grammar/text.ts";
import { fileLabel } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";
import { blocksOf } from "./names/blockValues.ts";
import { occurrences } from "./names/occurrences.ts";
import { type NameSymbol, symbolsOf, useAt, usesIn } from "./names/symbols.ts";
import { placeOf } from "./places.ts";
import type { SymbolKind } from "./types.ts";

/** A declaration; it is found again by its file and name. */
export interface CallItem {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The name of the file. */
  readonly detail: string;
  readonly file: FileId;
  readonly range: TextRange;
  readonly selectionRange: TextRange;
}

export interface CallLink {
  /** The caller, or what is called. */
  readonly item: CallItem;
  /** The calls, in the file of the caller. */
  readonly ranges: readonly TextRange[];
}

/** What the name under the cursor stands for: blocks and networks, also those that a parameter is given. */
export function callItems(analysis: Analysis, id: FileId, offset: number): CallItem[] {
  const symbols = useAt(analysis, id, offset)?.symbols ?? [];
  return [...new Set(symbols.flatMap((symbol) => callable(analysis, symbol)))].flatMap((declaration) =>
    itemOf(analysis, declaration),
  );
}

export function incomingCalls(analysis: Analysis, file: FileId, name: string): CallLink[] {
  const declaration = declarationNamed(analysis, file, name);
  if (!declaration) return [];
  const callers = new Map<Declaration, TextRange[]>();
  for (const { use, range } of occurrences(analysis, { kind: "declaration", declaration })) {
    if (use.role === "use" && use.item.kind !== "import") add(callers, use.item, range);
  }
  return links(analysis, callers);
}

export function outgoingCalls(analysis: Analysis, file: FileId, name: string): CallLink[] {
  const declaration = declarationNamed(analysis, file, name);
  const names = analysis.names(file);
  const placed = names?.source.sections.find(({ section }) => section === declaration?.section);
  if (!declaration || !names || !placed) return [];
  const called = new Map<Declaration, TextRange[]>();
  const uses = [...usesIn(names, declaration).values()].flat().sort((a, b) => a.range.start - b.range.start);
  for (const use of uses) {
    if (use.role !== "use") continue;
    for (const symbol of symbolsOf(analysis, names, use)) {
      if (symbol.kind !== "declaration") continue;
      for (const target of callable(analysis, symbol)) add(called, target, shift(use.range, placed.offset));
    }
  }
  return links(analysis, called);
}

/** A constant stands for the blocks that it holds. */
function callable(analysis: Analysis, symbol: NameSymbol): readonly Declaration[] {
  if (symbol.kind === "declaration" && symbol.declaration.kind !== "const") return [symbol.declaration];
  return blocksOf(analysis, symbol).flatMap((block) =>
    block.kind === "declaration" ? [block.declaration] : [],
  );
}

function declarationNamed(analysis: Analysis, file: FileId, name: string): Declaration | undefined {
  const source = analysis.file(file);
  return source && declarations(source).find((declaration) => declaration.name.name === name);
}

function add(groups: Map<Declaration, TextRange[]>, declaration: Declaration, range: TextRange): void {
  const ranges = groups.get(declaration);
  if (ranges) ranges.push(range);
  else groups.set(declaration, [range]);
}

function links(analysis: Analysis, groups: ReadonlyMap<Declaration, readonly TextRange[]>): CallLink[] {
  return [...groups].flatMap(([declaration, ranges]) =>
    itemOf(analysis, declaration).map((item) => ({ item, ranges })),
  );
}

function itemOf(analysis: Analysis, { kind, name, section, range }: Declaration): CallItem[] {
  const whole = placeOf(analysis, { section, range });
  const own = placeOf(analysis, { section, range: name.range });
  if (!whole || !own) return [];
  return [{ name: name.name, kind, detail: fileLabel(section.file), ...whole, selectionRange: own.range }];
}
