/** Where commands that change a setting write it. */
import { ConfigurationTarget } from "vscode";

/** The innermost place that sets it already: a value further out would have no effect. */
export function targetOf(
  set: { readonly workspaceFolderValue?: unknown; readonly workspaceValue?: unknown } | undefined,
): ConfigurationTarget {
  if (set?.workspaceFolderValue !== undefined) return ConfigurationTarget.WorkspaceFolder;
  if (set?.workspaceValue !== undefined) return ConfigurationTarget.Workspace;
  return ConfigurationTarget.Global;
}
