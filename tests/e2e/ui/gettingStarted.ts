/** What someone meets who has no network yet: the walkthrough, examples, new files. */
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { deleteText, readHint, takeFix, waitForNoSquiggle, waitForSquiggle } from "../editor.ts";
import { projectFolder } from "../project.ts";
import { findShortcutClause } from "../shortcutClause.ts";
import { until } from "../until.ts";
import { pick, pickRow, readText, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const gettingStarted: Topic = {
  name: "getting started",
  scenarios: [
    {
      name: "an example is opened as a copy that has no name yet",
      async run({ page }) {
        await runCommand(page, "lwnet: Open Example");
        await pick(page, "Squeeze-and-Excitation");
        await page.locator(".tab.active", { hasText: "Untitled" }).waitFor();
        await readHint(page, "×");
        assert.match(await readText(page), /Squeeze-and-Excitation/);
      },
    },
    {
      name: "a new file is a whole network whose name is typed over",
      async run({ page }) {
        await runCommand(page, "Create: New File...");
        await pickRow(page, "lwnet Network").click();
        await pick(page, "Residual");
        await readHint(page, "64×8×8");
        await page.keyboard.type("Mine");
        await until("the new name", async () => (await readText(page)).includes("network Mine(classes"));
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "the walkthrough leads from a network to its repair, and notices each step",
      async run({ page }) {
        await runCommand(page, "lwnet: Open Walkthrough");
        await page.getByText("Design networks as text").first().waitFor();
        await step(page, "Open a network");
        await page.getByRole("button", { name: "Open ResNet" }).click();
        await page.locator(".tab.active", { hasText: "Untitled" }).waitFor();
        await readHint(page, "64×56×56");
        await waitForDone(page, "Open a network");

        await step(page, "See every shape");
        await page.getByRole("button", { name: "Show the Totals" }).click();
        await page.locator(".quick-input-title", { hasText: "ResNet" }).waitFor();
        await page.keyboard.press("Escape");
        await waitForDone(page, "See every shape");

        await page.locator(".tab", { hasText: "Untitled" }).click();
        const text = await readFile(join(projectFolder, "examples/resnet.lwnet"), "utf8");
        const { start, end } = findShortcutClause(text);
        await deleteText(page, text, start, end);
        await waitForSquiggle(page, "error");
        await waitForDone(page, "Break it");

        await step(page, "Repair it");
        await page.getByRole("button", { name: "Show the Fixes" }).click();
        await page.locator(".action-widget .monaco-list-row", { hasText: "projection" }).first().waitFor();
        await takeFix(page, "projection");
        await waitForNoSquiggle(page, "error");
        await waitForDone(page, "Repair it");
      },
    },
  ],
};

async function step(page: Page, title: string): Promise<void> {
  await page.locator(".getting-started-step", { hasText: title }).click();
}

/** Shows the walkthrough again, where the step has its mark. */
async function waitForDone(page: Page, title: string): Promise<void> {
  await runCommand(page, "lwnet: Open Walkthrough");
  await page.locator(".getting-started-step", { hasText: title }).locator(".codicon.complete").waitFor();
}
