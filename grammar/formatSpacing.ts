/**
 * What the formatter puts between two atoms: spaces within a line, line breaks and indentation between lines.
 *
 * A line is indented by one level more than the line on which its innermost bracket opens, so that `VGG([` and
 * `concat { branch {` indent once, and a closing bracket stands under the line that it ends. A line that goes on with
 * a chain or an element has one level more.
 */
import type { TokenType } from "chevrotain";
import {
  type Atom,
  type Bracket,
  continuesElement,
  isClosing,
  isComment,
  isOpening,
  type Settled,
} from "./formatBreaks.ts";
import * as t from "./tokens.ts";

const indentation = "  ";

/** Wider than this, a list that its author broke gets one element per line. */
const maxWidth = 110;

/** What stands before each atom. */
export function separators({ atoms, around }: Settled, lineBreak: string): string[] {
  const openLines: number[] = [];
  let line = 0;
  return atoms.map((atom, i) => {
    const outer = openLines.at(-1);
    if (isClosing(atom)) openLines.pop();
    let before = "";
    if (i > 0 && atom.breaks > 0) {
      const inside = outer === undefined ? 0 : outer + 1;
      line = isClosing(atom) ? (outer ?? 0) : inside + extraLevel(atoms, around, i);
      before = lineBreak.repeat(atom.breaks) + indentation.repeat(line);
    } else if (i > 0 && needsSpace(atoms, i)) before = " ";
    if (isOpening(atom)) openLines.push(line);
    return before;
  });
}

/** A comment on a line of its own stands above what it is about. */
function extraLevel(atoms: readonly Atom[], around: readonly (Bracket | undefined)[], at: number): number {
  let next = at;
  while (isComment(atoms[next])) next++;
  return atoms[next]?.type === t.Arrow || continuesElement(atoms, around, next) ? 1 : 0;
}

// ── within a line ────────────────────────────────────────────────────────────────────────────────

const tight: { readonly before: readonly TokenType[]; readonly after: readonly TokenType[] } = {
  before: [t.RParen, t.RBracket, t.Comma, t.Colon, t.Dot],
  after: [t.LParen, t.LBracket, t.Dot],
};

/** Before a bracket these are called or indexed; before a minus they are what it subtracts from. */
const operands: readonly TokenType[] = [
  t.Identifier,
  t.RParen,
  t.RBracket,
  t.NumberLiteral,
  t.StringLiteral,
  t.True,
  t.False,
  t.It,
  t.In,
];
const combinations: readonly TokenType[] = [t.Concat, t.Add, t.Mul];

function needsSpace(atoms: readonly Atom[], at: number): boolean {
  const [left, right] = [atoms[at - 1], atoms[at]];
  if (!left || !right || isComment(right)) return true;
  if (tight.after.includes(left.type) || tight.before.includes(right.type)) return false;
  if (left.type === t.LCurly && right.type === t.RCurly) return false;
  if (left.type === t.Minus && !isOperand(atoms, at - 2)) return false;
  if (right.type === t.LParen) return !isOperand(atoms, at - 1) && !combinations.includes(left.type);
  if (right.type === t.LBracket) return !isOperand(atoms, at - 1);
  return true;
}

function isOperand(atoms: readonly Atom[], at: number): boolean {
  let before = at;
  while (isComment(atoms[before])) before--;
  const type = atoms[before]?.type;
  // `in` after a name is the word of a `for`.
  if (type === t.In) return atoms[before - 1]?.type !== t.Identifier;
  return type !== undefined && operands.includes(type);
}

// ── long lists ───────────────────────────────────────────────────────────────────────────────────

/** Lists that are broken already and still have a line that is too wide get one element per line. */
export function breakLongLists(settled: Settled): void {
  for (let again = true; again; ) again = breakLists(settled, listsTooWide(settled));
}

function listsTooWide(settled: Settled): Set<Bracket> {
  const { atoms, around } = settled;
  const found = new Set<Bracket>();
  let width = 0;
  let lists: Bracket[] = [];
  for (const [i, before] of separators(settled, "\n").entries()) {
    const atom = atoms[i] as Atom;
    if (before.includes("\n")) {
      width = 0;
      lists = [];
    }
    if (isComment(atom)) continue;
    width += before.replaceAll("\n", "").length + atom.text.length;
    const bracket = around[i];
    if (bracket?.broken && atoms[bracket.open]?.type !== t.LCurly && !isClosing(atom)) lists.push(bracket);
    if (width > maxWidth) for (const list of lists) found.add(list);
  }
  return found;
}

/** Whether any line was broken. */
function breakLists({ atoms, around }: Settled, lists: ReadonlySet<Bracket>): boolean {
  let broke = false;
  for (const [i, bracket] of around.entries()) {
    const next = atoms[i + 1];
    if (!bracket || !lists.has(bracket) || atoms[i]?.type !== t.Comma) continue;
    if (!next || next.breaks > 0 || isComment(next)) continue;
    next.breaks = 1;
    broke = true;
  }
  return broke;
}
