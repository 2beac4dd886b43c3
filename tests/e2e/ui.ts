/**
 * The UI suite: what a user sees and does, in a real window. lwnet is installed as a user would have it: from the work
 * tree, or from the packed .vsix that LWNET_E2E_VSIX names. Arguments: part of a scenario's name, to run only those.
 */
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import {
  closeProblem,
  deleteText,
  goToProblem,
  openFixMenu,
  readHint,
  readHover,
  save,
  takeFix,
  visibleHints,
  waitForNoSquiggle,
  waitForSquiggle,
} from "./editor.ts";
import { type FreshWindow, inFreshWindow } from "./freshWindow.ts";
import { findHost } from "./host.ts";
import { outFolder, projectFolder } from "./project.ts";
import { runScenarios, type Scenario } from "./scenarios.ts";
import { startServer } from "./server.ts";
import { findShortcutClause } from "./shortcutClause.ts";
import { exitOnSignals } from "./temporary.ts";
import { until } from "./until.ts";
import { openFile, pick, readNotification, readOutput, readProblems, runCommand } from "./workbench.ts";

const scenarios: readonly Scenario<FreshWindow>[] = [
  {
    name: "hints are visible at line ends",
    async run({ page }) {
      await openFile(page, "resnet.lwnet");
      await readHint(page, "64×56×56");
    },
  },
  {
    name: "a hover tells the receptive field",
    async run({ page }) {
      await openFile(page, "resnet.lwnet");
      await readHint(page, "64×56×56");
      await readHover(page, "conv", "conv(", /receptive field/i);
    },
  },
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
  {
    name: "export and run from the palette tells latency and device",
    async run({ page }) {
      await openFile(page, "densenet.lwnet");
      await runCommand(page, "lwnet: Export and Run");
      await pick(page, "DenseNet121");
      await readNotification(page, /\d ms\b.*\b(CPU|GPU)\b/is, 180_000);
      await readOutput(page, "lwnet", /(\d\.\d.*){3}/s);
    },
  },
  {
    name: "toggling takes the hints away and brings them back",
    async run({ page }) {
      await openFile(page, "resnet.lwnet");
      await readHint(page, "64×56×56");
      await runCommand(page, "lwnet: Toggle Hints");
      await until("the hints to go", async () => (await visibleHints(page)).length === 0);
      await runCommand(page, "lwnet: Toggle Hints");
      await readHint(page, "64×56×56");
    },
  },
];

async function removeShortcut(page: Page, folder: string): Promise<void> {
  const text = await readFile(join(folder, "resnet.lwnet"), "utf8");
  const { start, end } = findShortcutClause(text);
  await deleteText(page, text, start, end);
}

/** Tall, since an editor renders only what is in sight. */
const screen = { width: 1280, height: 1400, scale: 1 };

exitOnSignals();
const server = await startServer({
  host: findHost(),
  logFile: join(outFolder, "ui-server.log"),
  extension: resolve(process.env.LWNET_E2E_VSIX || projectFolder),
  // An emulated GPU would take minutes.
  settings: { "lwnet.run.device": "cpu", "lwnet.run.repeats": 3 },
});
try {
  const browser = await openBrowser(screen);
  try {
    const place = { context: browser.context, port: server.port };
    const passed = await runScenarios(
      scenarios,
      (name, act) => inFreshWindow(place, name, act),
      process.argv[2],
    );
    if (browser.refused.length > 0) console.log("asked for outside addresses:", browser.refused);
    process.exitCode = passed && browser.refused.length === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
} finally {
  await server.stop();
}
