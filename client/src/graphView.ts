/**
 * The graph of a network beside its text: a panel for each file. It follows the text as it is typed and the cursor, and
 * shows in the text what is chosen in it. What is drawn comes from the language server.
 */
import {
  CancellationTokenSource,
  ColorThemeKind,
  type Disposable,
  Position,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";
import type { GraphParams, GraphTheme, PositionRange } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { debounced } from "./debounced.ts";
import type { FromView, Look, ToView } from "./graphMessages.ts";
import { currentDocument } from "./lastDocument.ts";
import { webviewPage } from "./webviewPage.ts";

/** Pictures follow a pause in typing. */
const delayMs = 150;

const views = new Map<string, GraphPanel>();

/** Which network is meant; the one at the cursor unless given. */
export interface GraphArgument {
  readonly uri?: Uri | string;
  readonly network?: string;
}

interface GraphPanel {
  readonly show: (network: string | undefined) => void;
}

/** Opens the graph beside the text, or shows the one that is there. */
export async function showGraph(ctx: ClientContext, argument?: GraphArgument): Promise<string> {
  const uri = argument?.uri?.toString() ?? currentDocument()?.uri.toString();
  if (uri === undefined) throw new Error("Open a .lwnet file first.");
  // The server only knows open files.
  await workspace.openTextDocument(Uri.parse(uri));
  const known = views.get(uri);
  if (known) known.show(argument?.network);
  else views.set(uri, createPanel(ctx, uri, argument?.network));
  return uri;
}

function createPanel(ctx: ClientContext, uri: string, network: string | undefined): GraphPanel {
  const { extension, server } = ctx;
  const folder = Uri.joinPath(extension.extensionUri, "dist");
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1));
  const panel = window.createWebviewPanel(
    "lwnet.graph",
    `Graph of ${name}`,
    { viewColumn: ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [folder] },
  );
  panel.iconPath = Uri.joinPath(extension.extensionUri, "client/media/file.svg");
  const send = (message: ToView) => void panel.webview.postMessage(message);
  let look: Look = network === undefined ? {} : { network };
  let running: CancellationTokenSource | undefined;

  const params = (): GraphParams => {
    const editor = editorOf(uri);
    const { line, character } = editor?.selection.active ?? new Position(0, 0);
    return {
      uri,
      theme: themeNow(),
      ...(look.network === undefined ? { position: { line, character } } : {}),
      ...look,
    };
  };

  const update = debounced(delayMs, async (isCurrent) => {
    if (server.state() !== "running") return;
    running?.cancel();
    const own = new CancellationTokenSource();
    running = own;
    try {
      const found = await server.request("lwnet/graph", params(), own.token);
      if (!isCurrent()) return;
      if ("problem" in found) send({ type: "problem", message: found.problem });
      else {
        look = { ...look, network: found.network };
        panel.title = `Graph of ${found.network}`;
        send({ type: "picture", picture: found, look });
        tellCursor();
      }
    } catch (error) {
      // A newer text is asked about already.
      if (isCurrent() && !own.token.isCancellationRequested)
        send({ type: "problem", message: error instanceof Error ? error.message : String(error) });
    }
  });

  const tellCursor = () => {
    const editor = window.activeTextEditor;
    if (editor?.document.languageId !== "lwnet") return;
    const { line, character } = editor.selection.active;
    send({ type: "cursor", uri: editor.document.uri.toString(), position: { line, character } });
  };

  const receive = async (message: FromView) => {
    switch (message.type) {
      case "ready":
        look = { ...message.look, ...look };
        update.soon();
        break;
      case "look":
        look = message.look;
        update.soon();
        break;
      case "shown":
        look = message.look;
        break;
      case "reveal":
        await reveal(message.uri, message.range, message.focus);
        break;
      case "export":
        await exportFigure(message.format);
        break;
      case "png":
        await save(
          "png",
          Uint8Array.from(atob(message.data), (letter) => letter.charCodeAt(0)),
        );
    }
  };

  const exportFigure = async (format: "svg" | "png") => {
    const theme = window.activeColorTheme.kind === ColorThemeKind.Dark && format === "png" ? "dark" : "paper";
    const found = await server.request("lwnet/graph", { ...params(), theme, figure: true });
    if ("problem" in found) throw new Error(found.problem);
    if (format === "png") send({ type: "figure", svg: found.svg });
    else await save("svg", new TextEncoder().encode(`${found.svg}\n`));
  };

  const save = async (extensionName: "svg" | "png", bytes: Uint8Array) => {
    const own = Uri.parse(uri);
    const defaultUri = Uri.joinPath(own, "..", `${look.network ?? "network"}.${extensionName}`);
    const filters = { [extensionName.toUpperCase()]: [extensionName] };
    const target = await window.showSaveDialog({ defaultUri, filters, title: "Export the figure" });
    if (target) await workspace.fs.writeFile(target, bytes);
  };

  const listening: Disposable[] = [
    workspace.onDidChangeTextDocument(({ document }) => {
      // What it imports changes it too.
      if (document.languageId === "lwnet") update.soon();
    }),
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor.document.languageId === "lwnet") tellCursor();
    }),
    window.onDidChangeActiveColorTheme(update.soon),
    server.onStateChange(update.soon),
    panel.webview.onDidReceiveMessage((message: FromView) => {
      receive(message).catch((error: unknown) => {
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      });
    }),
  ];
  panel.onDidDispose(() => {
    running?.cancel();
    update.dispose();
    for (const each of listening) each.dispose();
    views.delete(uri);
  });
  panel.webview.html = webviewPage(panel.webview, {
    title: "Graph",
    folder,
    script: "graph.js",
    style: "graph.css",
    policy: [`style-src ${panel.webview.cspSource} 'unsafe-inline'`, "img-src data: blob:"],
  });
  return {
    show(wanted) {
      panel.reveal(undefined, true);
      if (wanted === undefined || wanted === look.network) return;
      look = { network: wanted, ...(look.color ? { color: look.color } : {}) };
      update.soon();
    },
  };
}

function editorOf(uri: string) {
  return window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
}

function themeNow(): GraphTheme {
  switch (window.activeColorTheme.kind) {
    case ColorThemeKind.Dark:
      return "dark";
    case ColorThemeKind.HighContrast:
      return "contrastDark";
    case ColorThemeKind.HighContrastLight:
      return "contrastLight";
    default:
      return "light";
  }
}

async function reveal(uri: string, { start, end }: PositionRange, focus: boolean): Promise<void> {
  const document = await workspace.openTextDocument(Uri.parse(uri));
  const viewColumn = editorOf(uri)?.viewColumn ?? ViewColumn.One;
  const editor = await window.showTextDocument(document, { viewColumn, preserveFocus: !focus });
  const range = new Range(start.line, start.character, end.line, end.character);
  editor.selection = new Selection(range.start, range.start);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}
