/** Exporting and running a network. */
import { openFile, pick, readNotification, readOutput, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const exportAndRun: Topic = {
  name: "export and run",
  scenarios: [
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
  ],
};
