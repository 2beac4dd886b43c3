/**
 * The language server: wiring only. It keeps the open texts, hands them to the core, and connects the feature
 * table, the settings and the diagnostics to a connection. It knows nothing of files or processes.
 */
import * as lsp from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  type Analysis,
  dependencies,
  dependents,
  diagnostics,
  prepareDiagnostics,
  Workspace,
} from "../core/index.ts";
import { diagnosticsPull } from "./diagnosticsPull.ts";
import { diagnosticsPush } from "./diagnosticsPush.ts";
import { features } from "./features.ts";
import type { FileContext, WorkspaceContext } from "./handlers/context.ts";
import type { ServerHost } from "./host.ts";
import { givenFiles, givenRuns, readInitialization, settingsSection } from "./initialization.ts";
import { instanceChoices } from "./instanceChoices.ts";
import { measuredRuns } from "./measuredRuns.ts";
import { refreshClient, refreshLenses, refreshOthers, refreshShown } from "./refresh.ts";
import { describe } from "./registration.ts";
import { sentTokens } from "./semanticTokens.ts";
import { settingsCache } from "./settings.ts";
import { inSlices } from "./slices.ts";
import * as to from "./toProtocol.ts";

/** Long enough to skip most versions while typing, short enough not to be noticed. */
const diagnosticsDelayMs = 80;

const minuteMs = 60_000;

/** Sets up a server on a connection. The caller starts listening. */
export function createServer(connection: lsp.Connection, host: ServerHost): void {
  const workspace = new Workspace(host.files);
  const documents = new lsp.TextDocuments(TextDocument);
  let client: lsp.ClientCapabilities = {};
  let clientCommands = false;
  let givenSettings: unknown;
  let folders: readonly string[] = [];
  const setFolders = (uris: readonly string[]) => {
    folders = uris;
    workspace.setFolders(uris);
  };
  const end = new AbortController();

  const settings = settingsCache(
    async (uri) =>
      client.workspace?.configuration
        ? connection.workspace.getConfiguration({ scopeUri: uri, section: "lwnet" })
        : givenSettings,
    (problem) => connection.console.warn(problem),
  );

  const linesOf: to.LinesOf = (file) => workspace.analysis().file(file)?.lines;
  const versionOf = (file: string) => documents.get(file)?.version ?? null;

  const choices = instanceChoices();
  const tokens = sentTokens();

  /** What the editor shows of shapes and costs is no longer right, though no text changed. */
  const refresh = () => refreshClient(connection, client);

  const runs = measuredRuns(
    () => workspace.analysis(),
    () => refreshLenses(connection, client),
  );
  // Lenses tell how long ago a run was.
  const clock = setInterval(() => {
    if (runs.all().length > 0) refreshLenses(connection, client);
  }, minuteMs);
  end.signal.addEventListener("abort", () => clearInterval(clock));

  const moment = (): WorkspaceContext => ({
    analysis: workspace.analysis(),
    linesOf,
    versionOf,
    choicesOf: choices.of,
    choose(file, block, instance) {
      choices.set(file, block, instance);
      refresh();
    },
    runs,
    sentTokens: tokens,
    client,
    clientCommands,
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

  // ── diagnostics: a client that asks for them is not sent them as well ─────────────────────────

  const pulls = () => client.textDocument?.diagnostic !== undefined;

  const compute = async (uri: string) => {
    const { lint } = await settings.get(documents.get(uri) ? uri : (folderOf(uri) ?? uri));
    const isStale = (analysis: Analysis) => () => workspace.analysis() !== analysis;
    let analysis = workspace.analysis();
    while (!(await inSlices(prepareDiagnostics(analysis, uri), isStale(analysis)))) {
      analysis = workspace.analysis();
    }
    const lines = linesOf(uri);
    if (!lines) return [];
    const found = diagnostics(analysis, uri, lint);
    return found.map((diagnostic) => to.diagnostic(diagnostic, lines, linesOf));
  };

  /** A workspace may have thousands of files: the client is asked for settings once for each of its folders. */
  const folderOf = (uri: string) => folders.find((folder) => uri.startsWith(`${folder}/`));

  const push = diagnosticsPush({
    delayMs: diagnosticsDelayMs,
    current: (uri) => documents.get(uri)?.version,
    compute,
    send: (uri, version, found) => void connection.sendDiagnostics({ uri, version, diagnostics: found }),
    onError: (error) => connection.console.error(`diagnostics: ${describe(error)}`),
  });

  const pull = diagnosticsPull({
    compute,
    versionOf,
    files: () => workspace.analysis().files(),
    dependents: (uri) => dependents(workspace.analysis(), uri, documents.keys()),
    relatedDocuments: () => client.textDocument?.diagnostic?.relatedDocumentSupport ?? false,
    ended: end.signal,
  });
  connection.languages.diagnostics.on(pull.document);
  connection.languages.diagnostics.onWorkspace(pull.workspace);

  /** Any file's diagnostics may depend on any other file. */
  const changed = () => {
    pull.changed();
    if (pulls()) return;
    for (const { uri, version } of documents.all()) push.schedule({ uri, version });
  };

  // ── the session ────────────────────────────────────────────────────────────────────────────

  connection.onInitialize((params) => {
    const start = readInitialization(params);
    client = start.capabilities;
    clientCommands = start.clientCommands;
    givenSettings = start.settings;
    host.give?.(start.files);
    setFolders(start.folders);
    const capabilities: lsp.ServerCapabilities = {
      positionEncoding: lsp.PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: lsp.TextDocumentSyncKind.Incremental },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    };
    if (pulls()) {
      capabilities.diagnosticProvider = {
        identifier: "lwnet",
        interFileDependencies: true,
        workspaceDiagnostics: true,
        workDoneProgress: true,
      };
    }
    for (const { capability: told } of features) {
      const capability = typeof told === "function" ? told(client) : told;
      Object.assign(capabilities, capability, {
        workspace: { ...capabilities.workspace, ...capability.workspace },
      });
    }
    const { version } = host;
    return { capabilities, serverInfo: { name: "lwnet", ...(version === undefined ? {} : { version }) } };
  });

  const unanswered = (error: unknown) => connection.console.warn(`registration: ${describe(error)}`);

  connection.onInitialized(() => {
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const kept = folders.filter((folder) => !removed.some(({ uri }) => uri === folder));
        setFolders([...kept, ...added.map(({ uri }) => uri)]);
        changed();
      });
    }
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      const section = { section: "lwnet" };
      connection.client.register(lsp.DidChangeConfigurationNotification.type, section).catch(unanswered);
    }
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = [{ globPattern: "**/*.lwnet" }];
      connection.client.register(lsp.DidChangeWatchedFilesNotification.type, { watchers }).catch(unanswered);
    }
  });

  connection.onDidChangeConfiguration(({ settings: pushed }: lsp.DidChangeConfigurationParams) => {
    // A client that is asked may push nothing.
    if (pushed !== undefined && pushed !== null) givenSettings = settingsSection(pushed);
    settings.clear();
    changed();
    refresh();
  });

  const others = refreshOthers(() => refreshShown(connection, client));
  const isShownElsewhere = (uri: string) => {
    const open = documents.keys();
    const analysis = workspace.analysis();
    return dependents(analysis, uri, open).length > 0 || dependencies(analysis, uri, open).length > 0;
  };

  documents.onDidChangeContent(({ document }) => {
    const before = isShownElsewhere(document.uri);
    workspace.setFile(document.uri, document.getText());
    if (before || isShownElsewhere(document.uri)) others.schedule();
    changed();
  });
  documents.onDidClose(({ document }) => {
    workspace.removeFile(document.uri);
    settings.forget(document.uri);
    choices.forget(document.uri);
    tokens.forget(document.uri);
    if (!pulls()) push.forget(document.uri);
    // What was not saved is gone.
    changed();
  });

  const changedElsewhere = (uris: readonly string[]) => {
    for (const uri of uris) workspace.fileChanged(uri);
    changed();
    refresh();
  };
  connection.onDidChangeWatchedFiles(({ changes }) => changedElsewhere(changes.map(({ uri }) => uri)));
  // Watchers tell nothing of the files in a folder that is moved or deleted.
  connection.workspace.onDidRenameFiles(({ files }) =>
    changedElsewhere(files.flatMap(({ oldUri, newUri }) => [oldUri, newUri])),
  );
  connection.workspace.onDidDeleteFiles(({ files }) => changedElsewhere(files.map(({ uri }) => uri)));
  connection.onNotification("lwnet/files", (params: unknown) => {
    const files = givenFiles(params);
    host.give?.(files);
    changedElsewhere(files.map(({ uri }) => uri));
  });

  connection.onNotification("lwnet/runs", (params: unknown) => runs.replace(givenRuns(params)));

  connection.onShutdown(() => {
    others.cancel();
    end.abort();
  });

  for (const feature of features) {
    feature.register({ connection, open, versionOf, workspace: moment, ended: end.signal });
  }
  documents.listen(connection);
}
