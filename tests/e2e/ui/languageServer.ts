/** The language server as a user meets it: its status, its log, a restart. */
import { readHint } from "../editor.ts";
import { openFile, pick, readOutput, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const languageServer: Topic = {
  name: "language server",
  scenarios: [
    {
      name: "its status tells the version, and it can be restarted",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await page.locator("#status\\.languageStatus").click();
        await page
          .getByText(/lwnet \d+\.\d+\.\d+/)
          .first()
          .waitFor();
        await page.getByText("Restart", { exact: true }).click();
        await readHint(page, "64×56×56");
      },
    },
    {
      name: "its messages are logged as soon as that is asked for",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await runCommand(page, "lwnet: Trace Language Server");
        await pick(page, "Messages");
        await runCommand(page, "View: Focus Active Editor Group");
        await page.keyboard.press("ArrowDown");
        await readOutput(page, "lwnet Language Server", /textDocument\/\w+/);
        await runCommand(page, "View: Focus Active Editor Group");
        await runCommand(page, "lwnet: Trace Language Server");
        await pick(page, "Off");
      },
    },
  ],
};
