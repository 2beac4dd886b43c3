/** What networks are checked for, in the Test Explorer. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { insertText } from "../editor.ts";
import { openFile, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const checks: Topic = {
  name: "checks",
  scenarios: [
    {
      name: "the test explorer tells outcomes, and they follow the text",
      async run({ page, folder }) {
        await openFile(page, "lenet.lwnet");
        await runCommand(page, "Testing: Focus on Test Explorer View");
        await expand(page, /^lenet\.lwnet/);
        await expand(page, /^LeNet5/);
        await row(page, /^params <= 65K/)
          .locator(".codicon-testing-passed-icon")
          .waitFor();
        const lines = (await readFile(join(folder, "lenet.lwnet"), "utf8")).split("\n");
        const line = lines.findIndex((text) => text.includes("65K"));
        const character = (lines[line] ?? "").indexOf("5K");
        await insertText(page, { line, character }, "0.");
        await row(page, /^params <= 60\.5K/)
          .locator(".codicon-testing-failed-icon")
          .waitFor();
      },
    },
  ],
};

function row(page: Page, text: RegExp): Locator {
  return page.locator(".test-explorer .monaco-list-row", { hasText: text }).first();
}

async function expand(page: Page, text: RegExp): Promise<void> {
  const item = row(page, text);
  await item.waitFor();
  if ((await item.getAttribute("aria-expanded")) === "true") return;
  await item.click();
  await page.keyboard.press("ArrowRight");
}
