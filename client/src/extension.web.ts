/** Browser entry point: the language server is a web worker, spoken to by messages. */
import { type ExtensionContext, Uri } from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import { activateShared, deactivateShared } from "./activate.ts";

export function activate(context: ExtensionContext): Promise<void> {
  const script = Uri.joinPath(context.extensionUri, "dist", "server.web.js").toString(true);
  let worker: Worker | undefined;
  return activateShared(context, {
    inBrowser: true,
    createClient: (options) =>
      new LanguageClient(
        "lwnet",
        "lwnet Language Server",
        async () => {
          // A restart is a fresh one.
          worker?.terminate();
          worker = new Worker(script);
          // VS Code's own kind of Worker is none by name, so that the client would not know it.
          return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
        },
        options,
      ),
  });
}

export function deactivate(): Promise<void> {
  return deactivateShared();
}
