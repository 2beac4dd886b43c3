/** How the language client is set up, wherever the server runs: what it is for, what it logs, what it tells first. */
import {
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  LogLevel,
  type LogOutputChannel,
  window,
  workspace,
} from "vscode";
import type { BaseLanguageClient, StaticFeature } from "vscode-languageclient";
import type { ClientNotifications, FilesParams } from "../../server/src/lsp/protocol.ts";
import type { ExtensionHost } from "./host.ts";
import { workspaceFiles } from "./workspaceFiles.ts";

/** Not `git`: the old side of a comparison would list each problem twice. */
const schemes = ["file", "untitled", "lwnet-std", "vscode-vfs", "vscode-remote", "vscode-test-web"];

export interface Prepared {
  readonly client: BaseLanguageClient;
  /** To be awaited before each start. */
  readonly prepare: () => Promise<void>;
}

export function languageClient(
  { subscriptions, extension }: ExtensionContext,
  host: ExtensionHost,
): Prepared {
  const log = window.createOutputChannel("lwnet Language Server", { log: true });
  const files = workspaceFiles(host.inBrowser, (message) => log.warn(message));
  const { channel, disposable } = traceable(log);
  let given: FilesParams = { files: [] };
  const prepare = async () => {
    given = await files.read();
  };
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  const client = host.createClient({
    documentSelector: [...new Set([...schemes, ...folders])].map((scheme) => ({ scheme, language: "lwnet" })),
    outputChannel: log,
    traceOutputChannel: channel,
    initializationOptions: () => ({ ...given, clientCommands: true }),
  });
  client.registerFeature(ownColours(extension.packageJSON));
  const filesMethod: keyof ClientNotifications = "lwnet/files";
  const give = (changed: FilesParams) => {
    if (client.isRunning()) void client.sendNotification(filesMethod, changed);
  };
  const folderChange = workspace.onDidChangeWorkspaceFolders(async () => {
    await prepare();
    give(given);
  });
  subscriptions.push(client, log, disposable, files.watch(give), folderChange);
  return { client, prepare };
}

/** The kinds of names that we have colours for beyond the protocol's: the server tells them to those who know them. */
function ownColours(manifest: {
  readonly contributes: { readonly semanticTokenTypes: readonly { readonly id: string }[] };
}): StaticFeature {
  return {
    fillClientCapabilities({ textDocument }) {
      const own = manifest.contributes.semanticTokenTypes.map(({ id }) => id);
      textDocument?.semanticTokens?.tokenTypes.push(...own);
    },
    initialize() {},
    getState: () => ({ kind: "static" }),
    clear() {},
  };
}

/**
 * The log as the channel of traces: it is at the level of traces while `lwnet.trace.server` asks for them, whatever
 * level the user has set for the rest.
 */
function traceable(log: LogOutputChannel): {
  readonly channel: LogOutputChannel;
  readonly disposable: Disposable;
} {
  const levels = new EventEmitter<LogLevel>();
  const asked = () => workspace.getConfiguration("lwnet.trace").get("server", "off") !== "off";
  const level = () => (asked() ? LogLevel.Trace : log.logLevel);
  const listening = [
    log.onDidChangeLogLevel(() => levels.fire(level())),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("lwnet.trace.server")) levels.fire(level());
    }),
  ];
  const channel = Object.create(log, {
    logLevel: { get: level },
    onDidChangeLogLevel: { value: levels.event },
    trace: {
      value: (message: string, ...args: unknown[]) =>
        asked() ? log.info(message, ...args) : log.trace(message, ...args),
    },
  }) as LogOutputChannel;
  return {
    channel,
    disposable: {
      dispose() {
        for (const each of [levels, ...listening]) each.dispose();
      },
    },
  };
}
