/**
 * The UI suite: what a user sees and does, in a real window. lwnet is installed as a user would have it: from the work
 * tree, or from the packed .vsix that LWNET_E2E_VSIX names. Arguments: part of a scenario's or a topic's name, to run
 * only those.
 */
import { join, resolve } from "node:path";
import { type Browser, openBrowser } from "./browser.ts";
import { findHost } from "./host.ts";
import { pictureSettings } from "./pictures.ts";
import { outFolder, projectFolder } from "./project.ts";
import { runScenarios, tellResult, withSecondAttempt } from "./scenarios.ts";
import { startServer } from "./server.ts";
import { exitOnSignals } from "./temporary.ts";
import { inTheBrowser } from "./ui/browser.ts";
import { changing } from "./ui/changing.ts";
import { checks } from "./ui/checks.ts";
import { costs } from "./ui/costs.ts";
import { errorsAndFixes } from "./ui/errorsAndFixes.ts";
import { exportAndRun } from "./ui/exportAndRun.ts";
import { gettingStarted } from "./ui/gettingStarted.ts";
import { graph } from "./ui/graph.ts";
import { languageServer } from "./ui/languageServer.ts";
import { movingAround } from "./ui/movingAround.ts";
import { restricted } from "./ui/restricted.ts";
import { runTroubles } from "./ui/runTroubles.ts";
import { selecting } from "./ui/selecting.ts";
import { shapesAndCosts } from "./ui/shapesAndCosts.ts";
import { times } from "./ui/times.ts";
import type { HostVariant, Topic } from "./ui/topic.ts";
import { writing } from "./ui/writing.ts";
import { installWebExtension } from "./webExtension.ts";
import { sharedWindow } from "./windows.ts";

const topics: readonly Topic[] = [
  gettingStarted,
  shapesAndCosts,
  costs,
  graph,
  writing,
  movingAround,
  changing,
  selecting,
  errorsAndFixes,
  checks,
  exportAndRun,
  runTroubles,
  times,
  languageServer,
  restricted,
  inTheBrowser,
];

const usual: HostVariant = { name: "usual" };

/** Tall, since an editor renders only what is in sight. */
const screen = { width: 1280, height: 1400, scale: 1 };

const only = process.argv[2] ?? "";
const chosen = topics
  .map((topic) => ({
    ...topic,
    scenarios: topic.scenarios.filter(({ name }) => name.includes(only) || topic.name.includes(only)),
  }))
  .filter(({ scenarios }) => scenarios.length > 0);

exitOnSignals();
const browser = await openBrowser(screen);
const results = { passed: 0, failed: 0 };
try {
  for (const variant of new Set(chosen.map(({ host = usual }) => host))) {
    const group = chosen.filter(({ host = usual }) => host === variant);
    await runTopics(browser, variant, group);
  }
} finally {
  await browser.close();
}
const passed = tellResult(results);
if (browser.refused.length > 0) console.log("asked for outside addresses:", browser.refused);
process.exitCode = passed && browser.refused.length === 0 ? 0 : 1;

async function runTopics({ context }: Browser, variant: HostVariant, group: readonly Topic[]): Promise<void> {
  const { name, settings, workspaceTrust, web } = variant;
  const server = await startServer({
    host: findHost(),
    logFile: join(outFolder, `ui-server-${name}.log`),
    ...(web ? {} : { extension: resolve(process.env.LWNET_E2E_VSIX || projectFolder) }),
    // An emulated GPU would take minutes.
    settings: { "lwnet.run.device": "cpu", "lwnet.run.repeats": 3, ...pictureSettings, ...settings },
    ...(workspaceTrust === undefined ? {} : { workspaceTrust }),
  });
  try {
    if (web) await installWebExtension({ context, port: server.port });
    for (const { name, scenarios } of group) {
      console.log(`── ${name}`);
      const window = sharedWindow({ context, port: server.port });
      const { passed, failed } = await runScenarios(scenarios, withSecondAttempt(window.withStage));
      await window.close();
      results.passed += passed;
      results.failed += failed;
    }
  } finally {
    await server.stop();
  }
}
