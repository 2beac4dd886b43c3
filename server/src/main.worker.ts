/**
 * Entry point of the language server as a web worker, spoken to by messages. The files of the workspace are those that
 * the client gives; what needs a disk or a process is left out.
 */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from "vscode-languageserver/browser";
import { givenFiles } from "./host/given.ts";
import { createLayoutEngine } from "./host/layout.ts";
import { createServer } from "./lsp/server.ts";

/** Set by the build. */
declare const process: { readonly env: { readonly LWNET_VERSION?: string } };

const files = givenFiles();
const scope = self as DedicatedWorkerGlobalScope;
const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(scope),
  new BrowserMessageWriter(scope),
);
createServer(connection, {
  files,
  give: files.give,
  version: process.env.LWNET_VERSION,
  layout: createLayoutEngine(),
});
connection.listen();
