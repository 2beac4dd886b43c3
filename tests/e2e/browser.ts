/** Opens a headless Chromium that can reach nothing but this machine, and remembers what the page asked for elsewhere. */
import { type BrowserContext, chromium } from "playwright-core";

export interface Browser {
  readonly context: BrowserContext;
  /** Addresses outside of this machine that were asked for, and refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
}

const local = ["127.0.0.1", "localhost"];

export async function openBrowser(screen: Screen): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.LWNET_E2E_CHROMIUM || "/usr/bin/chromium",
    args: [
      // The sandbox needs rights that a container seldom grants; the page shown is our own.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      `--host-resolver-rules=MAP * ~NOTFOUND , ${local.map((name) => `EXCLUDE ${name}`).join(" , ")}`,
    ],
  });
  const { width, height, scale } = screen;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const refused: string[] = [];
  await context.route(
    (url) => !local.includes(url.hostname) && url.protocol.startsWith("http"),
    (route) => {
      refused.push(route.request().url());
      return route.abort();
    },
  );
  return { context, refused, close: () => browser.close() };
}
