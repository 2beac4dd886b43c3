/**
 * The language server: wiring only. It keeps the open texts, hands them to the core, and connects the feature
 * table, the settings and the pushed diagnostics to a connection. It knows nothing of files or processes.
 */
import * as lsp from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { diagnostics, Workspace } from "../core/index.ts";
import { diagnosticsPush } from "./diagnosticsPush.ts";
import { features } from "./features.ts";
import type { FileContext, WorkspaceContext } from "./handlers/context.ts";
import type { ServerHost } from "./host.ts";
import { instanceChoices } from "./instanceChoices.ts";
import { describe } from "./registration.ts";
import { settingsCache } from "./settings.ts";
import * as to from "./toProtocol.ts";

/** Long enough to skip most versions while typing, short enough not to be noticed. */
const diagnosticsDelayMs = 80;

/** Sets up a server on a connection. The caller starts listening. */
export function createServer(connection: lsp.Connection, host: ServerHost): void {
  const workspace = new Workspace(host.files);
  const documents = new lsp.TextDocuments(TextDocument);
  let client: lsp.ClientCapabilities = {};
  let pushedSettings: unknown;

  const settings = settingsCache(async (uri) =>
    client.workspace?.configuration
      ? connection.workspace.getConfiguration({ scopeUri: uri, section: "lwnet" })
      : pushedSettings,
  );

  const linesOf: to.LinesOf = (file) => workspace.analysis().file(file)?.lines;

  const choices = instanceChoices();

  /** What the editor shows of shapes and costs is no longer right, though no text changed. */
  const refresh = () => {
    if (client.workspace?.inlayHint?.refreshSupport) void connection.languages.inlayHint.refresh();
    if (client.workspace?.codeLens?.refreshSupport)
      void connection.sendRequest(lsp.CodeLensRefreshRequest.type);
  };

  const moment = (): WorkspaceContext => ({
    analysis: workspace.analysis(),
    linesOf,
    versionOf: (file) => documents.get(file)?.version ?? null,
    choicesOf: choices.of,
    choose(file, block, instance) {
      choices.set(file, block, instance);
      refresh();
    },
    host,
  });

  const open = async (uri: string): Promise<FileContext | undefined> => {
    const fileSettings = await settings.get(uri);
    // The analysis is taken after the wait, so that it is of the newest version.
    const document = documents.get(uri);
    const lines = linesOf(uri);
    if (!document || !lines) return undefined;
    return { ...moment(), id: uri, version: document.version, lines, settings: fileSettings };
  };

  const push = diagnosticsPush({
    delayMs: diagnosticsDelayMs,
    current: (uri) => documents.get(uri)?.version,
    async compute(uri) {
      const { lint } = await settings.get(uri);
      const lines = linesOf(uri);
      if (!lines) return [];
      const found = diagnostics(workspace.analysis(), uri, lint);
      return found.map((diagnostic) => to.diagnostic(diagnostic, lines, linesOf));
    },
    send: (uri, version, found) => void connection.sendDiagnostics({ uri, version, diagnostics: found }),
    onError: (error) => connection.console.error(`diagnostics: ${describe(error)}`),
  });

  let folders: readonly string[] = [];
  const setFolders = (uris: readonly string[]) => {
    folders = uris;
    workspace.setFolders(uris);
  };

  connection.onInitialize((params) => {
    client = params.capabilities;
    setFolders(params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []));
    const capabilities: lsp.ServerCapabilities = {
      positionEncoding: lsp.PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: lsp.TextDocumentSyncKind.Incremental },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    };
    for (const { capability } of features) {
      Object.assign(capabilities, capability, {
        workspace: { ...capabilities.workspace, ...capability.workspace },
      });
    }
    return { capabilities, serverInfo: { name: "lwnet" } };
  });

  connection.onInitialized(() => {
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const kept = folders.filter((folder) => !removed.some(({ uri }) => uri === folder));
        setFolders([...kept, ...added.map(({ uri }) => uri)]);
      });
    }
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      void connection.client.register(lsp.DidChangeConfigurationNotification.type, { section: "lwnet" });
    }
  });

  connection.onDidChangeConfiguration((change: lsp.DidChangeConfigurationParams) => {
    pushedSettings = (change.settings as { readonly lwnet?: unknown } | null)?.lwnet;
    settings.clear();
    for (const { uri, version } of documents.all()) push.schedule({ uri, version });
    refresh();
  });

  documents.onDidChangeContent(({ document }) => {
    workspace.setFile(document.uri, document.getText());
    // Another file's diagnostics may depend on this one.
    for (const other of documents.all()) push.schedule({ uri: other.uri, version: other.version });
  });
  documents.onDidClose(({ document }) => {
    workspace.removeFile(document.uri);
    settings.forget(document.uri);
    choices.forget(document.uri);
    push.forget(document.uri);
    // What was not saved is gone.
    for (const { uri, version } of documents.all()) push.schedule({ uri, version });
  });

  const onDisk = (uris: readonly string[]) => {
    for (const uri of uris) workspace.fileChanged(uri);
    for (const { uri, version } of documents.all()) push.schedule({ uri, version });
    refresh();
  };
  connection.onDidChangeWatchedFiles(({ changes }) => onDisk(changes.map(({ uri }) => uri)));
  // Watchers tell nothing of the files in a folder that is moved or deleted.
  connection.workspace.onDidRenameFiles(({ files }) =>
    onDisk(files.flatMap(({ oldUri, newUri }) => [oldUri, newUri])),
  );
  connection.workspace.onDidDeleteFiles(({ files }) => onDisk(files.map(({ uri }) => uri)));

  const end = new AbortController();
  connection.onShutdown(() => end.abort());

  for (const feature of features) {
    feature.register({ connection, open, workspace: moment, ended: end.signal });
  }
  documents.listen(connection);
}
