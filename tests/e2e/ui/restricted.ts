/** A folder that the user does not trust: it is read, and nothing of it is run or written. */
import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import { readHint, readHover } from "../editor.ts";
import { testKeys } from "../server.ts";
import { openFile, readNotification, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const restricted: Topic = {
  name: "restricted mode",
  host: {
    name: "restricted",
    workspaceTrust: true,
    settings: {
      "security.workspace.trust.startupPrompt": "never",
      "security.workspace.trust.banner": "never",
    },
  },
  scenarios: [
    {
      name: "a network is analysed, but neither exported nor run, however it is asked for",
      async run({ page, folder }) {
        const before = await readdir(folder);
        await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await readHover(page, "conv", "conv(", /receptive field/i);
        await runCommand(page, "lwnet: Export and Run");
        await readNotification(page, /To run a network, trust this workspace/);
        await runCommand(page, "Notifications: Clear All Notifications");
        await page.keyboard.press(testKeys.exportModel);
        await readNotification(page, /To export a network, trust this workspace/);
        await page.getByRole("button", { name: "Manage Workspace Trust" }).click();
        await page.getByText("You are in Restricted Mode").waitFor();
        assert.deepEqual(await readdir(folder), before);
      },
    },
  ],
};
