/** Edits after edits as edits of the first text. Knows nothing but text. */
import { applyEdits, type TextEdit } from "../../../../grammar/text.ts";

/** `second` is of the text that `first` leaves; neither has overlaps. The result is as small as it can be. */
export function composeEdits(
  text: string,
  first: readonly TextEdit[],
  second: readonly TextEdit[],
): TextEdit[] {
  const between = applyEdits(text, first);
  return clusters(first, second)
    .map(({ old, now, later }): TextEdit => {
      const inner = later.map(({ range, newText }) => ({
        range: { start: range.start - now.start, end: range.end - now.start },
        newText,
      }));
      return trimmed(text, { range: old, newText: applyEdits(between.slice(now.start, now.end), inner) });
    })
    .filter(({ range, newText }) => text.slice(range.start, range.end) !== newText);
}

interface Cluster {
  /** Of the first text. */
  readonly old: { start: number; end: number };
  /** Of the text between. */
  readonly now: { start: number; end: number };
  readonly later: TextEdit[];
}

/** Edits that touch each other, in order. */
function clusters(first: readonly TextEdit[], second: readonly TextEdit[]): Cluster[] {
  let grown = 0;
  const hunks = sorted(first).map(({ range, newText }): Cluster => {
    const start = range.start + grown;
    grown += newText.length - (range.end - range.start);
    return { old: { ...range }, now: { start, end: start + newText.length }, later: [] };
  });
  const later = sorted(second).map(
    (edit): Cluster => ({ old: { start: 0, end: 0 }, now: { ...edit.range }, later: [edit] }),
  );
  const result: Cluster[] = [];
  // How far the text between is ahead of the first text, behind the hunks so far.
  let ahead = 0;
  const all = [...hunks, ...later].sort(
    (a, b) => a.now.start - b.now.start || a.later.length - b.later.length,
  );
  for (const next of all) {
    const isHunk = next.later.length === 0;
    const old = isHunk ? next.old : { start: next.now.start - ahead, end: next.now.end - ahead };
    const last = result.at(-1);
    if (last && next.now.start <= last.now.end) {
      // Behind the last hunk the two texts are the same: their ends move on together.
      if (isHunk) last.old.end = old.end + Math.max(0, last.now.end - next.now.end);
      else last.old.end += Math.max(0, next.now.end - last.now.end);
      last.now.end = Math.max(last.now.end, next.now.end);
      last.later.push(...next.later);
    } else result.push({ old: { ...old }, now: { ...next.now }, later: [...next.later] });
    if (isHunk) ahead = next.now.end - next.old.end;
  }
  return result;
}

function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.range.start - b.range.start);
}

/** Without what the old and the new text begin and end with alike. */
function trimmed(text: string, { range, newText }: TextEdit): TextEdit {
  const old = text.slice(range.start, range.end);
  const shorter = Math.min(old.length, newText.length);
  let prefix = 0;
  while (prefix < shorter && old[prefix] === newText[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && old.at(-1 - suffix) === newText.at(-1 - suffix)) suffix++;
  return {
    range: { start: range.start + prefix, end: range.end - suffix },
    newText: newText.slice(prefix, newText.length - suffix),
  };
}
