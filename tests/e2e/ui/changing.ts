/** Changing what is written: renames, refactorings, lints and their fixes. */
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  moveCursor,
  openFixMenu,
  openMarked,
  save,
  selectLines,
  takeFix,
  takeFromMenu,
  waitForNoSquiggle,
  waitForSquiggle,
  waitForText,
  writeText,
} from "../editor.ts";
import { takePicture } from "../pictures.ts";
import { succeeds, until } from "../until.ts";
import { openFile, readText, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const biased = `network Small {
  input image: [3, 32, 32]
  $0conv(16, kernel: 3) -> bn -> relu
  output features
}
`;

export const changing: Topic = {
  name: "changing",
  scenarios: [
    {
      name: "F2 renames a block in its file and where it is imported",
      async run(window) {
        const { page, folder } = window;
        await writeText(
          window,
          "user.lwnet",
          'import { shrink } from "./unit.lwnet"\nnetwork Small {\n  input image: [3, 32, 32]\n  shrink(16)\n  output features\n}\n',
        );
        await openMarked(
          window,
          "unit.lwnet",
          "block $0shrink(channels: int) { max_pool(2) -> conv(channels, kernel: 1) }\n\nnetwork Test {\n  input image: [3, 32, 32]\n  shrink(8)\n  output features\n}\n",
        );
        await rename(page, "shrink", "halve");
        await waitForText(page, "block halve(");
        await waitForText(page, "  halve(8)");
        await openFile(page, "user.lwnet");
        await waitForText(page, 'import { halve } from "./unit.lwnet"');
        await waitForText(page, "  halve(16)");
        await runCommand(page, "File: Save All");
        await until("the other file to be saved", async () =>
          (await readFile(join(folder, "user.lwnet"), "utf8")).includes("halve(16)"),
        );
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "a label and its uses are edited at once",
      async run(window) {
        const { page } = window;
        await openMarked(
          window,
          "linked.lwnet",
          "network Small {\n  input image: [3, 32, 32]\n  $0early: conv(3, kernel: 3)\n  relu -> add(it, early)\n  output features\n}\n",
        );
        await writeText(window, ".vscode/settings.json", '{ "editor.linkedEditing": true }\n');
        await page.locator(".linked-editing-decoration").first().waitFor();
        await page.keyboard.type("very_");
        await waitForText(page, "  very_early: conv");
        await waitForText(page, "add(it, very_early)");
        await writeText(window, ".vscode/settings.json", "{}\n");
      },
    },
    {
      name: "selected lines become a block by the menu of refactorings",
      async run(window) {
        const { page } = window;
        await openMarked(
          window,
          "extract.lwnet",
          "network Small {\n  input image: [3, 32, 32]\n  $0conv(16, kernel: 3, bias: false)\n  bn -> relu\n  global_avg_pool -> flatten -> linear(10)\n  output logits\n}\n",
        );
        const menu = page.locator(".action-widget .monaco-list-row");
        await until("the menu to offer the block", async () => {
          await selectLines(page, 2);
          await page.keyboard.press("Control+Shift+R");
          const offered = await succeeds(
            menu.filter({ hasText: "Extract block" }).first().waitFor({ timeout: 3000 }),
          );
          // A key that came too early opens nothing, and Escape takes the selection away.
          if (!offered) {
            await page.keyboard.press("Escape");
            await moveCursor(page, { line: 2, character: 2 });
          }
          return offered;
        });
        await takePicture(page, "refactorings");
        await takeFix(page, "Extract block");
        await waitForText(page, "block block1 {");
        const box = page.locator(".rename-box input:visible");
        await until("the box for another name", async () => {
          return (await box.inputValue({ timeout: 3000 }).catch(() => "")) === "block1";
        });
        await takePicture(page, "name of an extracted block");
        await box.fill("stem");
        await page.keyboard.press("Enter");
        await waitForText(page, "block stem {");
        await waitForText(page, "\n  stem");
        await waitForNoSquiggle(page, "error");
        await takePicture(page, "extracted block");
      },
    },
    {
      name: "a residual connection is converted to a dense one, its cost told beforehand",
      async run(window) {
        const { page } = window;
        await openMarked(
          window,
          "rewrite.lwnet",
          "network Small {\n  input image: [16, 32, 32]\n  $0residual {\n    conv(16, kernel: 3)\n  }\n  output features\n}\n",
        );
        await takeFromMenu(page, "Refactor...", "Convert to `dense`");
        await waitForText(page, "  dense {");
        await until("the channels to add up", async () => /32×32×32/.test(await readText(page)));
      },
    },
    {
      name: "a lint tells what a bias costs, and its fix drops it",
      async run(window) {
        const { page, folder } = window;
        await openMarked(window, "biased.lwnet", biased);
        await waitForSquiggle(page, "warning");
        await page.keyboard.press("F8");
        await page.locator(".marker-widget", { hasText: "spare 16 parameters" }).waitFor();
        await takePicture(page, "lint");
        await page.keyboard.press("Escape");
        await openFixMenu(page, "Drop the bias");
        await takePicture(page, "fixes of a lint");
        await takeFix(page, "Drop the bias");
        await waitForNoSquiggle(page, "warning");
        await save(page);
        assert.match(
          await readFile(join(folder, "biased.lwnet"), "utf8"),
          /conv\(16, kernel: 3, bias: false\)/,
        );
      },
    },
    {
      name: "a lint is switched off in the settings",
      async run(window) {
        const { page } = window;
        await openMarked(window, "biased.lwnet", biased);
        await waitForSquiggle(page, "warning");
        await writeText(window, ".vscode/settings.json", '{ "lwnet.lint": { "bias-before-norm": "off" } }\n');
        await waitForNoSquiggle(page, "warning");
        await writeText(window, ".vscode/settings.json", "{}\n");
        await waitForSquiggle(page, "warning");
      },
    },
    {
      name: "Fix All takes away what nothing uses, Organize Imports sorts the rest",
      async run(window) {
        const { page } = window;
        await openMarked(
          window,
          "untidy.lwnet",
          'import { fire } from "std/squeezenet"\nimport { basic, bottleneck } from "std/resnet"\n\nnetwork Small {\n  input image: [16, 32, 32]\n  $0basic(16)\n  fire(8, 16, 16)\n  output features\n}\n',
        );
        await waitForSquiggle(page, "warning");
        const basic = 'import { basic } from "std/resnet"';
        await runUntilText(page, "Fix All", basic);
        await waitForNoSquiggle(page, "warning");
        await runUntilText(page, "Organize Imports", `${basic}\nimport { fire } from "std/squeezenet"`);
      },
    },
  ],
};

/**
 * Runs a command that may be run again until the text holds `part`: what the window asks for at once after an edit it may
 * throw away, since the text changed once more.
 */
async function runUntilText(page: Page, command: string, part: string): Promise<void> {
  await until(`"${command}" to give ${part}`, async () => {
    await runCommand(page, command);
    return succeeds(waitForText(page, part, 5000));
  });
}

/** Renames what is under the cursor. */
async function rename(page: Page, from: string, to: string): Promise<void> {
  const input = page.locator(".rename-box input:visible");
  await until(`the box with ${from}`, async () => {
    await page.keyboard.press("F2");
    return (await input.inputValue({ timeout: 3000 }).catch(() => "")) === from;
  });
  await takePicture(page, "rename");
  await input.fill(to);
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}
