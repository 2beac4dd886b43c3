/// <reference lib="dom" />
/** What can only be asked inside of the page. Each function is sent there as text, so none may use anything around it. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** The boxes of the visible things that the selector finds. */
export function boxesOf(selector: string): Box[] {
  return [...document.querySelectorAll(selector)]
    .filter((element) => element.checkVisibility())
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(({ x, y, width, height }) => ({ x, y, width, height }));
}

/** The first visible line that holds `from` up to the next that holds `to`. */
export interface LineRange {
  readonly from: string;
  readonly to: string;
}

/** The boxes around the text of these lines, hints included, from top to bottom. */
export function lineBoxes({ from, to }: LineRange): Box[] {
  const lines = [...document.querySelectorAll<HTMLElement>(".editor-instance .view-line")]
    .map((line) => ({
      text: (line.textContent ?? "").replaceAll("\u00a0", " "),
      box: (line.firstElementChild ?? line).getBoundingClientRect(),
    }))
    .sort((a, b) => a.box.top - b.box.top);
  const first = lines.findIndex(({ text }) => text.includes(from));
  const last = lines.findIndex(({ text }, index) => index >= first && text.includes(to));
  if (first < 0 || last < 0) throw new Error(`no lines from "${from}" to "${to}" are in sight`);
  return lines.slice(first, last + 1).map(({ box: { x, y, width, height } }) => ({ x, y, width, height }));
}

/** The visible lines of the editor from top to bottom, hints included. */
export function shownLines(): string[] {
  return [...document.querySelectorAll<HTMLElement>(".editor-instance .view-line")]
    .filter((line) => line.checkVisibility())
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((line) => (line.textContent ?? "").replaceAll("\u00a0", " "));
}

export function paletteIsOpen(): boolean {
  const inputs = [
    ...document.querySelectorAll<HTMLInputElement>(".quick-input-widget .quick-input-box input"),
  ];
  return inputs.some((input) => input.checkVisibility() && input.value.startsWith(">"));
}

/** Whether a lens stands, fully faded in, in each gap that the editor keeps for one. */
export function lensesAreShown(): boolean {
  const seen = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility());
  // What is peeked at keeps a gap as well, and fills it.
  const gaps = seen(".editor-instance [monaco-visible-view-zone]").filter(
    ({ childElementCount }) => childElementCount === 0,
  );
  const lenses = seen(".editor-instance .codelens-decoration").filter(
    (lens) => lens.textContent?.trim() && lens.getAnimations().length === 0,
  );
  return lenses.length >= gaps.length;
}

/** For each visible line that has inlay hints, in order from top to bottom: their text. */
export function hintTexts(): string[] {
  // Monaco styles injected text by rules that it makes on the fly; no other class marks an inlay hint.
  const lines = [...document.querySelectorAll<HTMLElement>(".editor-instance .view-line")];
  const text = (line: HTMLElement) =>
    [...line.querySelectorAll("[class*='dyn-rule']")].map((span) => span.textContent).join("");
  return lines
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((line) => text(line).replaceAll("\u00a0", " ").trim())
    .filter((hint) => hint !== "");
}

export interface WordOnLine {
  readonly word: string;
  /** Part of the first visible line, no comment, that holds the word. */
  readonly lineText: string;
}

/** The middle of the word; none if it isn't there. */
export function middleOf({ word, lineText }: WordOnLine): Point | undefined {
  const lines = [...document.querySelectorAll<HTMLElement>(".editor-instance .view-line")];
  lines.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
  for (const line of lines) {
    const text = (line.textContent ?? "").replaceAll("\u00a0", " ");
    if (!text.includes(lineText) || text.trimStart().startsWith("//")) continue;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const found = (node.textContent ?? "").replaceAll("\u00a0", " ").search(new RegExp(`\\b${word}\\b`));
      if (found < 0 || node.parentElement?.className.includes("dyn-rule")) continue;
      const range = document.createRange();
      range.setStart(node, found);
      range.setEnd(node, found + word.length);
      const box = range.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
  }
  return undefined;
}

/** What decorations write behind the text of lines, which is no text of the page. */
export function textsBehindLines(): string[] {
  return [...document.querySelectorAll(".editor-instance .view-line span")]
    .map((span) => getComputedStyle(span, "::after").content)
    .filter((content) => content.startsWith('"'))
    .map((content) => content.slice(1, -1));
}

/** The colour that the word is written in; none if it isn't there. */
export function colorOf({ word, lineText }: WordOnLine): string | undefined {
  for (const line of document.querySelectorAll<HTMLElement>(".editor-instance .view-line")) {
    const text = (line.textContent ?? "").replaceAll("\u00a0", " ");
    if (!text.includes(lineText)) continue;
    const spans = [...line.querySelectorAll<HTMLElement>("span > span")];
    const span = spans.find(({ textContent }) => textContent?.replaceAll("\u00a0", " ").trim() === word);
    if (span) return getComputedStyle(span).color;
  }
  return undefined;
}
