/** Writing a network: completion, signatures, snippets, formatting. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import {
  focusSuggestion,
  openMarked,
  suggestions,
  takeSuggestion,
  waitForNoSquiggle,
  waitForText,
  writeText,
} from "../editor.ts";
import { takePicture } from "../pictures.ts";
import { succeeds, until } from "../until.ts";
import { readText, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const network = `network Small {
  input image: [3, 32, 32]
  conv(64, kernel: 3)
  $0
  output features
}
`;

export const writing: Topic = {
  name: "writing",
  scenarios: [
    {
      name: "a layer is completed, and its arguments filled in one after another",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        await page.keyboard.type("con");
        await focusSuggestion(page, "conv");
        await takePicture(page, "completion of a layer");
        await takeSuggestion(page, "conv");
        await waitForText(page, "  conv(channels, kernel: ");
        await typeOver(page, "96");
        await typeOver(page, "5");
        await waitForText(page, "  conv(96, kernel: 5)");
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "a block that ships with lwnet is completed, and its import with it",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        await page.keyboard.type("shuf");
        await focusSuggestion(page, "shuffle_unit");
        await takePicture(page, "completion of a block");
        await takeSuggestion(page, "shuffle_unit");
        await waitForText(page, 'import { shuffle_unit } from "std/shufflenet"');
        await typeOver(page, "64");
        await waitForText(page, "  shuffle_unit(64)");
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "an argument is completed by its name, and then by a value that fits",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        await page.keyboard.type("conv(96, kernel: 3, gr");
        await takeSuggestion(page, "groups");
        await waitForText(page, "kernel: 3, groups: ");
        await runCommand(page, "Trigger Suggest");
        await takePicture(page, "completion of a value");
        const values = await suggestions(page);
        assert.deepEqual(values.slice(0, 4), ["1", "2", "4", "8"]);
        await takeSuggestion(page, "32");
        await waitForText(page, "conv(96, kernel: 3, groups: 32)");
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "the parameters of a layer are shown while its arguments are typed",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", network);
        await page.keyboard.type("conv(");
        const hints = page.locator(".parameter-hints-widget.visible");
        const active = hints.locator(".parameter.active");
        await active.filter({ hasText: "channels" }).waitFor();
        await page.keyboard.type("96, ");
        await active.filter({ hasText: "kernel" }).waitFor();
        await takePicture(page, "signature");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await hints.waitFor({ state: "detached" });
      },
    },
    {
      name: "a snippet becomes a whole network, its places filled with Tab",
      async run(window) {
        const { page } = window;
        await openMarked(window, "small.lwnet", `${network.replace("$0", "relu")}\n$0`);
        await page.keyboard.type("network_class");
        await focusSuggestion(page, "network_classifier");
        await takePicture(page, "snippet");
        await takeSuggestion(page, "network_classifier");
        await typeOver(page, "Mine");
        await typeOver(page, "10");
        await waitForText(page, "network Mine(classes: int = 10) {");
        await until("the shapes of the new network", async () =>
          /linear\(classes\).*\b10\b/.test(await readText(page)),
        );
        await waitForNoSquiggle(page, "error");
      },
    },
    {
      name: "a document is formatted by the palette",
      async run(window) {
        const { page } = window;
        const messy =
          "network Small{\n input image:[3,32,32]\n      conv( 64,kernel:3 )->relu$0\n  output features\n}\n";
        await openMarked(window, "messy.lwnet", messy);
        await runCommand(page, "Format Document");
        await waitForText(page, "network Small {");
        await waitForText(page, "  input image: [3, 32, 32]");
        await waitForText(page, "  conv(64, kernel: 3) -> relu");
      },
    },
    {
      name: "a closing brace puts what it closes in order, for those who asked for that",
      async run(window) {
        const { page } = window;
        await writeText(window, ".vscode/settings.json", '{ "editor.formatOnType": true }\n');
        await openMarked(window, "small.lwnet", network);
        // Typed as it is: brackets of the editor's own would close what the brace is to close.
        await page.keyboard.insertText("residual{conv( 64,kernel:3 )");
        await until("the line to be put in order", async () => {
          await page.keyboard.type("}");
          const inOrder = await succeeds(waitForText(page, "  residual { conv(64, kernel: 3) }", 1000));
          // The window takes a while to read its settings anew.
          if (!inOrder) await page.keyboard.press("Backspace");
          return inOrder;
        });
      },
    },
  ],
};

/** Types over the place that is chosen and goes to the next. */
async function typeOver(page: Page, text: string): Promise<void> {
  await page.keyboard.insertText(text);
  await page.keyboard.press("Tab");
}
