/** Desktop entry point: the language server is a Node process, spoken to over IPC. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { activateShared, deactivateShared } from "./activate.ts";

export function activate(context: ExtensionContext): Promise<void> {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
  const start = { module, transport: TransportKind.ipc };
  return activateShared(context, {
    inBrowser: false,
    createClient: (options) =>
      new LanguageClient("lwnet", "lwnet Language Server", { run: start, debug: start }, options),
  });
}

export function deactivate(): Promise<void> {
  return deactivateShared();
}
