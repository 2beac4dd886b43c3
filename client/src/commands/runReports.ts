/** `lwnet.showRunReport` and `lwnet.compareRuns`: the report of a network's runs, and two of them side by side. */
import { commands, type Uri, window } from "vscode";
import type { RunRecord } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { currentDocument } from "../lastDocument.ts";

/** Which network is meant; unless given the one at the cursor, or the one that was run last. */
export interface ReportArgument {
  readonly uri?: Uri | string;
  readonly network?: string;
}

export async function showRunReport(ctx: ClientContext, argument?: ReportArgument): Promise<void> {
  const { uri, result } = await chooseRun(ctx, argument);
  ctx.report.show({ uri, network: result.network, shown: undefined, against: undefined });
}

export async function compareRuns(ctx: ClientContext, argument?: ReportArgument): Promise<void> {
  const { uri, result } = await chooseRun(ctx, argument);
  const { network } = result;
  const runs = ctx.history.of(uri, network);
  if (runs.length < 2) throw new Error(`${network} was run once only: run it again to compare.`);
  const shown = await pick(runs, `Which run of ${network}?`);
  if (!shown) return;
  const others = runs.filter((run) => run !== shown);
  const against = others.length === 1 ? others[0] : await pick(others, "Compare it with which?");
  if (!against) return;
  ctx.report.show({ uri, network, shown: shown.result.ranAt, against: against.result.ranAt });
}

async function chooseRun(ctx: ClientContext, argument?: ReportArgument): Promise<RunRecord> {
  const { history, server } = ctx;
  const active = window.activeTextEditor;
  const uri = argument?.uri?.toString() ?? currentDocument()?.uri.toString();
  const at = active && active.document.uri.toString() === uri ? active.selection.active : undefined;
  const network =
    argument?.network ??
    (uri === undefined
      ? undefined
      : await server
          .request("lwnet/totals", {
            uri,
            position: { line: at?.line ?? 0, character: at?.character ?? 0 },
          })
          .then(
            (totals) => totals?.network,
            () => undefined,
          ));
  const inFile = history.all().filter((run) => run.uri === uri);
  const found = inFile.find(({ result }) => result.network === network) ?? inFile[0] ?? history.all()[0];
  if (!found) throw new Error("No network was run yet: take Export and Run first.");
  return found;
}

async function pick(runs: readonly RunRecord[], placeHolder: string): Promise<RunRecord | undefined> {
  const items = runs.map((run) => {
    const { ranAt, latencyMs, device } = run.result;
    const label = `${latencyMs.median.toPrecision(3)} ms`;
    return { label, description: `${device.name} · ${new Date(ranAt).toLocaleString()}`, run };
  });
  const picked = await window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked?.run;
}

/** For the report's button. */
export function runAgain(uri: string, network: string): unknown {
  return commands.executeCommand("lwnet.exportAndRun", { uri, network }).then(undefined, (error: unknown) => {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  });
}
