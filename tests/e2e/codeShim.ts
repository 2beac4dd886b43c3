#!/usr/bin/env node
/**
 * Stands where a desktop `code` binary would, for @vscode/test-electron: takes the same arguments, runs the same
 * extension tests in code-server's extension host, prints their report and ends with their exit code.
 */
import { createWriteStream } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "node:util";
import { openBrowser } from "./browser.ts";
import { findHost } from "./host.ts";
import { outFolder } from "./project.ts";
import { isReport } from "./scenarios.ts";
import { startServer } from "./server.ts";
import { exitOnSignals } from "./temporary.ts";

const timeoutMs = 300_000;

const options = process.argv.slice(2);
const valuesOf = (name: string) =>
  options.filter((option) => option.startsWith(`--${name}=`)).map((option) => option.slice(name.length + 3));
const folder = resolve(options.find((option) => !option.startsWith("-")) ?? ".");

exitOnSignals();
const server = await startServer({
  host: findHost(),
  logFile: join(outFolder, "api-server.log"),
  developmentMode: true,
});
const log = createWriteStream(join(outFolder, "api-window.log"));
try {
  process.exitCode = await runTests();
} finally {
  log.end();
  await server.stop();
}

async function runTests(): Promise<number> {
  const browser = await openBrowser({ width: 1280, height: 800, scale: 1 });
  try {
    const page = await browser.context.newPage();
    // The workbench calls these two when it is told to run tests: the first with all that it logs, the console of the
    // extension host included, the second with 0 or 1 when `run()` has settled.
    await page.exposeFunction("codeAutomationLog", (_level: string, args: unknown[]) => {
      const message = format(...args);
      log.write(`${message}\n`);
      if (isReport(message)) process.stdout.write(`${message}\n`);
    });
    const ended = new Promise<number>((resolve) => page.exposeFunction("codeAutomationExit", resolve));
    const crashed = new Promise<never>((_, reject) =>
      page.once("crash", () => reject(new Error("the page crashed"))),
    );
    const tooLate = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no result within ${timeoutMs / 1000} s`)), timeoutMs).unref();
    });
    await page.goto(address());
    return await Promise.race([ended, crashed, tooLate]);
  } finally {
    await browser.close();
  }
}

function address(): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${resolve(path)}`;
  const payload = [
    ...valuesOf("extensionDevelopmentPath").map((path) => ["extensionDevelopmentPath", remote(path)]),
    ...valuesOf("extensionTestsPath").map((path) => ["extensionTestsPath", remote(path)]),
    ["skipWelcome", "true"],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${server.port}/?${query}`;
}
