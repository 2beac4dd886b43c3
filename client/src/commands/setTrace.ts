/** `lwnet.setTrace`: how much of what the editor and the language server say to each other is logged. */
import { ConfigurationTarget, type QuickPickItem, window, workspace } from "vscode";
import type { ClientContext } from "../activate.ts";

type Trace = "off" | "messages" | "verbose";

const choices: readonly (QuickPickItem & { readonly trace: Trace })[] = [
  { trace: "off", label: "Off", description: "warnings and errors only" },
  { trace: "messages", label: "Messages", description: "which messages go to and fro" },
  { trace: "verbose", label: "Verbose", description: "what is in them" },
];

export async function setTrace({ server }: ClientContext): Promise<Trace | undefined> {
  const settings = workspace.getConfiguration("lwnet.trace");
  const now = settings.get("server", "off");
  const items = choices.map((choice) =>
    choice.trace === now ? { ...choice, detail: "as it is now" } : choice,
  );
  const picked = await window.showQuickPick(items, { title: "Trace the lwnet language server" });
  if (!picked) return undefined;
  await settings.update("server", picked.trace, ConfigurationTarget.Global);
  if (picked.trace !== "off") server.showLog();
  return picked.trace;
}
