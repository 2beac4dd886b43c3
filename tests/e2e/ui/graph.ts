/** The graph beside the text: opened, folded, searched, followed in both directions, exported. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { insertText, moveCursor, placeOf, waitForSquiggle } from "../editor.ts";
import { showGraph } from "../graph.ts";
import { projectFolder } from "../project.ts";
import { until } from "../until.ts";
import { openFile } from "../workbench.ts";
import type { Topic } from "./topic.ts";

const resnet = (page: Page) => openGraph(page, "resnet.lwnet", "ResNet18");

async function openGraph(page: Page, file: string, network: string): Promise<FrameLocator> {
  await openFile(page, file);
  return showGraph(page, network);
}

/** The whole text: an editor has no more than is in sight. */
const example = (name: string) => readFileSync(join(projectFolder, "examples", name), "utf8");
const node = (frame: FrameLocator, id: string) => frame.locator(`.node[data-id="${id}"]`);
const title = (frame: FrameLocator, id: string) => node(frame, id).locator("> text");

export const graph: Topic = {
  name: "graph",
  scenarios: [
    {
      name: "a network is drawn beside its text, with shapes and shortcuts",
      async run({ page }) {
        const frame = await resnet(page);
        await frame.locator(".shape", { hasText: "64×112×112" }).first().waitFor();
        await frame.locator(".edge.identity").first().waitFor({ state: "attached" });
      },
    },
    {
      name: "a box is folded and unfolded, with the pointer and with keys",
      async run({ page }) {
        const frame = await resnet(page);
        const layer = node(frame, "/layer4");
        const expanded = () => layer.getAttribute("aria-expanded");
        assert.equal(await expanded(), "true");
        await node(frame, "/layer4").locator("> .fold").click();
        await until("the box to be folded", async () => (await expanded()) === "false");
        await title(frame, "/layer4").click();
        await page.keyboard.press("Space");
        await until("the box to be open", async () => (await expanded()) === "true");
      },
    },
    {
      name: "a node that is chosen is shown in the text, and the cursor is shown in the graph",
      async run({ page }) {
        const frame = await resnet(page);
        await title(frame, "/fc").click();
        await frame.locator("#details", { hasText: "513K parameters" }).waitFor();
        await page.keyboard.press("Enter");
        await until(
          "the line of fc to be the current one",
          async () =>
            (await page.locator(".view-overlays .current-line").count()) > 0 &&
            (await page.locator(".statusbar-item", { hasText: /Ln 69,/ }).count()) > 0,
        );
        await moveCursor(page, placeOf(example("resnet.lwnet"), "maxpool:"));
        await until("the pool to be marked", async () =>
          (await node(frame, "/maxpool").getAttribute("class"))?.includes("here"),
        );
      },
    },
    {
      name: "layers are found by name",
      async run({ page }) {
        const frame = await resnet(page);
        await frame.locator("input[type=search]").fill("linear");
        await frame.locator("#matches", { hasText: "1" }).waitFor();
        assert.match((await node(frame, "/fc").getAttribute("class")) ?? "", /found/);
      },
    },
    {
      name: "the figure is exported as SVG and as PNG",
      async run({ page, folder }) {
        const frame = await resnet(page);
        for (const [format, start] of [
          ["SVG", "<svg "],
          ["PNG", "\u0089PNG"],
        ] as const) {
          await frame.locator("button", { hasText: format }).click();
          const name = `ResNet18.${format.toLowerCase()}`;
          const field = page.locator(".quick-input-widget input:visible").first();
          await until("a name to be proposed", async () => (await field.inputValue()).endsWith(name));
          await page.keyboard.press("Enter");
          await until(`${name} to be written`, async () => {
            const bytes = await readFile(join(folder, name)).catch(() => undefined);
            return bytes?.toString("latin1").startsWith(start);
          });
        }
      },
    },
    {
      name: "the graph follows what is typed, keeps what is folded, and shows errors where they are",
      async run({ page }) {
        const frame = await openGraph(page, "lenet.lwnet", "LeNet");
        const nodes = () => frame.locator(".node").count();
        const before = await nodes();
        const place = placeOf(example("lenet.lwnet"), "conv(");
        await insertText(page, place, "conv(6, kernel: 5, groups: 4) -> ");
        await waitForSquiggle(page, "error");
        await frame.locator(".node.faulty .badge").first().waitFor({ state: "attached", timeout: 20_000 });
        assert.equal(await nodes(), before + 1);
      },
    },
  ],
};
