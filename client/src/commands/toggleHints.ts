/** `lwnet.toggleHints`: hints at the ends of lines, on or off, where the setting is already decided. */
import { window, workspace } from "vscode";
import type { ClientContext } from "../activate.ts";
import { targetOf } from "./settings.ts";

/** Answers whether the hints are on now. */
export async function toggleHints(_ctx: ClientContext): Promise<boolean> {
  const resource = window.activeTextEditor?.document;
  const settings = workspace.getConfiguration("lwnet.hints", resource);
  const on = !settings.get("enabled", true);
  await settings.update("enabled", on, targetOf(settings.inspect("enabled")));
  const editorHints = workspace.getConfiguration("editor", resource).get("inlayHints.enabled");
  if (on && editorHints === "off") {
    void window.showWarningMessage(
      "The setting editor.inlayHints.enabled is off, so that no hints are shown.",
    );
  }
  return on;
}
