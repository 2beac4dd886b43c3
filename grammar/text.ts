/**
 * Plain text helpers: half-open ranges in UTF-16 offsets, and the conversion between offsets and
 * (line, character) pairs. Knows nothing about tokens or trees.
 */

/** Half-open range of UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Zero-based line and UTF-16 character, as editors count them. */
export interface LineCharacter {
  readonly line: number;
  readonly character: number;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

export function contains(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

export function shift(range: TextRange, by: number): TextRange {
  return { start: range.start + by, end: range.end + by };
}

/** Applies edits whose ranges do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { range, newText } of [...edits].sort((a, b) => a.range.start - b.range.start)) {
    parts.push(text.slice(end, range.start), newText);
    end = range.end;
  }
  return parts.join("") + text.slice(end);
}

/** Offset <-> line/character of one immutable text. Understands `\n` and `\r\n`. */
export class LineIndex {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.#starts.push(i + 1);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  position(offset: number): LineCharacter {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (this.#starts[low] as number) };
  }

  offset(position: LineCharacter): number {
    if (position.line < 0) return 0;
    if (position.line >= this.#starts.length) return this.text.length;
    const { start, end } = this.line(position.line);
    return Math.min(start + Math.max(0, position.character), end);
  }

  /** Range of a line without its line break. */
  line(line: number): TextRange {
    const start = this.#starts[line] ?? this.text.length;
    let end = (this.#starts[line + 1] ?? this.text.length + 1) - 1;
    if (end > start && this.text[end - 1] === "\r") end--;
    return { start, end };
  }
}
