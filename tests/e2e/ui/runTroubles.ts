/** What goes wrong with a run: each is told, and the editor goes on. */
import { openMarked, writeText } from "../editor.ts";
import { succeeds, until } from "../until.ts";
import type { FreshWindow } from "../windows.ts";
import { answer, pick, readNotification, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const small =
  "network Small {\n  input image: [3, 32, 32]\n  $0conv(8, kernel: 3) -> relu\n  output features\n}\n";

/** Runs with these settings of the folder; the window takes a while to read them anew. */
async function runWithSettings(window: FreshWindow, settings: object, pattern: RegExp): Promise<void> {
  await writeText(window, ".vscode/settings.json", JSON.stringify(settings));
  await until(`a run that tells ${pattern}`, async () => {
    await runCommand(window.page, "lwnet: Export and Run");
    return succeeds(readNotification(window.page, pattern, 15_000));
  });
}

export const runTroubles: Topic = {
  name: "troubles of a run",
  scenarios: [
    {
      name: "what is not there, a crash and a hang are told, and the next run works",
      async run(window) {
        await openMarked(window, "small.lwnet", small);
        await runWithSettings(window, { "lwnet.run.device": "gpu" }, /No GPU was found/);
        await runWithSettings(window, { "lwnet.run.device": "dml" }, /no DirectML here/);
        // Programs that are no Node.js: one ends at once, one never does.
        const crash = { "lwnet.run.node": "/bin/false" };
        await runWithSettings(window, crash, /died \(exit code 1\)/);
        const hang = { "lwnet.run.node": "/usr/bin/yes", "lwnet.run.timeout": 1 };
        await runWithSettings(window, hang, /did not end within 1 s and was stopped/);
        await runWithSettings(window, {}, /Small: .*ms median .*CPU/);
      },
    },
    {
      name: "a run that hangs is cancelled",
      async run(window) {
        const { page } = window;
        await writeText(window, ".vscode/settings.json", '{ "lwnet.run.node": "/usr/bin/yes" }');
        await openMarked(window, "small.lwnet", small);
        const toast = page.locator(".notification-toast", { hasText: "Running Small" });
        const cancel = toast.getByRole("button", { name: "Cancel" });
        await until("a run to hang, and to end when it is cancelled", async () => {
          await runCommand(page, "lwnet: Export and Run");
          if (!(await succeeds(cancel.click({ timeout: 10_000 })))) return false;
          return succeeds(toast.waitFor({ state: "hidden", timeout: 5000 }));
        });
        await runWithSettings(window, {}, /Small: .*ms median .*CPU/);
      },
    },
    {
      name: "Run… asks for device, batch and input",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", small);
        await runCommand(page, "lwnet: Run…");
        await pick(page, "CPU", 60_000);
        await answer(page, "2");
        await pick(page, "Zeros");
        await readNotification(page, /Small: .*ms median .*CPU/);
      },
    },
  ],
};
