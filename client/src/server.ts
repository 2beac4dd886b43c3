/**
 * The language server as the rest of the client sees it: typed custom requests, its state, and restarting it.
 * Knows nothing of how the server is started.
 */
import type { CancellationToken, Disposable, Event } from "vscode";
import { type BaseLanguageClient, State } from "vscode-languageclient";
import type {
  ClientNotifications,
  CustomNotifications,
  CustomRequests,
  ProgressParams,
} from "../../server/src/lsp/protocol.ts";

export type ServerState = "starting" | "running" | "stopped";

export interface Server {
  readonly request: <M extends keyof CustomRequests>(
    method: M,
    params: CustomRequests[M]["params"],
    token?: CancellationToken,
  ) => Promise<CustomRequests[M]["result"]>;
  readonly notify: <M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M],
  ) => Promise<void>;
  /** Calls `listener` with the progress of the request that was given this id. */
  readonly onProgress: (id: string, listener: (progress: ProgressParams) => void) => Disposable;
  readonly start: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly state: () => ServerState;
  readonly onStateChange: Event<unknown>;
  readonly showLog: () => void;
}

/** `prepare` is awaited before each start. */
export function server(client: BaseLanguageClient, prepare: () => Promise<void>): Server {
  const listeners = new Map<string, (progress: ProgressParams) => void>();
  const progressMethod: keyof CustomNotifications = "lwnet/progress";
  client.onNotification(progressMethod, (progress: ProgressParams) => listeners.get(progress.id)?.(progress));

  const start = async () => {
    await prepare();
    await client.start();
  };

  return {
    request: (method, params, token) =>
      token ? client.sendRequest(method, params, token) : client.sendRequest(method, params),
    notify: (method, params) => client.sendNotification(method, params),
    onProgress(id, listener) {
      listeners.set(id, listener);
      return { dispose: () => listeners.delete(id) };
    },
    start,
    async restart() {
      // `stop` rejects for a client that never came up, or whose process is gone.
      await client.stop().catch(() => undefined);
      await start();
    },
    stop: () => client.stop(),
    state: () => states[client.state],
    onStateChange: client.onDidChangeState,
    showLog: () => client.outputChannel.show(),
  };
}

const states: Record<State, ServerState> = {
  [State.Starting]: "starting",
  [State.StartFailed]: "stopped",
  [State.Running]: "running",
  [State.Stopped]: "stopped",
};
