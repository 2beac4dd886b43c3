/** What the files of this folder hold: the scenarios of one topic, and the kind of host that they need. */
import type { Scenario } from "../scenarios.ts";
import type { ServerOptions } from "../server.ts";
import type { FreshWindow } from "../windows.ts";

export interface Topic {
  readonly name: string;
  /** Scenarios of one topic share a window; each begins with no editor open and a fresh copy of the examples. */
  readonly scenarios: readonly Scenario<FreshWindow>[];
  /** What the host does otherwise than usual. Topics that share this object share a host. */
  readonly host?: HostVariant;
}

export interface HostVariant extends Pick<ServerOptions, "settings" | "workspaceTrust"> {
  readonly name: string;
  /** lwnet is installed in the browser, where it has neither a disk nor a process, as on vscode.dev. */
  readonly web?: boolean;
}
