/** Has the client ask again for what it shows: something changed that it has no way to know of. */
import * as lsp from "vscode-languageserver";

export function refreshClient(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  const { inlayHint, diagnostics, semanticTokens } = client.workspace ?? {};
  const ask = asker(connection);
  if (inlayHint?.refreshSupport) ask(lsp.InlayHintRefreshRequest.method);
  refreshLenses(connection, client);
  if (diagnostics?.refreshSupport) ask(lsp.DiagnosticRefreshRequest.method);
  if (semanticTokens?.refreshSupport) ask(lsp.SemanticTokensRefreshRequest.method);
}

/** Only the lenses: they tell of runs, and of how long ago those were. */
export function refreshLenses(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  if (client.workspace?.codeLens?.refreshSupport) asker(connection)(lsp.CodeLensRefreshRequest.method);
}

/** A client that does not answer is no fault of ours. */
function asker(connection: lsp.Connection) {
  return (method: string) => void connection.sendRequest(method).catch(() => undefined);
}
