/** `lwnet.openWalkthrough`: lwnet in six steps, in VS Code's own guide. */
import { commands } from "vscode";
import type { ClientContext } from "../activate.ts";

export async function openWalkthrough({ extension }: ClientContext): Promise<void> {
  await commands.executeCommand("workbench.action.openWalkthrough", `${extension.extension.id}#start`, false);
}
