/** What can be folded: brackets over several lines, runs of imports, comment blocks, regions. Read from the tokens. */
import type { FileId, Section } from "../../../../grammar/ast.ts";
import type { SourceFile } from "../../../../grammar/parse.ts";
import { tokenRange, tokensOf } from "../../../../grammar/sectionTokens.ts";
import { shift, type TextRange } from "../../../../grammar/text.ts";
import * as t from "../../../../grammar/tokens.ts";
import type { Analysis } from "../workspace.ts";

export interface FoldingRange {
  readonly range: TextRange;
  /** The line of a closing bracket stays in sight. */
  readonly kind: "brackets" | "comment" | "imports" | "region";
}

export function foldingRanges(analysis: Analysis, id: FileId): FoldingRange[] {
  const source = analysis.file(id);
  if (!source) return [];
  const inSections = source.sections.flatMap(({ section, offset }) =>
    sectionFolds(section).map(({ range, kind }) => ({ range: shift(range, offset), kind })),
  );
  const all = [...inSections, ...importRuns(source), ...regions(source)];
  return all.filter(({ range }) => source.text.slice(range.start, range.end).includes("\n"));
}

const known = new WeakMap<Section, readonly FoldingRange[]>();

function sectionFolds(section: Section): readonly FoldingRange[] {
  const folds = known.get(section) ?? [...bracketFolds(section), ...commentFolds(section)];
  known.set(section, folds);
  return folds;
}

function bracketFolds(section: Section): FoldingRange[] {
  const folds: FoldingRange[] = [];
  const open: { readonly start: number; readonly closing: unknown }[] = [];
  const partners = new Map([
    [t.LCurly, t.RCurly],
    [t.LParen, t.RParen],
    [t.LBracket, t.RBracket],
  ]);
  const closers = new Set(partners.values());
  for (const token of tokensOf(section).tokens) {
    const { start, end } = tokenRange(token);
    const closing = partners.get(token.tokenType);
    if (closing) open.push({ start, closing });
    else if (closers.has(token.tokenType)) {
      // A bracket that was left open takes no other one's partner.
      const at = open.findLastIndex((each) => each.closing === token.tokenType);
      const partner = open[at];
      if (!partner) continue;
      open.length = at;
      folds.push({ range: { start: partner.start, end }, kind: "brackets" });
    }
  }
  return folds;
}

/** Comments on lines that follow each other and have nothing else on them. */
function commentFolds({ text, comments }: Section): FoldingRange[] {
  const folds: FoldingRange[] = [];
  let run: TextRange | undefined;
  const close = () => {
    if (run) folds.push({ range: run, kind: "comment" });
    run = undefined;
  };
  for (const { range, text: comment } of comments) {
    const lineStart = text.lastIndexOf("\n", range.start - 1) + 1;
    const isWhole = text.slice(lineStart, range.start).trim() === "";
    if (!isWhole || marker.test(comment)) close();
    else {
      const follows = run && /^\r?\n[ \t]*$/.test(text.slice(run.end, range.start));
      if (!follows) close();
      run = { start: run?.start ?? range.start, end: range.end };
    }
  }
  close();
  return folds;
}

/** Imports one after the other, with nothing but blank lines and comments between them. */
function importRuns({ items, sections }: SourceFile): FoldingRange[] {
  const offsets = new Map(sections.map(({ section, offset }) => [section, offset]));
  const runs: TextRange[] = [];
  let run: TextRange | undefined;
  for (const item of items) {
    if (item.kind === "import") {
      const range = shift(item.range, offsets.get(item.section) ?? 0);
      run = { start: run?.start ?? range.start, end: range.end };
      continue;
    }
    if (run) runs.push(run);
    run = undefined;
  }
  if (run) runs.push(run);
  return runs.map((range) => ({ range, kind: "imports" }));
}

const marker = /^\/\/+\s*#?(region|endregion)\b/;

/** `// region Stem` … `// endregion`, also within each other. */
function regions({ sections }: SourceFile): FoldingRange[] {
  const folds: FoldingRange[] = [];
  const open: number[] = [];
  for (const { section, offset } of sections) {
    for (const { text, range } of section.comments) {
      const word = marker.exec(text)?.[1];
      if (word === "region") open.push(range.start + offset);
      const start = word === "endregion" ? open.pop() : undefined;
      if (start !== undefined) folds.push({ range: { start, end: range.end + offset }, kind: "region" });
    }
  }
  return folds;
}
