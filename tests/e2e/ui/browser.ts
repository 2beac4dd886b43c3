/** lwnet on vscode.dev and the like: the extension in a web worker, its server in another, no disk and no process. */
import { strict as assert } from "node:assert";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertText, readHint, readHover, waitForNoSquiggle, waitForSquiggle } from "../editor.ts";
import { testKeys } from "../server.ts";
import { openFile, pickRows, readNotification, readProblems, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const importing = `import { double } from "./parts/blocks.lwnet"

network Tiny {
  input x: [8, 16, 16]
  double(24)
}
`;
const imported = `block double(width: int) {
  conv(width, kernel: 3) -> relu
}
`;

export const inTheBrowser: Topic = {
  name: "in the browser",
  host: { name: "browser", web: true },
  scenarios: [
    {
      name: "without a process hints show, a hover explains, an error is underlined",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await readHover(page, "conv", "conv(", /receptive field/i);
        await insertText(
          page,
          { line: 0, character: 0 },
          "network Broken { input x: [3, 8, 8] -> nothing }\n",
        );
        await waitForSquiggle(page, "error");
        const problems = await readProblems(page);
        assert.ok(
          problems.some((row) => row.includes("nothing") && row.includes("lwnet")),
          `nothing of lwnet among ${JSON.stringify(problems)}`,
        );
      },
    },
    {
      name: "without a disk an import follows the file as it changes",
      async run({ page, folder }) {
        await mkdir(join(folder, "parts"));
        await writeFile(join(folder, "parts/blocks.lwnet"), imported);
        await writeFile(join(folder, "tiny.lwnet"), importing);
        // The search of a host without a disk may not know new files for a while.
        await page.getByRole("treeitem", { name: "tiny.lwnet" }).dblclick();
        await readHint(page, "24×16×16");
        await waitForNoSquiggle(page, "error");
        await writeFile(
          join(folder, "parts/blocks.lwnet"),
          imported.replace("kernel: 3", "kernel: 3, stride: 2"),
        );
        await readHint(page, "24×8×8");
      },
    },
    {
      name: "export and run are not offered, and when called say that they need the desktop",
      async run({ page }) {
        await openFile(page, "lenet.lwnet");
        await readHint(page, "6×28×28");
        await page.keyboard.press("F1");
        await page.keyboard.type("lwnet: ");
        const offered = await pickRows(page);
        await page.keyboard.press("Escape");
        assert.ok(
          offered.some((row) => row.includes("Toggle Hints")) && !offered.some((row) => /export/i.test(row)),
          JSON.stringify(offered),
        );
        const lenses = page.locator(".codelens-decoration");
        await lenses
          .filter({ hasText: /params/ })
          .first()
          .waitFor();
        assert.equal(await lenses.filter({ hasText: /Run|Export/ }).count(), 0);
        await page.keyboard.press(testKeys.exportModel);
        await readNotification(page, /To export a network.*desktop/);
        await runCommand(page, "Notifications: Clear All Notifications");
        await page.keyboard.press(testKeys.exportAndRun);
        await readNotification(page, /To run a network.*desktop/);
      },
    },
  ],
};
