/** The parts of a Markdown text that tests look at: fenced blocks, links, and the prose without code. */

export interface Fence {
  /** The word after the opening fence. */
  readonly language: string;
  /** What follows that word. */
  readonly info: string;
  /** The lines between the fences, each with its line break. */
  readonly body: string;
  /** Offsets of the body in the text. */
  readonly start: number;
  readonly end: number;
}

export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^(```+)([^\n`]*)\n([\s\S]*?)^\1[ \t]*$/gm)].map((match) => {
    const [, fence = "", opening = "", body = ""] = match;
    const [language = "", ...rest] = opening.trim().split(/\s+/);
    const start = match.index + fence.length + opening.length + 1;
    return { language, info: rest.join(" "), body, start, end: start + body.length };
  });
}

/** The text with other bodies for some of its fences. */
export function withBodies(text: string, bodies: ReadonlyMap<Fence, string>): string {
  let result = text;
  for (const [fence, body] of [...bodies].sort(([a], [b]) => b.start - a.start))
    result = result.slice(0, fence.start) + body + result.slice(fence.end);
  return result;
}

/** The text without fenced blocks and code spans. */
export function proseOf(text: string): string {
  const blocks = fencesOf(text).reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
    text,
  );
  return blocks.replaceAll(/`[^`\n]*`/g, "");
}

/** Targets of links and images. */
export function linksOf(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? "");
}

/** The anchors that GitHub gives to headings. */
export function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ +(.*)$/gm)].map(([, title]) =>
    (title ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The lines that a text lacks at their place; a line `…` stands for any lines. */
export function missingLines(wanted: readonly string[], printed: readonly string[]): string[] {
  let at = 0;
  let gap = false;
  return wanted.filter((line) => {
    if (line.trim() === "…") {
      gap = true;
      return false;
    }
    if (line === "" && gap) return false;
    const found = gap ? printed.indexOf(line, at) : printed[at] === line ? at : -1;
    if (found < 0) return true;
    at = found + 1;
    gap = false;
    return false;
  });
}
