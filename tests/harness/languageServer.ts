/**
 * The language server as its users meet it: the bundled process over stdio, with a client that answers what the server
 * asks and keeps what it tells.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";

export interface LanguageServer {
  readonly process: ChildProcess;
  readonly connection: lsp.ProtocolConnection;
  /** What the server published, in order. */
  readonly published: readonly lsp.PublishDiagnosticsParams[];
  /** What the server registered after the start. */
  readonly registered: readonly lsp.Registration[];
  /** How often the server had the hints drawn anew. */
  readonly refreshes: () => number;
  /** The answer to the server's questions for the settings under `lwnet`; tell it of the change with `didChangeSettings`. */
  settings: Readonly<Record<string, unknown>>;
  /** The answer to the server's question for the folders. */
  folders: readonly string[];
  /** Starts the session; capabilities are added to those of a client with settings and refreshes. */
  initialize(
    capabilities?: lsp.WorkspaceClientCapabilities,
    textDocument?: lsp.TextDocumentClientCapabilities,
  ): Promise<lsp.InitializeResult>;
  /** Starts the session as a client that says just this. */
  initializeWith(params: Partial<lsp.InitializeParams>): Promise<lsp.InitializeResult>;
  /** Opens a file. */
  open(uri: string, text: string, version?: number): Promise<void>;
  /** Gives an open file another text. */
  change(uri: string, text: string, version: number): Promise<void>;
  didChangeSettings(): Promise<void>;
  diagnosticsOf(uri: string, version: number): Promise<readonly lsp.Diagnostic[]>;
}

async function initializeWith(
  { connection }: Session,
  params: Partial<lsp.InitializeParams>,
): Promise<lsp.InitializeResult> {
  const result = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    ...params,
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  return result;
}

/** A server for each test of the file, started by these arguments. */
export function languageServer(args: readonly string[] = ["dist/server.cjs", "--stdio"]): LanguageServer {
  let session = undefined as unknown as Session;
  beforeEach(() => {
    session = startServer(args);
  });
  afterEach(() => {
    session.connection.dispose();
    session.process.kill();
  });
  return {
    get process() {
      return session.process;
    },
    get connection() {
      return session.connection;
    },
    get published() {
      return session.published;
    },
    get registered() {
      return session.registered;
    },
    refreshes: () => session.refreshes,
    get settings() {
      return session.settings;
    },
    set settings(settings) {
      session.settings = settings;
    },
    get folders() {
      return session.folders;
    },
    set folders(folders) {
      session.folders = folders;
    },
    initialize: (capabilities = {}, textDocument = {}) =>
      initializeWith(session, {
        workspaceFolders: toFolders(session.folders),
        initializationOptions: { clientCommands: true },
        capabilities: {
          workspace: {
            configuration: true,
            didChangeConfiguration: { dynamicRegistration: true },
            inlayHint: { refreshSupport: true },
            workspaceFolders: true,
            ...capabilities,
          },
          textDocument,
        },
      }),
    initializeWith: (params) => initializeWith(session, params),
    open: (uri, text, version = 1) =>
      session.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: "lwnet", version, text },
      }),
    change: (uri, text, version) =>
      session.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    didChangeSettings: () =>
      session.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, { settings: null }),
    async diagnosticsOf(uri, version) {
      const { published } = session;
      const found = await until(
        () => published.findLast((each) => each.uri === uri && each.version === version),
        `diagnostics of version ${version} of ${uri}`,
      );
      return found.diagnostics;
    },
  };
}

/** Looks until something is there. */
export async function until<T>(find: () => T | undefined, what: string): Promise<T> {
  for (let waited = 0; waited < 5000; waited += 10) {
    const found = find();
    if (found !== undefined) return found;
    await sleep(10);
  }
  throw new Error(`waited in vain for ${what}`);
}

interface Session {
  readonly process: ChildProcess;
  readonly connection: lsp.ProtocolConnection;
  readonly published: lsp.PublishDiagnosticsParams[];
  readonly registered: lsp.Registration[];
  refreshes: number;
  settings: Readonly<Record<string, unknown>>;
  folders: readonly string[];
}

function startServer(args: readonly string[]): Session {
  const child = spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout || !child.stdin) throw new Error("no pipes");
  const connection = lsp.createProtocolConnection(
    new lsp.StreamMessageReader(child.stdout),
    new lsp.StreamMessageWriter(child.stdin),
  );
  const session: Session = {
    process: child,
    connection,
    published: [],
    registered: [],
    refreshes: 0,
    settings: {},
    folders: [],
  };
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
    session.published.push(params);
  });
  connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => session.settings));
  connection.onRequest(lsp.WorkspaceFoldersRequest.type, () => toFolders(session.folders));
  connection.onRequest(lsp.RegistrationRequest.type, ({ registrations }) => {
    session.registered.push(...registrations);
  });
  connection.onRequest(lsp.InlayHintRefreshRequest.type, () => {
    session.refreshes++;
  });
  // What a server that could not start, or died, will never answer fails at once.
  child.once("exit", () => connection.dispose());
  connection.listen();
  return session;
}

function toFolders(uris: readonly string[]): lsp.WorkspaceFolder[] {
  return uris.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf("/") + 1) }));
}
