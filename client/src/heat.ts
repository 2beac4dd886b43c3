/**
 * Heat: the share of each line in the cost of the network under the cursor, as a tint of the line (a bar in high
 * contrast themes), a mark in the overview ruler and, where it is large, a figure.
 */
import {
  type DecorationOptions,
  Disposable,
  OverviewRulerLane,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import type { HeatLine, HeatMetric } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { drawLines } from "./lineDecorations.ts";

/** From which share on a line has each level; a level's colour and bar are in the manifest and below. */
const levels = [0.005, 0.02, 0.06, 0.15, 0.35];
/** From which share on the figure is written beside the line. */
const figureFrom = 0.05;

/** The level from which on a line has a mark in the overview ruler. */
const rulerFrom = 3;

export type HeatSetting = HeatMetric | "off";

export function heatSetting(editor: TextEditor | undefined): HeatSetting {
  return workspace.getConfiguration("lwnet.heat", editor?.document).get<HeatSetting>("metric", "off");
}

export function heat(ctx: ClientContext): Disposable {
  const { server, history } = ctx;
  const tints = levels.map((_, level) => tint(level));
  /** The network that each file showed last. */
  const shown = new Map<string, string>();
  const drawn = drawLines<HeatLine>(ctx, {
    types: tints,
    settings: ["lwnet.heat", "lwnet.times"],
    async linesOf(editor) {
      const metric = heatSetting(editor);
      if (metric === "off") return [];
      if (server.state() !== "running") return undefined;
      const uri = editor.document.uri.toString();
      const { line, character } = editor.selection.active;
      const prefer = shown.get(uri);
      const found = await server.request("lwnet/heat", {
        uri,
        metric,
        position: { line, character },
        ...(prefer === undefined ? {} : { prefer }),
      });
      if (found) shown.set(uri, found.network);
      return found?.lines ?? [];
    },
    draw(editor, lines) {
      // Where times stand beside the lines, they have their shares with them.
      const figures = heatSetting(editor) !== "time" || !timesAreShown(editor);
      draw(editor, { tints, figures }, lines);
    },
  });
  drawn.soon();
  return Disposable.from(
    drawn,
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (heatSetting(textEditor) !== "off") drawn.soon();
    }),
    history.onChange(drawn.soon),
    server.onStateChange(drawn.soon),
  );
}

function tint(level: number): TextEditorDecorationType {
  const color = (name: string) => new ThemeColor(`lwnet.heat.${name}`);
  return window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: color(`level${level + 1}`),
    // Only high contrast themes give it a colour: there the bar's width tells the level.
    borderStyle: "solid",
    borderWidth: `0 0 0 ${2 * level + 1}px`,
    borderColor: color("bar"),
    // The ruler is for finding what costs much in a long file.
    ...(level < rulerFrom
      ? {}
      : { overviewRulerColor: color("ruler"), overviewRulerLane: OverviewRulerLane.Right }),
    after: { color: color("figure"), margin: "0 0 0 1.5em" },
  });
}

function timesAreShown({ document }: TextEditor): boolean {
  return workspace.getConfiguration("lwnet.times", document).get("enabled", true);
}

interface Looks {
  readonly tints: readonly TextEditorDecorationType[];
  /** Whether large shares are written beside their lines. */
  readonly figures: boolean;
}

function draw(editor: TextEditor, { tints, figures }: Looks, lines: readonly HeatLine[]): void {
  const byLevel = tints.map((): DecorationOptions[] => []);
  for (const { line, share, text, description } of lines) {
    // The text may have lost lines since it was asked about.
    if (line >= editor.document.lineCount) continue;
    const level = levels.findLastIndex((from) => share >= from);
    byLevel[level]?.push({
      range: editor.document.lineAt(line).range,
      hoverMessage: description,
      ...(figures && share >= figureFrom ? { renderOptions: { after: { contentText: text } } } : {}),
    });
  }
  for (const [level, type] of tints.entries()) editor.setDecorations(type, byLevel[level] ?? []);
}
