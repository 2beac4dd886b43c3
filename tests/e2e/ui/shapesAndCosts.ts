/** Shapes and costs, where they are read. */
import { readHint, readHover, visibleHints } from "../editor.ts";
import { until } from "../until.ts";
import { openFile, runCommand } from "../workbench.ts";
import type { Topic } from "./topic.ts";

export const shapesAndCosts: Topic = {
  name: "shapes and costs",
  scenarios: [
    {
      name: "hints are visible at line ends",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
      },
    },
    {
      name: "a hover tells the receptive field",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await readHover(page, "conv", "conv(", /receptive field/i);
      },
    },
    {
      name: "toggling takes the hints away and brings them back",
      async run({ page }) {
        await openFile(page, "resnet.lwnet");
        await readHint(page, "64×56×56");
        await runCommand(page, "lwnet: Toggle Hints");
        await until("the hints to go", async () => (await visibleHints(page)).length === 0);
        await runCommand(page, "lwnet: Toggle Hints");
        await readHint(page, "64×56×56");
      },
    },
  ],
};
