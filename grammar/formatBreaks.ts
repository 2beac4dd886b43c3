/**
 * Where the formatter breaks lines. Breaks are the user's: none is made or taken away between two statements. Settled
 * are the places where several ways of breaking mean the same:
 *
 * - `->` starts a line, it never ends one: the eye that runs down the left edge sees that the line goes on, and a
 *   step can be added, moved or commented out as one line.
 * - A comma ends a line. `else` and `shortcut` stand beside the `}` before them, a brace beside the statement that it is
 *   the body of.
 * - A body is on one line, or its braces have the lines to themselves. Likewise brackets that are broken between
 *   their own elements; a bracket around one broken list may hug it, as in `VGG([`.
 * - One blank line at most, none inside the edges of a body. Items have one between them, unless both are one-liners
 *   of the same kind.
 */
import type { TokenType } from "chevrotain";
import { takesBody, tokenRange } from "./layout.ts";
import { lex } from "./lexer.ts";
import type { PlacedSection } from "./parse.ts";
import { shift, type TextRange } from "./text.ts";
import * as t from "./tokens.ts";

/** A token or a comment. */
export interface Atom {
  readonly text: string;
  /** In the file; a comment's without trailing blanks. */
  readonly range: TextRange;
  readonly type: TokenType;
  /** Its place among the atoms of the source. */
  readonly order: number;
  /** Line breaks before it: 2 stand for a blank line. */
  breaks: number;
}

export interface Bracket {
  readonly open: number;
  readonly close: number;
  /** Whether what it holds has lines of its own. */
  broken: boolean;
}

/** Atoms in the order of the result. */
export interface Settled {
  readonly atoms: readonly Atom[];
  /** The innermost bracket around each atom; an opening one is outside of what it opens, a closing one is inside. */
  readonly around: readonly (Bracket | undefined)[];
}

export function isComment(atom: Atom | undefined): boolean {
  return atom?.type === t.Comment || atom?.type === t.DocComment;
}

export function isOpening(atom: Atom | undefined): boolean {
  return atom?.type === t.LParen || atom?.type === t.LBracket || atom?.type === t.LCurly;
}

export function isClosing(atom: Atom | undefined): boolean {
  return atom?.type === t.RParen || atom?.type === t.RBracket || atom?.type === t.RCurly;
}

/** The sections' tokens and comments, and the line breaks after the last. */
export function atomsOf(sections: readonly PlacedSection[]): { atoms: Atom[]; trailing: number } {
  const atoms: Atom[] = [];
  let breaks = 0;
  for (const { section, offset } of sections) {
    const { tokens, comments } = lex(section.text);
    if (atoms.length > 0) breaks = Math.max(breaks, 1);
    for (const token of [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset)) {
      if (token.tokenType === t.Newline) {
        breaks++;
        continue;
      }
      const text = token.image.replace(/[ \t\uFEFF\u00A0]+$/, "");
      const { start } = shift(tokenRange(token), offset);
      const range = { start, end: start + text.length };
      atoms.push({ text, range, type: token.tokenType, order: atoms.length, breaks: Math.min(breaks, 2) });
      breaks = 0;
    }
  }
  return { atoms, trailing: breaks };
}

export function settleBreaks(source: readonly Atom[]): Settled {
  const atoms = moveArrows(moveCommas(source));
  joinLines(atoms);
  const { brackets, around } = matchBrackets(atoms);
  for (const bracket of brackets) {
    if (bracket.broken) breakBracket(atoms, bracket);
  }
  for (const [i, atom] of atoms.entries()) {
    if (continuesElement(atoms, around, i)) atom.breaks = Math.min(atom.breaks, 1);
  }
  separateItems(atoms, around);
  if (atoms[0]) atoms[0].breaks = 0;
  return { atoms, around };
}

/** A line break before a comma goes behind it, and comments with it. */
function moveCommas(source: readonly Atom[]): Atom[] {
  const result: Atom[] = [];
  for (const [i, atom] of source.entries()) {
    let at = result.length;
    if (atom.type === t.Comma && atom.breaks > 0) {
      while (isComment(result[at - 1])) at--;
      const next = source[i + 1];
      if (next) next.breaks = Math.max(next.breaks, 1);
      atom.breaks = 0;
    }
    result.splice(at, 0, atom);
  }
  return result;
}

/** A line break after an arrow goes before it, and comments with it. */
function moveArrows(source: readonly Atom[]): Atom[] {
  const result: Atom[] = [];
  for (let i = 0; i < source.length; i++) {
    const atom = source[i] as Atom;
    if (atom.type !== t.Arrow) {
      result.push(atom);
      continue;
    }
    let next = i + 1;
    while (isComment(source[next])) next++;
    const comments = source.slice(i + 1, next);
    const following = source[next];
    // A comment on a line of the arrow's own belongs to what follows.
    if (comments[0]) comments[0].breaks = Math.max(comments[0].breaks, Math.min(atom.breaks, 1));
    if (atom.breaks > 0 || (following?.breaks ?? 0) > 0) {
      atom.breaks = 1;
      if (following) following.breaks = 0;
    }
    result.push(...comments, atom);
    i = next - 1;
  }
  return result;
}

function joinLines(atoms: readonly Atom[]): void {
  for (const [i, atom] of atoms.entries()) {
    const previous = atoms[i - 1];
    const goesOn = atom.type === t.Else || (atom.type === t.Shortcut && atoms[i + 1]?.type !== t.Colon);
    const afterBody = goesOn && previous?.type === t.RCurly;
    const empty =
      (atom.type === t.RParen && previous?.type === t.LParen) ||
      (atom.type === t.RBracket && previous?.type === t.LBracket);
    if (afterBody || empty || opensBody(atoms, i)) atom.breaks = 0;
    else if (goesOn) atom.breaks = Math.min(atom.breaks, 1);
    if (isComment(previous)) atom.breaks = Math.max(atom.breaks, 1);
  }
}

/** Whether a brace on a line of its own belongs to the statement above. */
function opensBody(atoms: readonly Atom[], at: number): boolean {
  if (atoms[at]?.type !== t.LCurly || atoms[at]?.breaks === 0) return false;
  let start = at - 1;
  while (start > 0 && atoms[start]?.breaks === 0 && !separates(atoms[start - 1])) start--;
  if (atoms[start + 1]?.type === t.Colon) start += 2;
  return takesBody(atoms[start]?.type);
}

function separates(atom: Atom | undefined): boolean {
  return atom?.type === t.Arrow || atom?.type === t.LCurly || atom?.type === t.RCurly || isComment(atom);
}

function matchBrackets(atoms: readonly Atom[]): {
  brackets: Bracket[];
  around: (Bracket | undefined)[];
} {
  const brackets: Bracket[] = [];
  const around: (Bracket | undefined)[] = [];
  const open: { readonly at: number; broken: boolean; readonly inside: number[] }[] = [];
  for (const [i, atom] of atoms.entries()) {
    const innermost = open.at(-1);
    innermost?.inside.push(i);
    if (innermost && atom.breaks > 0) innermost.broken = true;
    around.push(undefined);
    if (isOpening(atom)) open.push({ at: i, broken: false, inside: [] });
    else if (isClosing(atom)) {
      const closed = open.pop();
      if (!closed) continue;
      const bracket: Bracket = { open: closed.at, close: i, broken: closed.broken };
      for (const inside of closed.inside) around[inside] = bracket;
      brackets.push(bracket);
    }
  }
  for (const bracket of brackets) {
    // A body has lines of its own as soon as anything in it has.
    if (atoms[bracket.open]?.type !== t.LCurly) continue;
    bracket.broken = atoms.slice(bracket.open + 1, bracket.close + 1).some(({ breaks }) => breaks > 0);
  }
  return { brackets, around };
}

function breakBracket(atoms: readonly Atom[], { open, close }: Bracket): void {
  let first = atoms[open + 1];
  // A comment behind the bracket stays there.
  if (isComment(first) && first?.breaks === 0) first = atoms[open + 2];
  if (first) first.breaks = 1;
  const last = atoms[close];
  if (last) last.breaks = 1;
}

/** Whether a token goes on with an element of a list or an argument, rather than starting one. */
export function continuesElement(
  atoms: readonly Atom[],
  around: readonly (Bracket | undefined)[],
  at: number,
): boolean {
  const bracket = around[at];
  const atom = atoms[at];
  if (!bracket || !atom || isComment(atom) || isClosing(atom)) return false;
  if (atoms[bracket.open]?.type === t.LCurly) return false;
  let before = at - 1;
  while (isComment(atoms[before])) before--;
  return before !== bracket.open && atoms[before]?.type !== t.Comma;
}

const itemStarts: readonly TokenType[] = [t.Import, t.Const, t.Block, t.Network];

interface ItemSpan {
  readonly start: number;
  readonly end: number;
  /** What it is, if it is on one line. */
  readonly oneLiner: string | undefined;
}

function separateItems(atoms: readonly Atom[], around: readonly (Bracket | undefined)[]): void {
  const starts = atoms.flatMap(({ type }, i) => (!around[i] && itemStarts.includes(type) ? [i] : []));
  const items = starts.map((start, n): ItemSpan => {
    let end = (starts[n + 1] ?? atoms.length) - 1;
    while (end > start && isComment(atoms[end])) end--;
    const own = atoms.slice(start + 1, end + 1);
    const isBody = own.some(({ type }) => type === t.LCurly);
    const kind = `${atoms[start]?.type.name} ${isBody}`;
    return { start, end, oneLiner: own.every(({ breaks }) => breaks === 0) ? kind : undefined };
  });
  for (const [n, item] of items.entries()) {
    const previous = items[n - 1];
    const first = atoms[item.start];
    if (!previous || !first) continue;
    first.breaks = Math.max(first.breaks, 1);
    if (item.oneLiner !== undefined && item.oneLiner === previous.oneLiner) continue;
    const gap = atoms.slice(previous.end + 1, item.start + 1);
    if (gap.some(({ breaks }) => breaks > 1)) continue;
    const ownLine = gap.find(({ breaks }) => breaks > 0);
    if (ownLine) ownLine.breaks = 2;
  }
}
