/** The language status: which server runs and whether it does, with a restart, its log and its trace one click away. */
import { Disposable, LanguageStatusSeverity, languages, workspace } from "vscode";
import type { ClientContext } from "./activate.ts";
import type { ServerState } from "./server.ts";

const { Information, Error: Failure } = LanguageStatusSeverity;

const looks = {
  starting: { icon: "", detail: "starting", severity: Information },
  running: { icon: "", detail: "ready", severity: Information },
  stopped: { icon: "$(error) ", detail: "not running", severity: Failure },
} satisfies Record<ServerState, object>;

export function statusItem({ server, extension, inBrowser }: ClientContext): Disposable {
  const { version } = extension.extension.packageJSON as { readonly version: string };
  const state = languages.createLanguageStatusItem("lwnet.server", { language: "lwnet" });
  state.name = "lwnet Language Server";
  state.command = { title: "Restart", command: "lwnet.restartServer" };
  const log = languages.createLanguageStatusItem("lwnet.log", { language: "lwnet" });
  log.name = "lwnet Log";
  log.command = { title: "Trace…", command: "lwnet.setTrace" };

  const update = () => {
    const now = server.state();
    const { icon, detail, severity } = looks[now];
    state.text = `${icon}lwnet ${version}`;
    state.detail = inBrowser ? `${detail}, in the browser` : detail;
    state.severity = severity;
    state.busy = now === "starting";
    const trace = workspace.getConfiguration("lwnet.trace").get("server", "off");
    log.text = "Messages of the server";
    log.detail = trace === "off" ? "not logged" : `logged, ${trace}`;
  };
  update();
  const settings = workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration("lwnet.trace")) update();
  });
  return Disposable.from(server.onStateChange(update), settings, state, log);
}
