/**
 * What a user does at VS Code's window as a whole: open a folder and a file, pick from the palette, read messages.
 * The acts at the text itself are in editor.ts.
 */
import type { BrowserContext, Locator, Page } from "playwright-core";
import { paletteIsOpen, shownLines } from "./inPage.ts";
import { succeeds, until } from "./until.ts";

const quickInput = ".quick-input-widget .quick-input-box input:visible";

export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** Opens a window on the folder and waits until its files are listed. Its size is the context's unless given. */
export async function openWindow(
  context: BrowserContext,
  port: number,
  folder: string,
  size?: WindowSize,
): Promise<Page> {
  const page = await context.newPage();
  if (size) await page.setViewportSize(size);
  await page.goto(`http://127.0.0.1:${port}/?${new URLSearchParams({ folder })}`);
  await page.getByRole("treeitem").first().waitFor({ timeout: 60_000 });
  return page;
}

/** Opens a file of the folder, by the name that the quick-open box finds it by. */
export async function openFile(page: Page, name: string): Promise<void> {
  await until(`${name} to be chosen`, async () => {
    // A window that is still being set up may take the focus, and with it the box away.
    await page.keyboard.press("Control+P");
    const picked = await succeeds(pick(page, name, 5000));
    // An open box knows the files that were there when it opened.
    if (!picked) await page.keyboard.press("Escape");
    return picked;
  });
  await page.locator(".tab.active", { hasText: name }).waitFor();
  await page.locator(".editor-instance .view-line").first().waitFor();
}

/** Runs a command by its title in the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await until(`the palette to list "${title}"`, async () => {
    await page.keyboard.press("F1");
    // It may be taken away as it opens, and lists what can be done then: the editor behind it may have had no language.
    const typed = await succeeds(page.locator(quickInput).fill(`>${title}`, { timeout: 3000 }));
    const listed = typed && (await succeeds(pickRow(page, title).click({ timeout: 3000 })));
    if (!listed) await page.keyboard.press("Escape");
    return listed;
  });
  // The command may bring a quick pick of its own, in the same box; whoever fills that one must not meet this one.
  await until("the palette to close", async () => !(await page.evaluate(paletteIsOpen)));
}

/** Types into the open box and takes what was typed. */
export async function answer(page: Page, text: string): Promise<void> {
  await page.locator(quickInput).fill(text);
  await page.keyboard.press("Enter");
}

/** Types into the open quick pick, after its `prefix` if it has one, and takes the first row that holds `label`. */
export async function pick(page: Page, label: string, timeoutMs?: number, prefix = ""): Promise<void> {
  const choose = async () => {
    // A list that is still being filled may forget what was typed.
    const typed = await succeeds(page.locator(quickInput).fill(prefix + label, { timeout: 3000 }));
    return typed && succeeds(pickRow(page, label).click({ timeout: 3000 }));
  };
  await until(`a choice of ${label}`, choose, timeoutMs);
}

/** The row of the open quick pick that holds `label`. */
export function pickRow(page: Page, label: string): Locator {
  return page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
}

/** The lines of the active editor that are in sight, as they are shown. */
export async function readText(page: Page): Promise<string> {
  const lines = await page.evaluate(shownLines);
  return lines.join("\n");
}

/** The rows of the open quick pick, once it has any. */
export async function pickRows(page: Page): Promise<string[]> {
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((row) => row.replaceAll(/\s+/g, " "));
}

/** Waits for a notification whose text matches, and returns the text. */
export function readNotification(page: Page, pattern: RegExp, timeoutMs?: number): Promise<string> {
  const look = async () => {
    const texts = await page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
    return texts.find((text) => pattern.test(text));
  };
  return until(`a notification like ${pattern}`, look, timeoutMs);
}

/** Shows an output channel and waits for text in it that matches. */
export async function readOutput(page: Page, channel: string, pattern: RegExp): Promise<string> {
  await runCommand(page, "Output: Show Output Channels...");
  // A slow window takes the choice and yet does not tell so in time: what is shown decides.
  await succeeds(pick(page, channel, 5000));
  return until(`the channel ${channel} to show ${pattern}`, async () => {
    const lines = await page.locator(".output-view .view-line").allInnerTexts();
    const text = lines.join("\n").replaceAll("\u00a0", " ");
    return pattern.test(text) ? text : undefined;
  });
}

/** Opens the problems view and returns its rows, one line of text each. */
export async function readProblems(page: Page): Promise<string[]> {
  await runCommand(page, "Problems: Focus on Problems View");
  const rows = page.locator(".markers-panel .monaco-list-row");
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((row) => row.replaceAll(/\s+/g, " "));
}

export async function chooseTheme(page: Page, theme: string): Promise<void> {
  // A window that is still being set up may take the focus, and with it the list away.
  await until(`the theme ${theme} to be chosen`, async () => {
    await runCommand(page, "Preferences: Color Theme");
    return succeeds(pick(page, theme, 5000));
  });
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}
