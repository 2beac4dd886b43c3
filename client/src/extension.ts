/** Desktop entry point: the language server is a Node process, spoken to over IPC. */
import { type ExtensionContext, Uri, workspace } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { activateShared, deactivateShared } from "./activate.ts";
import { server } from "./server.ts";

/** Not `git`: the old side of a comparison would list each problem twice. */
const schemes = ["file", "untitled", "vscode-vfs", "lwnet-std"];

export function activate(context: ExtensionContext): Promise<void> {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
  const start = { module, transport: TransportKind.ipc };
  const client = new LanguageClient(
    "lwnet",
    "lwnet Language Server",
    { run: start, debug: start },
    {
      documentSelector: schemes.map((scheme) => ({ scheme, language: "lwnet" })),
      // Imported files that are not open change on the disk.
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.lwnet") },
    },
  );
  context.subscriptions.push(client);
  return activateShared(context, server(client));
}

export function deactivate(): Promise<void> {
  return deactivateShared();
}
