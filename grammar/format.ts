/**
 * The formatter: a parsed file to the edits that bring it into the one style of the language. Only what stands
 * between tokens changes, and where a line breaks before a `->` or after a comma; names, numbers and comments are
 * never touched. A section with syntax errors is left as it is, letter by letter: what its author meant is not known.
 *
 * Two more files have the rules: formatBreaks.ts where lines break, formatSpacing.ts what stands within a line and
 * before it.
 */
import { type Atom, atomsOf, settleBreaks } from "./formatBreaks.ts";
import { breakLongLists, separators } from "./formatSpacing.ts";
import { type PlacedSection, parse, type SourceFile } from "./parse.ts";
import { applyEdits, type TextEdit, type TextRange } from "./text.ts";

/**
 * The edits to the house style, as small as they can be; `keep` picks some of them. Any pick leaves the same tokens
 * and comments. One that would make the text ill-formed, as half of a re-indented body may, is answered with nothing.
 */
export function format(file: SourceFile, keep: (edit: TextEdit) => boolean = () => true): TextEdit[] {
  const lineBreak = /\r\n|\n|\r/.exec(file.text)?.[0] === "\r\n" ? "\r\n" : "\n";
  const edits = cleanRuns(file)
    .flatMap((run) => formatRun(file.text, run, lineBreak))
    .filter(keep);
  const after = edits.length > 0 ? parse(file.id, applyEdits(file.text, edits), file) : file;
  return errorCount(after) > errorCount(file) ? [] : edits;
}

function errorCount(file: SourceFile): number {
  return file.sections.reduce((sum, { section }) => sum + section.errors.length, 0);
}

/** Neighbouring sections without syntax errors. */
interface Run {
  readonly sections: readonly PlacedSection[];
  readonly range: TextRange;
}

function cleanRuns(file: SourceFile): Run[] {
  const runs: PlacedSection[][] = [[]];
  for (const placed of file.sections) {
    if (placed.section.errors.length > 0) runs.push([]);
    else runs.at(-1)?.push(placed);
  }
  return runs.flatMap((sections): Run[] => {
    const [first, last] = [sections[0], sections.at(-1)];
    if (!first || !last) return [];
    return [{ sections, range: { start: first.offset, end: last.offset + last.section.text.length } }];
  });
}

const byteOrderMark = "\uFEFF";

function formatRun(text: string, { sections, range }: Run, lineBreak: string): TextEdit[] {
  const { atoms, trailing } = atomsOf(sections);
  const atEnd = range.end === text.length;
  const start = range.start === 0 && text.startsWith(byteOrderMark) ? 1 : range.start;
  if (atoms.length === 0) return atEnd ? editBetween(text, { start, end: range.end }, "") : [];

  const settled = settleBreaks(atoms);
  breakLongLists(settled);
  // Before a broken section blank lines are the user's.
  const end = lineBreak.repeat(atEnd ? 1 : Math.min(Math.max(trailing, 1), 2));
  const last = atoms.at(-1)?.range.end ?? start;
  return [
    ...gapEdits(text, start, settled.atoms, separators(settled, lineBreak)),
    ...editBetween(text, { start: last, end: range.end }, end),
  ];
}

/** One edit for each gap that changes; atoms that changed places are replaced together with the gaps between them. */
function gapEdits(
  text: string,
  start: number,
  atoms: readonly Atom[],
  before: readonly string[],
): TextEdit[] {
  const edits: TextEdit[] = [];
  let end = start;
  for (let i = 0; i < atoms.length; ) {
    const first = i;
    let replaced = "";
    let furthest = atoms[i]?.order ?? 0;
    let next = end;
    for (; i <= furthest; i++) {
      const atom = atoms[i] as Atom;
      furthest = Math.max(furthest, atom.order);
      next = Math.max(next, atom.range.end);
      replaced += before[i] + atom.text;
    }
    const only = i === first + 1 ? atoms[first] : undefined;
    edits.push(
      ...(only
        ? editBetween(text, { start: end, end: only.range.start }, before[first] ?? "")
        : editBetween(text, { start: end, end: next }, replaced)),
    );
    end = next;
  }
  return edits;
}

/** The smallest edit that puts this into the range. A line break of two characters is never split. */
function editBetween(text: string, range: TextRange, newText: string): TextEdit[] {
  const old = text.slice(range.start, range.end);
  if (old === newText) return [];
  const from = pieces(old);
  const to = pieces(newText);
  const shorter = Math.min(from.length, to.length);
  let prefix = 0;
  while (prefix < shorter && from[prefix] === to[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && from.at(-1 - suffix) === to.at(-1 - suffix)) suffix++;
  const length = (parts: readonly string[]) => parts.join("").length;
  return [
    {
      range: {
        start: range.start + length(from.slice(0, prefix)),
        end: range.end - length(from.slice(from.length - suffix)),
      },
      newText: to.slice(prefix, to.length - suffix).join(""),
    },
  ];
}

function pieces(text: string): string[] {
  return text.match(/\r\n|[\s\S]/g) ?? [];
}
