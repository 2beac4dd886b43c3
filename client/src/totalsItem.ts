/** The status bar item: what the network under the cursor costs, with all figures one click away. */
import {
  type Disposable,
  MarkdownString,
  StatusBarAlignment,
  type TextEditor,
  window,
  workspace,
} from "vscode";
import type { TotalsResult } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { debounced } from "./debounced.ts";

/** Typing and moving are not followed key by key. */
const delayMs = 150;

export function totalsItem({ server }: ClientContext): Disposable {
  const item = window.createStatusBarItem("lwnet.totals", StatusBarAlignment.Right, 100);
  item.name = "lwnet Totals";
  item.command = "lwnet.showTotals";

  const update = debounced(delayMs, async (isCurrent) => {
    const editor = window.activeTextEditor;
    const totals = editor && (await totalsAt(editor));
    if (!isCurrent()) return;
    if (totals) show(totals);
    else item.hide();
  });

  const totalsAt = async ({ document, selection }: TextEditor) => {
    if (document.languageId !== "lwnet" || server.state() !== "running") return undefined;
    const { line, character } = selection.active;
    const params = { uri: document.uri.toString(), position: { line, character } };
    // A file that the server does not know yet is asked about again when it does.
    return server.request("lwnet/totals", params).catch(() => undefined);
  };

  const show = ({ network, brief, figures }: TotalsResult) => {
    item.text = `$(layers) ${network}: ${brief}`;
    item.tooltip = new MarkdownString(
      [
        `**${network}**`,
        "",
        "| | |",
        "| --- | --- |",
        ...figures.map(([name, value]) => `| ${name} | ${value} |`),
      ].join("\n"),
    );
    item.accessibilityInformation = { label: `${network}: ${brief}` };
    item.show();
  };

  const listening = [
    window.onDidChangeActiveTextEditor(update.soon),
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === window.activeTextEditor) update.soon();
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "lwnet") update.soon();
    }),
    server.onStateChange(update.soon),
  ];
  update.soon();
  return {
    dispose() {
      update.dispose();
      for (const each of listening) each.dispose();
      item.dispose();
    },
  };
}
