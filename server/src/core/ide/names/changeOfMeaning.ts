/**
 * Whether edits that only replace names leave the meaning of every name in the edited files as it was: each use, place
 * by place, must mean what it meant, and nothing may be reported that was not reported before.
 */
import type { FileId } from "../../../../../grammar/ast.ts";
import { absoluteRange } from "../../../../../grammar/parse.ts";
import { applyEdits, type TextEdit } from "../../../../../grammar/text.ts";
import { fileName } from "../../sema/imports.ts";
import type { Analysis } from "../../workspace.ts";
import { placeOf } from "../places.ts";
import type { FileEdits } from "../types.ts";
import { describeSymbol } from "./describe.ts";
import { declarationOf, keyOf, type NameSymbol, symbolsOf, usesIn } from "./symbols.ts";

/** What would change, in words that end a sentence; undefined when nothing would. */
export function changeOfMeaning(
  analysis: Analysis,
  edits: readonly FileEdits[],
  asked: FileId,
): string | undefined {
  let after = analysis;
  for (const { file, edits: own } of edits) {
    after = after.withText(file, applyEdits(analysis.text(file) ?? "", own));
  }
  const moved = movedBy(edits);
  const fresh = edits.flatMap(({ file }) => newReports(analysis, after, file, moved));
  const where = (file: FileId, offset: number) => {
    const line = (after.file(file)?.lines.position(offset).line ?? 0) + 1;
    return file === asked ? `on line ${line}` : `on line ${line} of ${fileName(file)}`;
  };
  const twice = fresh.find(({ code }) => code === "duplicate-name");
  if (twice) return `${where(twice.file, twice.offset)} ${twice.message}`;
  for (const { file } of edits) {
    const before = meanings(analysis, file, moved);
    const now = meanings(after, file, (_, offset) => offset);
    for (const [offset, { symbols, keys, name }] of now) {
      const old = before.get(offset);
      if (old?.keys === keys) continue;
      const other = symbols[0] ? describeSymbol(symbols[0]) : "nothing";
      const used = old?.symbols[0] ? `, no longer ${describeSymbol(old.symbols[0])}` : "";
      return `${where(file, offset)} \`${name}\` would mean ${other}${used}`;
    }
    for (const [offset, { name }] of before) {
      if (!now.has(offset)) return `${where(file, offset)} \`${name}\` would mean nothing`;
    }
  }
  const [first] = fresh;
  return first && `${where(first.file, first.offset)} ${first.message}`;
}

type Moved = (file: FileId, offset: number) => number;

/** Where an offset of the old text is in the new one. */
function movedBy(edits: readonly FileEdits[]): Moved {
  const byFile = new Map<FileId, readonly TextEdit[]>(edits.map(({ file, edits: own }) => [file, own]));
  return (file, offset) => {
    let by = 0;
    for (const { range, newText } of byFile.get(file) ?? []) {
      if (range.end <= offset) by += newText.length - (range.end - range.start);
    }
    return offset + by;
  };
}

interface Meant {
  readonly name: string;
  readonly symbols: readonly NameSymbol[];
  /** The places of their declarations, as text. */
  readonly keys: string;
}

/** What each name of a file means, by its offset. */
function meanings(analysis: Analysis, id: FileId, moved: Moved): ReadonlyMap<number, Meant> {
  const found = new Map<number, Meant>();
  const file = analysis.names(id);
  for (const { section, offset } of file?.source.sections ?? []) {
    for (const item of section.items) {
      for (const use of file ? [...usesIn(file, item).values()].flat() : []) {
        const symbols = file ? symbolsOf(analysis, file, use) : [];
        const keys = symbols.map((symbol) => placeKey(analysis, symbol, moved)).sort();
        found.set(moved(id, use.range.start + offset), { name: use.name, symbols, keys: keys.join() });
      }
    }
  }
  return found;
}

function placeKey(analysis: Analysis, symbol: NameSymbol, moved: Moved): string {
  const location = declarationOf(symbol);
  const place = location && placeOf(analysis, location);
  if (place) return `${place.file} ${moved(place.file, place.range.start)}`;
  const key = keyOf(symbol);
  return typeof key === "string" ? key : symbol.kind;
}

interface Report {
  readonly code: string;
  readonly file: FileId;
  readonly offset: number;
  readonly message: string;
}

/** What is reported of a file after the edits and was not before. */
function newReports(before: Analysis, after: Analysis, id: FileId, moved: Moved): Report[] {
  const known = new Set(
    reports(before, id, moved).map(({ code, file, offset }) => `${code} ${file} ${offset}`),
  );
  return reports(after, id, (_, offset) => offset).filter(
    ({ code, file, offset }) => !known.has(`${code} ${file} ${offset}`),
  );
}

function reports(analysis: Analysis, id: FileId, moved: Moved): Report[] {
  return (analysis.of(id)?.diagnostics ?? []).flatMap(({ code, message, location }) => {
    const { file } = location.section;
    const source = analysis.file(file);
    const range = source && absoluteRange(source, location);
    return range ? [{ code, message, file, offset: moved(file, range.start) }] : [];
  });
}
