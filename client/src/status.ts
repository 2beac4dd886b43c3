/** The language status item: whether the server runs, with a restart one click away. */
import { type Disposable, LanguageStatusSeverity, languages } from "vscode";
import type { ClientContext } from "./activate.ts";
import type { ServerState } from "./server.ts";

const looks = {
  starting: { text: "lwnet", detail: "starting", severity: LanguageStatusSeverity.Information },
  running: { text: "lwnet", detail: "ready", severity: LanguageStatusSeverity.Information },
  stopped: { text: "$(error) lwnet", detail: "not running", severity: LanguageStatusSeverity.Error },
} satisfies Record<ServerState, object>;

export function statusItem({ server }: ClientContext): Disposable {
  const item = languages.createLanguageStatusItem("lwnet.server", { language: "lwnet" });
  item.name = "lwnet Language Server";
  item.command = { title: "Restart", command: "lwnet.restartServer" };
  const update = () => {
    const state = server.state();
    Object.assign(item, looks[state], { busy: state === "starting" });
  };
  update();
  const listening = server.onStateChange(update);
  return {
    dispose() {
      listening.dispose();
      item.dispose();
    },
  };
}
