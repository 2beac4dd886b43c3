/** Ticks off the steps of the walkthrough that are no commands: an error was seen, and it was mended. */
import { commands, DiagnosticSeverity, Disposable, languages } from "vscode";
import { currentDocument } from "./lastDocument.ts";

export function walkthrough(): Disposable {
  let broken = false;
  const listening = languages.onDidChangeDiagnostics(({ uris }) => {
    const document = currentDocument();
    if (!document || !uris.some((uri) => uri.toString() === document.uri.toString())) return;
    const errors = languages
      .getDiagnostics(document.uri)
      .some(({ source, severity }) => source === "lwnet" && severity === DiagnosticSeverity.Error);
    if (errors === broken) return;
    tick(errors ? "lwnet.broken" : "lwnet.repaired");
    broken = errors;
  });
  return Disposable.from(listening);
}

function tick(key: string): void {
  void commands.executeCommand("setContext", key, true);
}
