/** The lwnet file that the user means where none has the focus, as in the walkthrough: the one that had it last. */
import { type Disposable, type TextDocument, type TextEditor, window } from "vscode";

let last: TextDocument | undefined;

/** Undefined when no lwnet file is open. */
export function currentDocument(): TextDocument | undefined {
  remember(window.activeTextEditor);
  const visible = window.visibleTextEditors.find(({ document }) => document.languageId === "lwnet");
  return last && !last.isClosed ? last : visible?.document;
}

export function lastDocument(): Disposable {
  remember(window.activeTextEditor);
  return window.onDidChangeActiveTextEditor(remember);
}

function remember(editor: TextEditor | undefined): void {
  if (editor?.document.languageId === "lwnet") last = editor.document;
}
