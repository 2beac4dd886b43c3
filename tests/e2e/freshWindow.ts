/** A window of its own for each scenario and each picture, on a fresh copy of the examples. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { copyExamples, outFolder } from "./project.ts";
import { openWindow, type WindowSize } from "./workbench.ts";

export interface FreshWindow {
  readonly page: Page;
  /** The folder that the window shows, a copy of the examples. */
  readonly folder: string;
}

export interface WindowPlace {
  readonly context: BrowserContext;
  readonly port: number;
  /** The context's unless given. */
  readonly size?: WindowSize | undefined;
}

/** Opens the window, hands it to `act` and closes it again. A failure leaves a picture of it behind. */
export async function inFreshWindow(
  { context, port, size }: WindowPlace,
  name: string,
  act: (window: FreshWindow) => Promise<void>,
): Promise<void> {
  const { folder, remove } = await copyExamples();
  const page = await openWindow(context, port, folder, size);
  try {
    await act({ page, folder });
  } catch (error) {
    await mkdir(outFolder, { recursive: true });
    await page.screenshot({ path: join(outFolder, `FAILED ${name}.png`) });
    throw error;
  } finally {
    await page.close();
    await remove();
  }
}
