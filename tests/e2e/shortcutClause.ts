/** The edit that both suites make: take the shortcut out of ResNet's block `basic`, so that its sum no longer fits. */

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Where the clause `shortcut when … { … }` of block `basic` begins and ends, zero-based. */
export function findShortcutClause(text: string): { start: Place; end: Place } {
  const start = text.indexOf(" shortcut when ", text.search(/^block basic\b/m));
  const end = endOfBraces(text, text.indexOf("{", start));
  if (start < 0 || end < 0) throw new Error("there is no `shortcut when … { … }` in a block `basic`");
  return { start: placeAt(text, start), end: placeAt(text, end) };
}

/** Behind the brace that closes the one at `open`; -1 if none does. */
function endOfBraces(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at >= 0 && at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at + 1;
  }
  return -1;
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)!.length };
}
