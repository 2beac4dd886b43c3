/** Measured times: on lines, as heat, in the report, and what becomes of them after an edit. */
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { moveCursor, openMarked } from "../editor.ts";
import { textsBehindLines } from "../inPage.ts";
import { takePicture } from "../pictures.ts";
import { succeeds, until } from "../until.ts";
import type { FreshWindow } from "../windows.ts";
import { chooseTheme, readNotification, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const net = `$0block unit(planes: int) {
  conv(planes, kernel: 3)
  bn -> relu
}

network Small {
  input image: [3, 64, 64]
  stem: conv(16, kernel: 3)
  stage: repeat 3 {
    unit(16)
  }
  global_avg_pool -> flatten
  linear(10)
}
`;

export const times: Topic = {
  name: "times",
  scenarios: [
    {
      name: "after a run each line has its time; after an edit it says that it was",
      async run(window) {
        const { page } = window;
        await runSmall(window);
        const shown = await until("times of all lines", async () => {
          const texts = await timesOf(page);
          return texts.length >= 7 && texts;
        });
        assert.equal(shown.filter((text) => /\(3 × .* ms\)$/.test(text)).length, 3, shown.join("\n"));
        await takePicture(page, "times");
        await page
          .locator(".codelens-decoration", { hasText: / ms on .* · (just now|\d min ago)/ })
          .waitFor();
        await moveCursor(page, { line: 7, character: 21 });
        await page.keyboard.type("0");
        await until("times from before", async () => {
          const texts = await timesOf(page);
          return texts.length >= 7 && texts.every((text) => text.startsWith("was "));
        });
        await page.locator(".codelens-decoration", { hasText: /before the edit/ }).waitFor();
        await takePicture(page, "times-stale");
        await runCommand(page, "lwnet: Clear Times");
        await until("no times", async () => (await timesOf(page)).length === 0);
      },
    },
    {
      name: "the report is sorted by keyboard, leads to lines, is exported, and compares two runs",
      async run(window) {
        const { page, folder } = window;
        await runSmall(window);
        await runCommand(page, "lwnet: Show Run Report");
        const report = await reportFrame(page);
        await report.locator("h1", { hasText: "Small" }).waitFor();
        await takePicture(page, "report");

        const layers = report.getByRole("region", { name: "Table of layers" });
        const sortedBy = (title: string) => layers.locator("thead th", { hasText: title });
        assert.equal(await sortedBy("ms").first().getAttribute("aria-sort"), "descending");
        await sortedBy("Layer").locator("button").focus();
        await page.keyboard.press("Enter");
        await until(
          "order by name",
          async () => (await sortedBy("Layer").getAttribute("aria-sort")) === "ascending",
        );
        const names = await layers.locator("tbody th").allInnerTexts();
        assert.deepEqual(names, [...names].sort(new Intl.Collator("en", { numeric: true }).compare));
        await report.getByRole("searchbox").fill("stem");
        await until("one layer", async () => (await layers.locator("tbody tr").count()) === 1);
        await layers.locator("tbody button").click();
        await until("the line of the stem", async () => (await cursorLine(page)) === 8);

        await report.getByRole("button", { name: "CSV" }).click();
        const box = page.locator(".quick-input-widget input:visible").first();
        // Typed into sooner, the dialog would put its folder before the path.
        const proposed = await until("a name to be proposed", async () => {
          const path = await box.inputValue();
          return path.endsWith(".csv") && path;
        });
        await page.keyboard.press("Enter");
        const saved = () => readFile(join(folder, basename(proposed)), "utf8").catch(() => "");
        const csv = await until("the file", async () => (await saved()) || undefined);
        assert.match(csv, /^layer,operator,line,ms,.*\r\nstem,conv,8,\d*\.?\d+,/);

        await report.getByRole("button", { name: "Run Again" }).click();
        const against = report.getByLabel("Compare with");
        await until("another run", async () => (await against.locator("option").count()) === 2, 120_000);
        await against.selectOption({ index: 1 });
        await report.locator(".tile", { hasText: "Against" }).waitFor();
        await report.getByRole("searchbox").fill("");
        await until("differences", async () => (await sortedBy("Δ ms").count()) === 1);
        await takePicture(page, "report-compared");
        if (process.env.LWNET_E2E_PICTURES) await takeLooks(page);
      },
    },
  ],
};

async function takeLooks(page: Page): Promise<void> {
  await chooseTheme(page, "Dark High Contrast");
  await takePicture(page, "report-contrast");
  await page.setViewportSize({ width: 860, height: 1400 });
  await takePicture(page, "report-narrow");
  await page.setViewportSize({ width: 1280, height: 1400 });
}

async function runSmall(window: FreshWindow): Promise<void> {
  const { page } = window;
  await openMarked(window, "small.lwnet", net);
  await runCommand(page, "lwnet: Export and Run");
  await readNotification(page, /Small: \d.* ms median/, 120_000);
  await runCommand(page, "Notifications: Clear All Notifications");
}

/** The times beside the lines that are in sight. */
async function timesOf(page: Page): Promise<string[]> {
  return (await page.evaluate(textsBehindLines)).filter((text) => / ms · |^(was )?[\d.<]+ m?s/.test(text));
}

async function reportFrame(page: Page): Promise<Frame> {
  return until("the report", async () => {
    for (const frame of page.frames()) {
      if (await succeeds(frame.locator("#root main").first().waitFor({ timeout: 300 }))) return frame;
    }
    return undefined;
  });
}

async function cursorLine(page: Page): Promise<number> {
  const text = await page.locator("#status\\.editor\\.selection").textContent();
  return Number(/Ln (\d+)/.exec(text ?? "")?.[1] ?? 0);
}
