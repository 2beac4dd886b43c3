/** What networks cost: lenses, one instance of a block, the status bar, heat and budgets. */
import { strict as assert } from "node:assert";
import { readHint, readLens, visibleHints } from "../editor.ts";
import { textsBehindLines } from "../inPage.ts";
import { succeeds, until } from "../until.ts";
import { openFile, pick, pickRow, pickRows, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const costs: Topic = {
  name: "costs",
  scenarios: [
    {
      name: "a lens above a network says what it costs",
      async run({ page }) {
        await openFile(page, "densenet.lwnet");
        await readLens(page, /7\.98M params · 2\.8\dG MACs · 31\.9 MB · peak/);
      },
    },
    {
      name: "one instance of a block is picked from its lens, shown in its body, and let go again",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await until("the instances to be listed", async () => {
          // A click on a lens that is just being drawn anew is lost.
          await (await readLens(page, /^7 instances · /)).click();
          return succeeds(pickRow(page, "basic(planes: 128, stride: 2)").waitFor({ timeout: 3000 }));
        });
        await pick(page, "basic(planes: 128, stride: 2)");
        await readLens(page, /^showing basic\(planes: 128, stride: 2\) · \d of 7/);
        await readHint(page, "128×28×28");
        await (await readLens(page, /^show all$/)).click();
        await readLens(page, /^7 instances · /);
        await until("the range over all", async () =>
          (await visibleHints(page)).some((hint) => hint.includes("64→512 ch · 56×56→7×7")),
        );
      },
    },
    {
      name: "the status bar names the network under the cursor, and shows all figures on a click",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        const item = page.locator(".statusbar-item", { hasText: "ResNet18: 11.7M params" });
        await item.waitFor();
        await item.locator("a").click();
        await until("the exact number of parameters", async () =>
          (await pickRows(page)).some((row) => row.includes("11,689,512")),
        );
        await page.keyboard.press("Escape");
      },
    },
    {
      name: "heat is switched on and off",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64→512 ch");
        const heated = async () => (await page.evaluate(textsBehindLines)).some((text) => text === "41%");
        assert.equal(await heated(), false);
        await runCommand(page, "lwnet: Toggle Heat");
        await until("shares beside the lines", heated);
        await runCommand(page, "lwnet: Toggle Heat");
        await until("the shares to go", async () => !(await heated()));
      },
    },
    {
      name: "a budget says beside itself what is taken of it",
      async run({ page }) {
        await openFile(page, "lenet.lwnet");
        await readHint(page, "params 61.7K of 65.0K");
      },
    },
  ],
};
