/** What a user does at the text of the active editor: place the cursor, edit, hover, take a fix, read hints. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { hintTexts, middleOf } from "./inPage.ts";
import type { Place } from "./shortcutClause.ts";
import { succeeds, until } from "./until.ts";
import type { FreshWindow } from "./windows.ts";
import { openFile, readText, runCommand } from "./workbench.ts";

/** Where the cursor begins, in a text that is handed to {@link openMarked}. */
const mark = "$0";

/** Writes the text to a file of the folder. */
export async function writeText({ folder }: FreshWindow, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

/** Opens a file of this text with the cursor at its `$0`, once the server has answered for it. */
export async function openMarked(window: FreshWindow, name: string, marked: string): Promise<void> {
  const { page } = window;
  await writeText(window, name, marked.replace(mark, ""));
  await openFile(page, name);
  await readHint(page, "×");
  await moveCursor(page, placeOf(marked, mark));
}

/** Where `part` first stands in the text. */
export function placeOf(text: string, part: string): Place {
  const before = text.slice(0, text.indexOf(part)).split("\n");
  return { line: before.length - 1, character: before.at(-1)!.length };
}

/** Waits until the active editor shows a text that holds `part`, hints left out where they stand behind. */
export function waitForText(page: Page, part: string, timeoutMs?: number): Promise<string> {
  const look = async () => {
    const text = await readText(page);
    return text.includes(part) && text;
  };
  return until(`the text to hold ${JSON.stringify(part)}`, look, timeoutMs);
}

/** Takes the suggestion of this name from the open list, once it is offered. */
export async function takeSuggestion(page: Page, name: string): Promise<void> {
  await focusSuggestion(page, name);
  await page.keyboard.press("Enter");
  await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
}

/** Waits for a suggestion of this name and goes down the list to it. */
export async function focusSuggestion(page: Page, name: string): Promise<void> {
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  const named = rows.filter({ has: page.locator(".label-name", { hasText: exactly(name) }) });
  await until(`${name} to be suggested`, async () => {
    const offered = await succeeds(named.first().waitFor({ timeout: 3000 }));
    // Keys that follow each other faster than a person's may leave the list closed.
    if (!offered) await page.keyboard.press("Control+Space");
    return offered;
  });
  await until(`the suggestion ${name} to be chosen`, async () => {
    const focused = rows.and(page.locator(".focused")).locator(".label-name");
    if ((await focused.first().textContent())?.trim() === name) return true;
    await page.keyboard.press("ArrowDown");
    return false;
  });
}

/** The names of the suggestions that are in sight, the first one first. */
export async function suggestions(page: Page): Promise<string[]> {
  const labels = page.locator(".suggest-widget.visible .monaco-list-row .label-name");
  await labels.first().waitFor();
  return (await labels.allTextContents()).map((label) => label.trim());
}

const exactly = (text: string) => new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** Selects from the cursor down over so many lines. */
export async function selectLines(page: Page, count: number): Promise<void> {
  await page.keyboard.press("Home");
  for (let line = 1; line < count; line++) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+End");
}

/** Takes what holds `title` from the menu that a command of the palette opens at the cursor. */
export async function takeFromMenu(page: Page, command: string, title: string): Promise<void> {
  await runCommand(page, command);
  await page.locator(".action-widget .monaco-list-row", { hasText: title }).first().waitFor();
  await takeFix(page, title);
}

/** Waits until a hint on a visible line holds `text`, and returns the hints of that line. */
export function readHint(page: Page, text: string): Promise<string> {
  return until(`a hint that holds ${text}`, async () =>
    (await page.evaluate(hintTexts)).find((hint) => hint.includes(text)),
  );
}

/** The hints now visible, one text for each line that has any. */
export function visibleHints(page: Page): Promise<string[]> {
  return page.evaluate(hintTexts);
}

/** The lens whose text matches, once it is there. */
export async function readLens(page: Page, pattern: RegExp): Promise<Locator> {
  const lens = page
    .locator(".codelens-decoration a, .codelens-decoration span", { hasText: pattern })
    .first();
  await lens.waitFor();
  return lens;
}

export type Severity = "error" | "warning" | "info";

export function squiggles(page: Page, severity: Severity): Locator {
  return page.locator(`.editor-instance .squiggly-${severity}`);
}

export async function waitForSquiggle(page: Page, severity: Severity): Promise<void> {
  // It is an empty box with a background, which counts as hidden.
  await squiggles(page, severity).first().waitFor({ state: "attached", timeout: 20_000 });
}

export async function waitForNoSquiggle(page: Page, severity: Severity): Promise<void> {
  await until(`no ${severity} to be left`, async () => (await squiggles(page, severity).count()) === 0);
}

/** Points at a word on the first line that holds `lineText`, and waits for a hover that matches. */
export function readHover(page: Page, word: string, lineText: string, pattern: RegExp): Promise<string> {
  return until(`a hover like ${pattern}`, async () => {
    const at = await page.evaluate(middleOf, { word, lineText });
    if (!at) return undefined;
    // Nothing is shown for a pointer that rests, so come from beside it each time.
    await page.mouse.move(at.x, at.y + 60);
    await page.mouse.move(at.x, at.y, { steps: 3 });
    const hover = page.locator(".monaco-hover-content:visible").first();
    const text = (await hover.textContent({ timeout: 3000 }).catch(() => null)) ?? "";
    return pattern.test(text) && text;
  });
}

export async function moveCursor(page: Page, { line, character }: Place): Promise<void> {
  await page.keyboard.press("Control+G");
  await page
    .locator(".quick-input-widget .quick-input-box input:visible")
    .fill(`:${line + 1}:${character + 1}`);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Types at a place, as it is: without completions or brackets that the editor would add. */
export async function insertText(page: Page, place: Place, text: string): Promise<void> {
  await moveCursor(page, place);
  await page.keyboard.insertText(text);
}

/** Selects with the keyboard from `start` to `end`, in a file with the given text, and deletes that. */
export async function deleteText(page: Page, text: string, start: Place, end: Place): Promise<void> {
  await moveCursor(page, start);
  for (let line = start.line; line < end.line; line++) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+End");
  const behind = text.split("\n")[end.line]!.length - end.character;
  for (let column = 0; column < behind; column++) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Delete");
}

/** Goes from problem to problem until the box under one shows `text`, and leaves that box open. */
export function goToProblem(page: Page, text: string): Promise<boolean> {
  return until(`a problem that holds ${text}`, async () => {
    await page.keyboard.press("F8");
    const box = page.locator(".marker-widget");
    return (await box.textContent({ timeout: 2000 }).catch(() => null))?.includes(text);
  });
}

export async function closeProblem(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator(".marker-widget").waitFor({ state: "hidden" });
}

/** Opens the menu of fixes at the cursor, once it offers one that holds `title`. */
export async function openFixMenu(page: Page, title: string): Promise<void> {
  await until(`a fix that holds "${title}"`, async () => {
    await page.keyboard.press("Control+.");
    const item = page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    const offered = await succeeds(item.waitFor({ timeout: 3000 }));
    if (!offered) await page.keyboard.press("Escape");
    return offered;
  });
}

/** Takes the fix that holds `title` from the open menu, with the keyboard. */
export async function takeFix(page: Page, title: string): Promise<void> {
  const menu = page.locator(".action-widget:visible");
  const focused = menu.locator(".monaco-list-row.focused");
  for (let step = await menu.locator(".monaco-list-row").count(); step >= 0; step--) {
    if ((await focused.textContent())?.includes(title)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await menu.waitFor({ state: "hidden" });
}

export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+S");
  await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
}
