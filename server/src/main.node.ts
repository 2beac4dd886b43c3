/** Entry point of the language server as a Node process, spoken to over IPC or stdio as its arguments say. */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createServer } from "./lsp/server.ts";

const connection = createConnection(ProposedFeatures.all);
createServer(connection, {});
connection.listen();
