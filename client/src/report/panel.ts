/**
 * The report beside the editor: one panel, which follows the network that was run last, and the one in whose text the
 * cursor is if it has runs. The page draws what it is sent.
 */
import { type Disposable, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";
import type { RunRecord } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { debounced } from "../debounced.ts";
import { webviewPage } from "../webviewPage.ts";
import type { ExportFormat, ReportPlace, ReportRequest, ReportState } from "./messages.ts";

export interface RunReport {
  readonly show: (place: ReportPlace) => void;
  readonly dispose: () => void;
}

const viewType = "lwnet.runReport";
const delayMs = 200;

export function runReport(
  ctx: Omit<ClientContext, "report">,
  run: (uri: string, network: string) => unknown,
): RunReport {
  const { extension, history, server } = ctx;
  let panel: WebviewPanel | undefined;
  let place: ReportPlace | undefined;

  const send = () => {
    if (!panel || !place) return;
    panel.title = `${place.network} – Run`;
    void panel.webview.postMessage(stateOf(place, history.of(place.uri, place.network)));
  };

  const adopt = (made: WebviewPanel) => {
    panel = made;
    const { webview } = made;
    const folder = Uri.joinPath(extension.extensionUri, "dist");
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.html = webviewPage(webview, {
      title: "Run",
      folder,
      script: "report.js",
      style: "report.css",
      policy: [`style-src ${webview.cspSource}`, `font-src ${webview.cspSource}`],
      body: '<div id="root"></div>',
    });
    webview.onDidReceiveMessage((request: ReportRequest) => answer(request));
    made.onDidDispose(() => {
      panel = undefined;
    });
  };

  const answer = async (request: ReportRequest) => {
    if (!place) return;
    const { uri, network } = place;
    switch (request.kind) {
      case "ready":
        return send();
      case "choose":
        place = { ...place, shown: request.shown, against: request.against };
        return send();
      case "run":
        return run(uri, network);
      case "reveal":
        return reveal(uri, network, request.layer, request.line);
      case "export": {
        const record = recordAt(history.of(uri, network), place.shown);
        if (record) await save(record, request.format);
      }
    }
  };

  const reveal = async (uri: string, network: string, layer: string, line: number | undefined) => {
    const document = await workspace.openTextDocument(Uri.parse(uri));
    const found = await server.request("lwnet/layerPlace", { uri, network, layer }).catch(() => null);
    if (!found && line === undefined) return;
    const range = found
      ? new Range(
          found.range.start.line,
          found.range.start.character,
          found.range.end.line,
          found.range.end.character,
        )
      : document.lineAt(Math.min((line ?? 1) - 1, document.lineCount - 1)).range;
    const open = window.visibleTextEditors.find((editor) => editor.document === document);
    await window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? ViewColumn.One,
      selection: range,
    });
  };

  const save = async ({ result, uri }: RunRecord, format: ExportFormat) => {
    const text = await server.request("lwnet/runText", { result, format });
    const extensions = { csv: "csv", json: "json", markdown: "md" } as const;
    const name = `${result.network}-${result.ranAt.slice(0, 16).replaceAll(/[T:]/g, "-")}.${extensions[format]}`;
    const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.joinPath(Uri.parse(uri), "..");
    const target = await window.showSaveDialog({
      title: "Save the run",
      defaultUri: Uri.joinPath(folder, name),
      filters: { [format.toUpperCase()]: [extensions[format]] },
    });
    if (target) await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  };

  const follow = debounced(delayMs, async (isCurrent) => {
    const active = window.activeTextEditor;
    if (!panel?.visible || active?.document.languageId !== "lwnet" || server.state() !== "running") return;
    const uri = active.document.uri.toString();
    const { line, character } = active.selection.active;
    const prefer = place?.uri === uri ? { prefer: place.network } : {};
    const params = { uri, position: { line, character }, ...prefer };
    const totals = await server.request("lwnet/totals", params).catch(() => null);
    if (!totals || !isCurrent() || (place?.uri === uri && place.network === totals.network)) return;
    if (history.of(uri, totals.network).length === 0) return;
    place = { uri, network: totals.network, shown: undefined, against: undefined };
    send();
  });

  let last = history.all()[0];
  const listening: Disposable[] = [
    history.onChange(() => {
      const newest = history.all()[0];
      // What was just run is what is wanted; the run that it was compared with stays, of the same network.
      if (newest && newest !== last && place) {
        const { uri, result } = newest;
        const same = place.uri === uri && place.network === result.network;
        place = { uri, network: result.network, shown: undefined, against: same ? place.against : undefined };
      }
      last = newest;
      send();
    }),
    window.onDidChangeTextEditorSelection(follow.soon),
    window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(made: WebviewPanel, state: ReportPlace | undefined) {
        place = state;
        adopt(made);
      },
    }),
  ];

  return {
    show(wanted) {
      place = wanted;
      if (!panel) {
        const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
        adopt(
          window.createWebviewPanel(viewType, "Run", column, { enableScripts: true, enableFindWidget: true }),
        );
      } else {
        panel.reveal(undefined, true);
      }
      send();
    },
    dispose() {
      follow.dispose();
      panel?.dispose();
      for (const each of listening) each.dispose();
    },
  };
}

function recordAt(runs: readonly RunRecord[], ranAt: string | undefined): RunRecord | undefined {
  return runs.find(({ result }) => result.ranAt === ranAt) ?? runs[0];
}

function stateOf({ uri, network, shown, against }: ReportPlace, runs: readonly RunRecord[]): ReportState {
  const record = recordAt(runs, shown);
  const other = runs.find(({ result }) => result.ranAt === against);
  return {
    uri,
    network,
    runs: runs.map(({ result }) => ({
      ranAt: result.ranAt,
      medianMs: result.latencyMs.median,
      device: result.device.name || result.device.ran,
    })),
    shown: record?.result,
    against: other === record ? undefined : other?.result,
  };
}
