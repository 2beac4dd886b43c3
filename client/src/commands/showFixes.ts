/** `lwnet.showFixes`: goes to the first error of the file and opens the menu of its fixes, from wherever one is. */
import { commands, DiagnosticSeverity, languages, window } from "vscode";
import { currentDocument } from "../lastDocument.ts";

export async function showFixes(): Promise<void> {
  const document = currentDocument();
  if (!document) throw new Error("Open a .lwnet file first.");
  const [first] = languages
    .getDiagnostics(document.uri)
    .filter(({ source, severity }) => source === "lwnet" && severity === DiagnosticSeverity.Error)
    .sort((a, b) => a.range.start.compareTo(b.range.start));
  if (!first) throw new Error("This file has no errors.");
  const { start } = first.range;
  await window.showTextDocument(document, { selection: first.range.with(start, start) });
  await commands.executeCommand("editor.action.quickFix");
}
