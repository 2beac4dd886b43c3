/** Has the client ask again for what it shows: something changed that it has no way to know of. */
import * as lsp from "vscode-languageserver";

export function refreshClient(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  const { diagnostics, semanticTokens } = client.workspace ?? {};
  const ask = asker(connection);
  refreshShown(connection, client);
  if (diagnostics?.refreshSupport) ask(lsp.DiagnosticRefreshRequest.method);
  if (semanticTokens?.refreshSupport) ask(lsp.SemanticTokensRefreshRequest.method);
}

/** What is shown of shapes and costs alone. */
export function refreshShown(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  if (client.workspace?.inlayHint?.refreshSupport) asker(connection)(lsp.InlayHintRefreshRequest.method);
  refreshLenses(connection, client);
}

/** Only the lenses: they tell of runs, and of how long ago those were. */
export function refreshLenses(connection: lsp.Connection, client: lsp.ClientCapabilities): void {
  if (client.workspace?.codeLens?.refreshSupport) asker(connection)(lsp.CodeLensRefreshRequest.method);
}

/** A client that does not answer is no fault of ours. */
function asker(connection: lsp.Connection) {
  return (method: string) => void connection.sendRequest(method).catch(() => undefined);
}

/** Not at each keystroke. */
const quietMs = 300;

/** A text was changed of which other open files show something: they are drawn anew once typing pauses. */
export function refreshOthers(refresh: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => clearTimeout(timer);
  return {
    cancel,
    schedule() {
      cancel();
      timer = setTimeout(refresh, quietMs);
    },
  };
}
