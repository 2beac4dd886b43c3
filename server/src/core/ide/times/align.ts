/** Which line of a text a line of an earlier text has become. */

/**
 * From lines of the earlier text to lines of the later one. Equal lines are matched first; of the changed ones between
 * them, those that begin with the same word. What has no match is gone.
 */
export function alignLines(before: string, after: string): ReadonlyMap<number, number> {
  const a = linesOf(before);
  const b = linesOf(after);
  const matches = new Map<number, number>();
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) matches.set(start, start++);
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) matches.set(--endA, --endB);
  let [fromA, fromB] = [start, start];
  for (const [at, to] of [...equalLines(a, b, { start, endA, endB }), [endA, endB] as const]) {
    matchChanged(a, b, { fromA, toA: at, fromB, toB: to }, matches);
    if (at < endA) matches.set(at, to);
    [fromA, fromB] = [at + 1, to + 1];
  }
  return matches;
}

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

/** Beyond it, only what is equal at the beginning and the end is matched. */
const maxCells = 1_000_000;

interface Span {
  readonly start: number;
  readonly endA: number;
  readonly endB: number;
}

/** A longest common subsequence of the lines in between, those without a word left out. */
function equalLines(
  a: readonly string[],
  b: readonly string[],
  { start, endA, endB }: Span,
): (readonly [number, number])[] {
  const [rows, columns] = [endA - start, endB - start];
  if (rows === 0 || columns === 0 || rows * columns > maxCells) return [];
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  const same = (i: number, j: number) => a[start + i] === b[start + j] && firstWord(a[start + i]) !== "";
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (same(i, j)) found.push([start + i++, start + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

interface Gap {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

function matchChanged(
  a: readonly string[],
  b: readonly string[],
  { fromA, toA, fromB, toB }: Gap,
  matches: Map<number, number>,
): void {
  let next = fromB;
  for (let i = fromA; i < toA; i++) {
    const word = firstWord(a[i]);
    if (word === "") continue;
    let j = next;
    while (j < toB && firstWord(b[j]) !== word) j++;
    if (j === toB) continue;
    matches.set(i, j);
    next = j + 1;
  }
}

/** What a line does: its first word, without a label before it. */
function firstWord(line = ""): string {
  return /^(?:\/\/.*|`?[\w{}]+`?\s*:\s*)?(\w+)?/.exec(line)?.[1] ?? "";
}
