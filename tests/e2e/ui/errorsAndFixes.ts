/** What is wrong, and how it is mended. */
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  closeProblem,
  deleteText,
  goToProblem,
  openFixMenu,
  save,
  takeFix,
  waitForNoSquiggle,
  waitForSquiggle,
} from "../editor.ts";
import { findShortcutClause } from "../shortcutClause.ts";
import { openFile, readProblems } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const errorsAndFixes: Topic = {
  name: "errors and fixes",
  scenarios: [
    {
      name: "a missing shortcut is underlined and listed",
      async run({ page, folder }) {
        await openFile(page, "resnet.lwnet");
        await removeShortcut(page, folder);
        await waitForSquiggle(page, "error");
        const problems = await readProblems(page);
        assert.ok(
          problems.some((row) => row.includes("lwnet") && row.includes("shortcut-mismatch")),
          `no shortcut-mismatch of lwnet among ${JSON.stringify(problems)}`,
        );
      },
    },
    {
      name: "the fix is taken with the keyboard",
      async run({ page, folder }) {
        await openFile(page, "resnet.lwnet");
        await removeShortcut(page, folder);
        await waitForSquiggle(page, "error");
        await goToProblem(page, "shortcut-mismatch");
        await closeProblem(page);
        await openFixMenu(page, "projection");
        await takeFix(page, "projection");
        await waitForNoSquiggle(page, "error");
        await save(page);
        const text = await readFile(join(folder, "resnet.lwnet"), "utf8");
        assert.match(text, /^block basic\b.*?\bshortcut\b.*?^\}/ms);
      },
    },
  ],
};

async function removeShortcut(page: Page, folder: string): Promise<void> {
  const text = await readFile(join(folder, "resnet.lwnet"), "utf8");
  const { start, end } = findShortcutClause(text);
  await deleteText(page, text, start, end);
}
