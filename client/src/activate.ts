/**
 * Activation that every host shares: a table of features, each of which registers what it needs. An entry point
 * hands in the server that it knows how to start.
 */
import {
  commands,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type OutputChannel,
  Uri,
  window,
} from "vscode";
import { bench } from "./commands/bench.ts";
import { clearTimes } from "./commands/clearTimes.ts";
import { exportAndRun } from "./commands/exportAndRun.ts";
import { exportModel } from "./commands/exportModel.ts";
import { chooseInstance, showAllInstances } from "./commands/instance.ts";
import { TrustError } from "./commands/network.ts";
import { newFile } from "./commands/newFile.ts";
import { openExample } from "./commands/openExample.ts";
import { openWalkthrough } from "./commands/openWalkthrough.ts";
import { rename } from "./commands/rename.ts";
import { restart } from "./commands/restart.ts";
import { compareRuns, runAgain, showRunReport } from "./commands/runReports.ts";
import { runWith } from "./commands/runWith.ts";
import { setTrace } from "./commands/setTrace.ts";
import { showFixes } from "./commands/showFixes.ts";
import { showTotals } from "./commands/showTotals.ts";
import { toggleHeat } from "./commands/toggleHeat.ts";
import { toggleHints } from "./commands/toggleHints.ts";
import { showGraph } from "./graphView.ts";
import { heat } from "./heat.ts";
import type { ExtensionHost } from "./host.ts";
import { languageClient } from "./languageClient.ts";
import { lastDocument } from "./lastDocument.ts";
import { type RunReport, runReport } from "./report/panel.ts";
import { type RunHistory, runHistory } from "./runHistory.ts";
import { type Server, server } from "./server.ts";
import { statusItem } from "./status.ts";
import { stdDocuments } from "./stdDocuments.ts";
import { testing } from "./testing.ts";
import { times } from "./times.ts";
import { totalsItem } from "./totalsItem.ts";
import { walkthrough } from "./walkthrough.ts";

/** What commands and features work with. */
export interface ClientContext {
  readonly extension: ExtensionContext;
  readonly server: Server;
  /** The channel `lwnet`, where results are written. */
  readonly output: OutputChannel;
  readonly history: RunHistory;
  readonly report: RunReport;
  /** Fires when what editors show may have changed, though no text has. */
  readonly redraw: EventEmitter<void>;
  /** There is neither a disk nor a process in a browser. */
  readonly inBrowser: boolean;
}

interface FeatureRow {
  readonly name: string;
  readonly activate: (ctx: ClientContext) => Disposable;
}

const features: readonly FeatureRow[] = [
  { name: "status", activate: statusItem },
  { name: "std", activate: stdDocuments },
  { name: "totals", activate: totalsItem },
  { name: "heat", activate: heat },
  { name: "times", activate: times },
  { name: "last document", activate: lastDocument },
  { name: "walkthrough", activate: walkthrough },
  command("lwnet.newFile", newFile),
  command("lwnet.openExample", openExample),
  command("lwnet.openWalkthrough", openWalkthrough),
  { name: "testing", activate: testing },
  command("lwnet.exportAndRun", exportAndRun),
  command("lwnet.runWith", runWith),
  command("lwnet.bench", bench),
  command("lwnet.exportModel", exportModel),
  command("lwnet.clearTimes", clearTimes),
  command("lwnet.showRunReport", showRunReport),
  command("lwnet.compareRuns", compareRuns),
  command("lwnet.showTotals", showTotals),
  command("lwnet.showGraph", showGraph),
  command("lwnet.chooseInstance", chooseInstance),
  command("lwnet.showAllInstances", showAllInstances),
  command("lwnet.toggleHints", toggleHints),
  command("lwnet.toggleHeat", toggleHeat),
  command("lwnet.rename", rename),
  command("lwnet.showFixes", showFixes),
  command("lwnet.restartServer", restart),
  command("lwnet.setTrace", setTrace),
  command("lwnet.showOutput", async (ctx) => ctx.output.show(true)),
  command("lwnet.showLog", async (ctx) => ctx.server.showLog()),
];

let running: Server | undefined;

export async function activateShared(extension: ExtensionContext, host: ExtensionHost): Promise<void> {
  const { inBrowser } = host;
  // Menus hide what can't be done.
  void commands.executeCommand("setContext", "lwnet.inBrowser", inBrowser);
  const output = window.createOutputChannel("lwnet");
  const { client, prepare } = languageClient(extension, host);
  running = server(client, prepare);
  const history = runHistory(extension);
  const redraw = new EventEmitter<void>();
  const parts = { extension, server: running, output, history, redraw, inBrowser };
  const report = runReport(parts, runAgain);
  const ctx: ClientContext = { ...parts, report };
  extension.subscriptions.push(
    output,
    history,
    redraw,
    report,
    ...features.map(({ activate }) => activate(ctx)),
  );
  void history.load();
  // Not thrown: the commands must stay, the one that restarts the server among them.
  await running.start().catch((error: unknown) => {
    void window.showErrorMessage(`The lwnet language server did not start: ${messageOf(error)}`);
  });
}

export async function deactivateShared(): Promise<void> {
  await running?.stop();
}

/**
 * A command row. Menus hand in the file's URI, tests and other extensions an argument of the command's own: they
 * get a failure as one, a user gets a message.
 */
function command<A extends object, R>(
  id: string,
  run: (ctx: ClientContext, argument?: A | { readonly uri: Uri }) => Promise<R>,
): FeatureRow {
  return {
    name: id,
    activate: (ctx) =>
      commands.registerCommand(id, async (argument?: A | Uri) => {
        try {
          return await run(ctx, argument instanceof Uri ? { uri: argument } : argument);
        } catch (error) {
          if (argument !== undefined && !(argument instanceof Uri)) throw error;
          void tellError(error);
          return undefined;
        }
      }),
  };
}

async function tellError(error: unknown): Promise<void> {
  const manage = "Manage Workspace Trust";
  const actions = error instanceof TrustError ? [manage] : [];
  const chosen = await window.showErrorMessage(messageOf(error), ...actions);
  if (chosen === manage) await commands.executeCommand("workbench.trust.manage");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
