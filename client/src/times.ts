/**
 * Measured times at the ends of lines, after a run: `0.42 ms · 11%`. Those from before an edit are dim and say so. The
 * server knows which line has which; this file only draws them.
 */
import {
  type DecorationOptions,
  Disposable,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  window,
} from "vscode";
import type { TimeLine } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { drawLines } from "./lineDecorations.ts";

interface Looks {
  readonly fresh: TextEditorDecorationType;
  readonly stale: TextEditorDecorationType;
}

export function times(ctx: ClientContext): Disposable {
  const { server, history } = ctx;
  const looks: Looks = { fresh: figure("figure"), stale: figure("stale") };
  const drawn = drawLines<TimeLine>(ctx, {
    types: [looks.fresh, looks.stale],
    settings: ["lwnet.times"],
    async linesOf({ document }) {
      if (server.state() !== "running") return undefined;
      return (await server.request("lwnet/times", { uri: document.uri.toString() })).lines;
    },
    draw: (editor, lines) => draw(editor, looks, lines),
  });

  /** A server that has just started knows of no runs. */
  const give = async () => {
    if (server.state() === "running") await server.notify("lwnet/runs", { runs: history.shown() });
    drawn.soon();
  };

  return Disposable.from(drawn, history.onChange(give), server.onStateChange(give));
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
