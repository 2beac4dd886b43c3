/**
 * Takes the pictures of the README: what lwnet looks like in VS Code, light and dark, at two pixels per point. The
 * first argument, `cpu` if left out, is the device that the run is made on; the second a part of the names of the pictures
 * to take, all if left out.
 */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import {
  closeProblem,
  deleteText,
  goToProblem,
  openFixMenu,
  readHint,
  readHover,
  readLens,
} from "./editor.ts";
import { findHost } from "./host.ts";
import { type Box, boxesOf, type LineRange, lensesAreShown, lineBoxes } from "./inPage.ts";
import { outFolder, projectFolder } from "./project.ts";
import { startServer } from "./server.ts";
import { findShortcutClause } from "./shortcutClause.ts";
import { exitOnSignals } from "./temporary.ts";
import { until } from "./until.ts";
import { inFreshWindow } from "./windows.ts";
import {
  chooseTheme,
  openFile,
  pick,
  readNotification,
  readProblems,
  runCommand,
  type WindowSize,
} from "./workbench.ts";

interface Picture {
  readonly name: string;
  /** Of the window, if not the usual one. */
  readonly size?: WindowSize;
  /** The lines to show, with what is open over them; absent for the whole window. */
  readonly lines?: LineRange;
  /** Brings the window to the state to be shown. */
  readonly pose: (page: Page, folder: string) => Promise<void>;
}

const residualNetwork: LineRange = { from: "network ResNet(", to: "network ResNet152" };

type Pose = Picture["pose"];

const poseFixes: Pose = async (page, folder) => {
  await openFile(page, "resnet.lwnet");
  const text = await readFile(join(folder, "resnet.lwnet"), "utf8");
  const { start, end } = findShortcutClause(text);
  await deleteText(page, text, start, end);
  await goToProblem(page, "shortcut-mismatch");
  await closeProblem(page);
  // The list below tells what the menu of fixes would cover at the line itself.
  await readProblems(page);
  await runCommand(page, "View: Focus Active Editor Group");
  await openFixMenu(page, "projection");
};

const poseRun: Pose = async (page) => {
  await openFile(page, "densenet.lwnet");
  await readHint(page, "×");
  await runCommand(page, "lwnet: Show Output");
  await runCommand(page, "lwnet: Export and Run");
  await pick(page, "DenseNet121");
  await readNotification(page, /\d ms\b/, 180_000);
};

/** A walkthrough shows its picture half as wide as a README does. */
const small: WindowSize = { width: 900, height: 560 };

/** Those of the whole window first: a panel keeps the height that it got in a taller window. */
const pictures: readonly Picture[] = [
  { name: "error", pose: poseFixes },
  {
    name: "run",
    async pose(page, folder) {
      await poseRun(page, folder);
      await scrollToTable(page);
    },
  },
  { name: "walkthrough/repair", pose: poseFixes, size: small },
  { name: "walkthrough/run", pose: poseRun, size: small },
  {
    name: "hints",
    lines: residualNetwork,
    async pose(page) {
      await openFile(page, "resnet.lwnet");
      await readHint(page, "64×56×56");
      await readLens(page, /11\.7M params/);
    },
  },
  {
    name: "hover",
    lines: residualNetwork,
    async pose(page) {
      await openFile(page, "resnet.lwnet");
      await readHint(page, "64×56×56");
      await readLens(page, /11\.7M params/);
      await readHover(page, "conv", "conv(64", /receptive field/i);
    },
  },
];

/** The output channel shows its end; the table of layers begins further up. */
async function scrollToTable(page: Page): Promise<void> {
  await page.locator(".output-view").click();
  await page.keyboard.press("Control+Home");
  const head = page.locator(".output-view .view-line", { hasText: /layer.*\bms\b/ });
  const { y: top } = await boxOf(page, ".output-view");
  await until("the table to be at the top", async () => {
    const inSight = (await head.count()) > 0;
    if (inSight && (await head.boundingBox())!.y < top + 16) return true;
    // The notification stays for some seconds only.
    await page.mouse.wheel(0, inSight ? 16 : 64);
    return false;
  });
}

const themes = { light: "Light Modern", dark: "Dark Modern" };

/** Nothing but the text and what lwnet adds to it. */
const plainWindow = {
  "breadcrumbs.enabled": false,
  "editor.cursorBlinking": "solid",
  "editor.fontSize": 14,
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.renderLineHighlight": "none",
  "editor.scrollBeyondLastLine": false,
  "editor.stickyScroll.enabled": false,
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.statusBar.visible": false,
  "lwnet.run.device": process.argv[2] ?? "cpu",
};

const screen = { width: 1360, height: 760, scale: 2 };
/** An editor renders only what is in sight: room for all lines, to be cut to the wanted ones. */
const tall = { width: 1600, height: 2200 };
const media = join(projectFolder, "client/media");

exitOnSignals();
const server = await startServer({
  host: findHost(),
  logFile: join(outFolder, "screenshots-server.log"),
  extension: projectFolder,
  settings: plainWindow,
});
try {
  const browser = await openBrowser(screen);
  try {
    await mkdir(media, { recursive: true });
    const [, , , wanted = ""] = process.argv;
    for (const picture of pictures.filter(({ name }) => name.includes(wanted))) {
      for (const [shade, theme] of Object.entries(themes)) await take(picture, shade, theme);
    }
  } finally {
    await browser.close();
  }

  async function take({ name, lines, pose, size }: Picture, shade: string, theme: string): Promise<void> {
    const path = join(media, `${name}-${shade}.png`);
    const place = { context: browser.context, port: server.port, size: lines ? tall : size };
    await inFreshWindow(place, `picture ${name.replace("/", " ")}-${shade}`, async ({ page, folder }) => {
      await chooseTheme(page, theme);
      await runCommand(page, "View: Close Primary Side Bar");
      await pose(page, folder);
      await until("all lenses to be shown", () => page.evaluate(lensesAreShown));
      const clip = lines ? await frame(page, lines) : await boxOf(page, ".split-view-container");
      await page.screenshot({ path, clip });
      await shrink(path);
    });
  }
} finally {
  await server.stop();
}

/**
 * From the editor's left edge to where the text of the lines ends, or a hover over it, with a margin; from the lens above
 * the first line.
 */
async function frame(page: Page, lines: LineRange): Promise<Box> {
  const margin = 12;
  // More would show a strip of the lines above and below.
  const verticalMargin = 2;
  const editor = await boxOf(page, ".editor-instance");
  const [first, ...others] = await page.evaluate(lineBoxes, lines);
  const hover = await page.evaluate(boxesOf, ".monaco-hover");
  const lenses = await page.evaluate(boxesOf, ".editor-instance .codelens-decoration");
  const above = lenses.filter(({ y, height }) => Math.abs(y + height - first!.y) < verticalMargin);
  const shown = boxAround([...above, first!, ...others, ...hover]);
  const y = Math.max(editor.y, shown.y - verticalMargin);
  const width = shown.x + shown.width + margin - editor.x;
  return { x: editor.x, y, width, height: shown.y + shown.height + verticalMargin - y };
}

async function boxOf(page: Page, selector: string): Promise<Box> {
  return boxAround(await page.evaluate(boxesOf, selector));
}

function boxAround(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** Reduces the picture to a palette where pngquant is installed, and sees to it that a README can carry it. */
async function shrink(path: string): Promise<void> {
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--output", path, "--", path]);
  const kilobytes = Math.round((await stat(path)).size / 1000);
  console.log(`${relative(projectFolder, path)} (${kilobytes} kB)`);
  if (kilobytes > 300) throw new Error("that is too large for a README; install pngquant or show less");
}
