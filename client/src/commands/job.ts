/** A long request behind a notification that shows its progress and can cancel it. */
import { ProgressLocation, window } from "vscode";
import type { CustomRequests } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";

type JobMethod = "lwnet/export" | "lwnet/exportAndRun";

let jobs = 0;

/** Undefined when the user cancelled it. */
export function runJob<M extends JobMethod>(
  { server }: ClientContext,
  title: string,
  method: M,
  params: Omit<CustomRequests[M]["params"], "progress">,
): Promise<CustomRequests[M]["result"] | undefined> {
  const id = String(++jobs);
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const task = window.withProgress(options, async (progress, token) => {
    let shown = 0;
    const listening = server.onProgress(id, ({ message, fraction }) => {
      // The bar is moved by increments and can't go back.
      const percent = Math.max(shown, Math.round((fraction ?? 0) * 100));
      progress.report({ message, increment: percent - shown });
      shown = percent;
    });
    try {
      return await server.request(method, { ...params, progress: id } as CustomRequests[M]["params"], token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    } finally {
      listening.dispose();
    }
  });
  return Promise.resolve(task);
}
