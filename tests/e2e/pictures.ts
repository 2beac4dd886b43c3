/**
 * Pictures of what a scenario shows, for someone to look at: LWNET_E2E_PICTURES=light, dark or contrast stores
 * them in out/e2e/pictures. Without it nothing is stored.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { lensesAreShown } from "./inPage.ts";
import { outFolder } from "./project.ts";
import { succeeds, until } from "./until.ts";

const themes: Readonly<Record<string, string>> = {
  light: "Light Modern",
  dark: "Dark Modern",
  contrast: "Default High Contrast",
};
const shade = process.env.LWNET_E2E_PICTURES || undefined;
const theme = shade === undefined ? undefined : themes[shade];
if (shade !== undefined && theme === undefined) {
  throw new Error(`LWNET_E2E_PICTURES is "${shade}", not one of ${Object.keys(themes).join(", ")}`);
}

/** What the host is to be set to. */
export const pictureSettings = theme === undefined ? {} : { "workbench.colorTheme": theme };

/** Stores the window as it is, if pictures are asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (shade === undefined) return;
  const folder = join(outFolder, "pictures");
  await mkdir(folder, { recursive: true });
  // A hasty picture is better than none.
  await succeeds(until("all lenses to be shown", () => page.evaluate(lensesAreShown), 3000));
  await page.screenshot({ path: join(folder, `${name}-${shade}.png`), animations: "disabled" });
}
