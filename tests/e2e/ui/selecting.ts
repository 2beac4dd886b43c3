/** The text's structure as it is seen: selections that grow, folds, colours by meaning. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { openMarked, waitForText } from "../editor.ts";
import { colorOf } from "../inPage.ts";
import { takePicture } from "../pictures.ts";
import { until } from "../until.ts";
import { readText } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const network = `block unit(width: int) {
  conv($0width, kernel: 3) -> relu
}

network Small {
  input image: [3, 32, 32]
  unit(16)
  conv(8, kernel: 1)
  output features
}
`;

export const selecting: Topic = {
  name: "selecting",
  scenarios: [
    {
      name: "a selection grows from a word to its argument, its call, its line",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        const steps = [
          "width",
          "width, kernel: 3",
          "(width, kernel: 3)",
          "conv(width, kernel: 3)",
          "conv(width, kernel: 3) -> relu",
        ];
        for (const step of steps) {
          await page.keyboard.press("Shift+Alt+ArrowRight");
          await waitForSelected(page, step.length);
        }
        await takePicture(page, "selection");
        await page.keyboard.press("Shift+Alt+ArrowLeft");
        await waitForSelected(page, "conv(width, kernel: 3)".length);
      },
    },
    {
      name: "a body is folded away and back",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        await page.keyboard.press("Control+Shift+[");
        await until("the body to go", async () => !(await readText(page)).includes("kernel: 3"));
        assert.match(await readText(page), /block unit.*\n/);
        await takePicture(page, "fold");
        await page.keyboard.press("Control+Shift+]");
        await waitForText(page, "conv(width, kernel: 3)");
      },
    },
    {
      name: "a block has another colour than a layer, and a parameter its own",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        const color = (word: string, lineText: string) => page.evaluate(colorOf, { word, lineText });
        await until("colours by meaning", async () => {
          const block = await color("unit", "unit(16)");
          const layer = await color("conv", "conv(8");
          const parameter = await color("width", "conv(width");
          return block && layer && parameter && new Set([block, layer, parameter]).size === 3;
        });
        assert.equal(await color("unit", "unit(16)"), await color("unit", "block unit("));
        await takePicture(page, "colours");
      },
    },
  ],
};

/** The status bar counts what is selected. */
async function waitForSelected(page: Page, count: number): Promise<void> {
  await page.locator("#status\\.editor\\.selection", { hasText: `(${count} selected)` }).waitFor();
}
