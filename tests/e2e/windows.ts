/** Windows on a fresh copy of the examples: one of its own for each picture, one for the scenarios of a topic. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { copyExamples, outFolder, restoreExamples } from "./project.ts";
import { testKeys } from "./server.ts";
import { until } from "./until.ts";
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

interface OpenedWindow extends FreshWindow {
  readonly close: () => Promise<void>;
}

/** Opens the window, hands it to `act` and closes it again. A failure leaves a picture of it behind. */
export async function inFreshWindow(
  place: WindowPlace,
  name: string,
  act: (window: FreshWindow) => Promise<void>,
): Promise<void> {
  const window = await openFresh(place);
  try {
    await withPicture(window, name, act);
  } finally {
    await window.close();
  }
}

export interface SharedWindow {
  /** Hands the window to `act` as if it were fresh. One that a failure has left in disorder is not used again. */
  readonly withStage: (name: string, act: (window: FreshWindow) => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function sharedWindow(place: WindowPlace): SharedWindow {
  let window: OpenedWindow | undefined;
  const close = async () => {
    const closing = window;
    window = undefined;
    await closing?.close();
  };
  return {
    close,
    async withStage(name, act) {
      if (window) await empty(window).catch(close);
      window ??= await openFresh(place);
      try {
        await withPicture(window, name, act);
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

async function openFresh({ context, port, size }: WindowPlace): Promise<OpenedWindow> {
  const { folder, remove } = await copyExamples();
  const page = await openWindow(context, port, folder, size);
  return {
    page,
    folder,
    async close() {
      await page.close();
      await remove();
    },
  };
}

async function withPicture(
  window: FreshWindow,
  name: string,
  act: (window: FreshWindow) => Promise<void>,
): Promise<void> {
  try {
    await act(window);
  } catch (error) {
    await mkdir(outFolder, { recursive: true });
    const file = `FAILED ${name.replaceAll(/[^\w.,-]+/g, " ")}.png`;
    await window.page.screenshot({ path: join(outFolder, file) });
    throw error;
  }
}

/** Closes all that is open, whatever was typed there, and puts the examples back. */
async function empty({ page, folder }: FreshWindow): Promise<void> {
  await until("all editors to be closed", async () => {
    await page.keyboard.press(testKeys.emptyWindow);
    return (await page.locator(".part.editor .tab").count()) === 0;
  });
  await restoreExamples(folder);
}
