/** Exporting and running a network. */
import { openMarked } from "../editor.ts";
import { until } from "../until.ts";
import {
  answer,
  openFile,
  pick,
  pickRow,
  pickRows,
  readNotification,
  readOutput,
  readText,
  runCommand,
} from "../workbench.ts";
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
    {
      name: "sizes that a network leaves open are asked for, and remembered",
      async run(window) {
        const { page } = window;
        await openMarked(
          window,
          "open.lwnet",
          "network Open {\n  input image: [3, H, W]\n  $0conv(8, kernel: 3) -> relu -> global_avg_pool -> flatten\n}\n",
        );
        await runCommand(page, "lwnet: Export and Run");
        const titled = (title: string) => page.locator(".quick-input-title", { hasText: title }).waitFor();
        await titled("Size of H (1/2)");
        await answer(page, "48");
        await titled("Size of W (2/2)");
        await answer(page, "64");
        await readNotification(page, /Open: .*ms median .*CPU/, 120_000);
        await runCommand(page, "Notifications: Clear All Notifications");
        await runCommand(page, "lwnet: Export and Run");
        await titled("Size of H (1/2)");
        const box = page.locator(".quick-input-widget input:visible");
        await until("the last size", async () => (await box.inputValue()) === "48");
        await page.keyboard.press("Escape");
      },
    },
    {
      name: "networks are compared on devices, in a table",
      async run(window) {
        const { page } = window;
        await openMarked(window, "two.lwnet", two);
        await runCommand(page, "lwnet: Compare Networks on Devices");
        await pickRow(page, "First").click();
        await pickRow(page, "Second").click();
        await page.keyboard.press("Enter");
        await until("the devices", async () => (await pickRows(page)).some((row) => row.includes("CPU")));
        await page.keyboard.press("Enter");
        await until("the table", async () => {
          const text = await readText(page);
          return /First \| cpu: [\s\S]*Second \| cpu: /.test(text.replaceAll("\u00a0", " "));
        });
      },
    },
  ],
};

const two = ["First", "Second"]
  .map(
    (name) => `network ${name} {\n  input image: [3, 32, 32]\n  conv(8, kernel: 3) -> relu\n  output y\n}\n`,
  )
  .join("$0");
