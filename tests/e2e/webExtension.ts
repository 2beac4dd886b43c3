/**
 * Installs lwnet as a web extension. Its files have an address, as on vscode.dev, which no server answers: the browser is
 * handed them from the work tree.
 */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { projectFolder } from "./project.ts";
import { until } from "./until.ts";
import { inFreshWindow, type WindowPlace } from "./windows.ts";
import { answer, runCommand } from "./workbench.ts";

const origin = "https://lwnet.test";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".cjs": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** For all windows of the browser from then on. */
export async function installWebExtension(place: WindowPlace): Promise<void> {
  const asked = await serveExtension(place.context);
  await inFreshWindow(place, "install the web extension", async ({ page }) => {
    await runCommand(page, "Developer: Install Extension from Location...");
    await answer(page, origin);
    await until("the extension to be fetched", () => asked.some((path) => path.includes("server.web.js")));
  });
}

/** The paths that were asked for, as they come. */
async function serveExtension(context: BrowserContext): Promise<readonly string[]> {
  const asked: string[] = [];
  await context.route(`${origin}/**`, async (route) => {
    const path = decodeURIComponent(new URL(route.request().url()).pathname);
    asked.push(path);
    const headers = { "access-control-allow-origin": "*" };
    const body = await readFile(join(projectFolder, path)).catch(() => undefined);
    await (body
      ? route.fulfill({ body, headers, contentType: types[extname(path)] ?? "text/plain" })
      : route.fulfill({ status: 404, headers }));
  });
  return asked;
}
