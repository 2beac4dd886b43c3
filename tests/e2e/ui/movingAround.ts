/** Moving around: to what a name means, to its uses, by symbols, along calls and imports. */
import { strict as assert } from "node:assert";
import type { Locator, Page } from "playwright-core";
import { openMarked, readHint, waitForText, writeText } from "../editor.ts";
import { middleOf } from "../inPage.ts";
import { takePicture } from "../pictures.ts";
import { succeeds, until } from "../until.ts";
import type { FreshWindow } from "../windows.ts";
import { openFile, pick, pickRows } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const unit =
  "/// Halves the image.\nblock shrink(channels: int) {\n  conv(channels, kernel: 3, stride: 2) -> relu\n}\n";

const user = `import { fire } from "std/squeezenet"
import { shrink } from "./unit.lwnet"

network Small {
  input image: [3, 32, 32]
  first: shrink(16) -> relu
  shrink(32)
  fire(16, 64, 64)
  add(first, first)
  output features
}
`;

export const movingAround: Topic = {
  name: "moving around",
  scenarios: [
    {
      name: "F12 goes to the block of another file, and into what ships with lwnet",
      async run(window) {
        const { page } = window;
        await openUser(window, "shrink(32)");
        await page.keyboard.press("F12");
        await waitForTab(page, "unit.lwnet");
        await waitForCursorOn(page, "block shrink");
        await openFile(page, "user.lwnet");
        await clickWord(page, "fire", "fire(16");
        await page.keyboard.press("F12");
        await waitForTab(page, "squeezenet.lwnet");
        await waitForCursorOn(page, "block fire");
      },
    },
    {
      name: "Shift+F12 lists the uses of a block, those of other files too",
      async run(window) {
        const { page } = window;
        await openUser(window, "shrink(32)");
        await page.keyboard.press("Shift+F12");
        const peek = page.locator(".reference-zone-widget");
        await until("the files of the uses", async () => {
          const text = (await peek.locator(".ref-tree").textContent()) ?? "";
          return text.includes("user.lwnet") && text.includes("unit.lwnet");
        });
        assert.match((await peek.textContent()) ?? "", /\(4\)|4 references/);
        await takePicture(page, "references");
        await page.keyboard.press("Escape");
        await peek.waitFor({ state: "detached" });
      },
    },
    {
      name: "the uses of the name under the cursor are marked",
      async run(window) {
        const { page } = window;
        await openUser(window, "first: shrink");
        const marks = page.locator(".wordHighlight, .wordHighlightStrong, .wordHighlightText");
        await until("a mark for the label and each use", async () => (await marks.count()) === 3);
        await takePicture(page, "highlights");
      },
    },
    {
      name: "symbols of the file are listed and gone to",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await page.keyboard.press("Control+Shift+O");
        await until("the symbols", async () =>
          (await pickRows(page)).some((row) => row.includes("bottleneck_2015")),
        );
        await takePicture(page, "symbols of a file");
        await pick(page, "basic_a", undefined, "@");
        await waitForCursorOn(page, "block basic_a");
        await page.locator(".breadcrumbs-control", { hasText: "basic_a" }).waitFor();
      },
    },
    {
      name: "symbols of the workspace are found in files that are not open",
      async run({ page }) {
        await openFile(page, "lenet.lwnet");
        await readHint(page, "×");
        await page.keyboard.press("Control+T");
        await pick(page, "inverted_residual", undefined, "#");
        await waitForCursorOn(page, "block inverted_residual");
      },
    },
    {
      name: "calls of a block lead from caller to caller",
      async run(window) {
        const { page } = window;
        await openUser(window, "shrink(32)");
        await page.keyboard.press("Shift+Alt+H");
        // With the extension that VS Code brings along for it, the hierarchy is a view of the side bar.
        await page.getByRole("treeitem", { name: /^Small/ }).waitFor();
        await takePicture(page, "call hierarchy");
        await page.keyboard.press("Escape");
      },
    },
    {
      name: "an import is a link to its file",
      async run(window) {
        const { page } = window;
        await openUser(window, "shrink(32)");
        await page.locator(".detected-link").first().waitFor();
        await until("the linked file", async () => {
          await page.keyboard.down("Control");
          await clickWord(page, "unit", "./unit.lwnet");
          await page.keyboard.up("Control");
          return succeeds(waitForTab(page, "unit.lwnet", 3000));
        });
        await waitForText(page, "block shrink");
      },
    },
  ],
};

/** Opens a file that uses another, with the cursor in front of `at`. */
async function openUser(window: FreshWindow, at: string): Promise<void> {
  await writeText(window, "unit.lwnet", unit);
  await openMarked(window, "user.lwnet", user.replace(at, `$0${at}`));
}

function waitForTab(page: Page, name: string, timeout = 20_000): Promise<void> {
  return page.locator(".tab.active", { hasText: name }).waitFor({ timeout });
}

/** Waits until the cursor is on a line that holds `text`. */
function waitForCursorOn(page: Page, text: string): Promise<boolean> {
  return until(`the cursor on "${text}"`, async () => {
    const cursor = await page.locator(".editor-instance .cursors-layer .cursor").first().boundingBox();
    const line = await lineOf(page, text).first().boundingBox();
    return !!cursor && !!line && Math.abs(cursor.y - line.y) < line.height / 2;
  });
}

function lineOf(page: Page, text: string): Locator {
  // The editor writes no-break spaces.
  const pattern = new RegExp(text.replaceAll(" ", "[ \u00a0]"));
  return page.locator(".editor-instance .view-line", { hasText: pattern });
}

async function clickWord(page: Page, word: string, lineText: string): Promise<void> {
  const at = await until(`the word ${word}`, () => page.evaluate(middleOf, { word, lineText }));
  await page.mouse.click(at.x, at.y);
}
