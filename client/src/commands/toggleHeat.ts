/** `lwnet.toggleHeat`: the tint of lines by their cost, off or by the metric that was shown last. */
import { window, workspace } from "vscode";
import type { ClientContext } from "../activate.ts";
import { type HeatSetting, heatSetting } from "../heat.ts";
import { targetOf } from "./settings.ts";

const lastMetric = "lastHeatMetric";

/** Answers what is shown now. */
export async function toggleHeat({ extension }: ClientContext): Promise<HeatSetting> {
  const editor = window.activeTextEditor;
  const settings = workspace.getConfiguration("lwnet.heat", editor?.document);
  const before = heatSetting(editor);
  if (before !== "off") await extension.globalState.update(lastMetric, before);
  const now = before === "off" ? extension.globalState.get<HeatSetting>(lastMetric, "macs") : "off";
  await settings.update("metric", now, targetOf(settings.inspect("metric")));
  return now;
}
