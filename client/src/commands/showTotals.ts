/** `lwnet.showTotals`: every figure of a network in a picker, with what can be done with the network below. */
import { commands, env, type QuickPickItem, QuickPickItemKind, type Uri, window } from "vscode";
import type { TotalsResult } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { currentDocument } from "../lastDocument.ts";

/** Which network is meant; the one at the cursor unless given. */
export interface TotalsArgument {
  readonly uri?: Uri | string;
  readonly network?: string;
}

export async function showTotals(
  { server, inBrowser }: ClientContext,
  argument?: TotalsArgument,
): Promise<TotalsResult | undefined> {
  const active = window.activeTextEditor;
  const uri = argument?.uri?.toString() ?? currentDocument()?.uri.toString();
  if (uri === undefined) throw new Error("Open a .lwnet file first.");
  const network = argument?.network;
  const where =
    network === undefined
      ? { position: active?.document.uri.toString() === uri ? active.selection.active : start }
      : { network };
  const totals = await server.request("lwnet/totals", { uri, ...where });
  if (!totals) throw new Error("This file has no network whose totals are known.");
  void offer(uri, totals, inBrowser);
  return totals;
}

const start = { line: 0, character: 0 };

interface FigureItem extends QuickPickItem {
  readonly run: () => Thenable<unknown> | undefined;
}

async function offer(uri: string, { network, figures }: TotalsResult, inBrowser: boolean): Promise<void> {
  const argument = { uri, network };
  const actions: FigureItem[] = [
    { label: "", kind: QuickPickItemKind.Separator, run: () => undefined },
    { label: "$(play) Run", run: () => commands.executeCommand("lwnet.exportAndRun", argument) },
    { label: "$(export) Export…", run: () => commands.executeCommand("lwnet.exportModel", argument) },
  ];
  const picked = await window.showQuickPick<FigureItem>(
    [
      ...figures.map(([name, value]) => ({
        label: name,
        description: value,
        run: () => env.clipboard.writeText(value),
      })),
      ...(inBrowser ? [] : actions),
    ],
    { title: network, placeHolder: "Enter copies a figure", matchOnDescription: true },
  );
  try {
    await picked?.run();
  } catch (error) {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
