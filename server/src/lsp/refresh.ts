/** Has the client ask again for what it shows: something changed that it has no way to know of. */
import * as lsp from "vscode-languageserver";

export function refreshClient(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  const { inlayHint, codeLens, diagnostics, semanticTokens } = client.workspace ?? {};
  // A client that does not answer is no fault of ours.
  const ask = (method: string) => void connection.sendRequest(method).catch(() => undefined);
  if (inlayHint?.refreshSupport) ask(lsp.InlayHintRefreshRequest.method);
  if (codeLens?.refreshSupport) ask(lsp.CodeLensRefreshRequest.method);
  if (diagnostics?.refreshSupport) ask(lsp.DiagnosticRefreshRequest.method);
  if (semanticTokens?.refreshSupport) ask(lsp.SemanticTokensRefreshRequest.method);
}
