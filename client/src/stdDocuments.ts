/** Shows the blocks that ship with lwnet as read-only documents, so that "Go to Definition" can open them. */
import { type Disposable, workspace } from "vscode";
import type { ClientContext } from "./activate.ts";

/** The same as the core's `stdScheme`, without its colon. */
const scheme = "lwnet-std";

export function stdDocuments({ server }: ClientContext): Disposable {
  return workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: async (uri) =>
      (await server.request("lwnet/std", { uri: uri.toString() })).text,
  });
}
