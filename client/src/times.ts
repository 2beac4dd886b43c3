/**
 * Measured times at the ends of lines, after a run: `0.42 ms · 11%`. Those from before an edit are dim and say so. The
 * server knows which line has which; this file only draws them.
 */
import {
  type DecorationOptions,
  type Disposable,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import type { TimeLine } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { debounced } from "./debounced.ts";

const delayMs = 150;

interface Looks {
  readonly fresh: TextEditorDecorationType;
  readonly stale: TextEditorDecorationType;
}

export function times({ server, history, redraw }: ClientContext): Disposable {
  const looks: Looks = { fresh: figure("figure"), stale: figure("stale") };

  const update = debounced(delayMs, async (isCurrent) => {
    const editors = window.visibleTextEditors.filter(({ document }) => document.languageId === "lwnet");
    await Promise.all(
      editors.map(async (editor) => {
        const lines = await linesOf(editor);
        if (isCurrent() && lines) draw(editor, looks, lines);
      }),
    );
  });

  /** Undefined where the server can't tell now: what is drawn stays then. */
  const linesOf = async (editor: TextEditor): Promise<readonly TimeLine[] | undefined> => {
    if (server.state() !== "running") return undefined;
    try {
      return (await server.request("lwnet/times", { uri: editor.document.uri.toString() })).lines;
    } catch {
      return undefined;
    }
  };

  /** A server that has just started knows of no runs. */
  const give = async () => {
    if (server.state() === "running") await server.notify("lwnet/runs", { runs: history.shown() });
    update.soon();
  };

  const listening = [
    window.onDidChangeVisibleTextEditors(update.soon),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "lwnet") update.soon();
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("lwnet.times")) update.soon();
    }),
    history.onChange(give),
    redraw.event(update.soon),
    server.onStateChange(give),
  ];
  return {
    dispose() {
      update.dispose();
      for (const each of [...listening, looks.fresh, looks.stale]) each.dispose();
    },
  };
}

function figure(name: "figure" | "stale"): TextEditorDecorationType {
  const color = new ThemeColor(`lwnet.times.${name}`);
  const style = name === "stale" ? { fontStyle: "italic" } : {};
  return window.createTextEditorDecorationType({ after: { color, margin: "0 0 0 1.5em", ...style } });
}

function draw(editor: TextEditor, looks: Looks, lines: readonly TimeLine[]): void {
  const options = (stale: boolean) =>
    lines.flatMap((each): DecorationOptions[] => {
      // The text may have lost lines since it was asked about.
      if (each.stale !== stale || each.line >= editor.document.lineCount) return [];
      const { end } = editor.document.lineAt(each.line).range;
      const contentText = stale ? `was ${each.text}` : each.text;
      return [
        {
          range: new Range(end, end),
          hoverMessage: each.description,
          renderOptions: { after: { contentText } },
        },
      ];
    });
  editor.setDecorations(looks.fresh, options(false));
  editor.setDecorations(looks.stale, options(true));
}
