/** The graph view: opening it, and its page, which is two frames deep. */
import type { FrameLocator, Page } from "playwright-core";
import { runCommand } from "./workbench.ts";

/** Draws the network of the active editor, which has to be this one. */
export async function showGraph(page: Page, network: string): Promise<FrameLocator> {
  await runCommand(page, "lwnet: Show Graph");
  const frame = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  const title = frame.locator("#paper title", { hasText: network }).first();
  await title.waitFor({ state: "attached", timeout: 60_000 });
  return frame;
}
