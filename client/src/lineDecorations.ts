/**
 * What is drawn on lines of networks and asked of the server: anew a moment after the text, the settings or the runs have
 * changed.
 */
import { type Disposable, type TextEditor, type TextEditorDecorationType, window, workspace } from "vscode";
import type { ClientContext } from "./activate.ts";
import { debounced } from "./debounced.ts";

const delayMs = 150;

export interface LineDecorations<Line> {
  readonly types: readonly TextEditorDecorationType[];
  /** Sections of the settings that it depends on. */
  readonly settings: readonly string[];
  /** Undefined, or a failure, where the server can't tell now: what is drawn stays then. */
  readonly linesOf: (editor: TextEditor) => Promise<readonly Line[] | undefined>;
  readonly draw: (editor: TextEditor, lines: readonly Line[]) => void;
}

export interface DrawnLines extends Disposable {
  /** Draws them anew, a moment later. */
  readonly soon: () => void;
}

export function drawLines<Line>(
  { redraw }: Pick<ClientContext, "redraw">,
  { types, settings, linesOf, draw }: LineDecorations<Line>,
): DrawnLines {
  const update = debounced(delayMs, async (isCurrent) => {
    const editors = window.visibleTextEditors.filter(({ document }) => document.languageId === "lwnet");
    await Promise.all(
      editors.map(async (editor) => {
        const lines = await linesOf(editor).catch(() => undefined);
        if (isCurrent() && lines) draw(editor, lines);
      }),
    );
  });
  const listening = [
    window.onDidChangeVisibleTextEditors(update.soon),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "lwnet") update.soon();
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (settings.some((section) => change.affectsConfiguration(section))) update.soon();
    }),
    redraw.event(update.soon),
  ];
  return {
    soon: update.soon,
    dispose() {
      update.dispose();
      for (const each of [...listening, ...types]) each.dispose();
    },
  };
}
