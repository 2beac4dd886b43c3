/** The language server under clients of all kinds: those that ask for diagnostics, those that can do little, none of a disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import type { NetworkItem } from "../server/src/lsp/protocol.ts";
import { languageServer, until } from "./harness/languageServer.ts";

const uri = "file:///tiny.lwnet";
const right = `network Tiny {
  input image: [3, 28, 28]
  conv(8, kernel: 3) -> relu
  output maps
}
`;
const wrong = right.replace("relu", "rellu");
const everything: lsp.Range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

const folder = mkdtempSync(join(tmpdir(), "lwnet-hosts-"));
const folderUri = pathToFileURL(folder).href;
const inFolder = (name: string) => `${folderUri}/${name}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { Full, Unchanged } = lsp.DocumentDiagnosticReportKind;

describe("a client that asks for diagnostics", () => {
  const server = languageServer();
  const start = (more: lsp.DiagnosticClientCapabilities = {}) =>
    server.initializeWith({
      // Of refreshes none is answered but where a test does: that must not matter.
      workspaceFolders: [{ uri: folderUri, name: "folder" }],
      capabilities: {
        workspace: { diagnostics: { refreshSupport: true } },
        textDocument: { diagnostic: more },
      },
    });
  const ask = (of: string, previousResultId?: string) =>
    server.connection.sendRequest(lsp.DocumentDiagnosticRequest.type, {
      textDocument: { uri: of },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  const askAll = (previousResultIds: lsp.PreviousResultId[], token?: lsp.CancellationToken) =>
    server.connection.sendRequest(lsp.WorkspaceDiagnosticRequest.type, { previousResultIds }, token);
  const resultIds = ({ items }: lsp.WorkspaceDiagnosticReport) =>
    items.map(({ uri, resultId }) => ({ uri, value: resultId ?? "" }));

  test("is told that files depend on each other, and is sent none", async () => {
    const { capabilities } = await start();
    expect(capabilities.diagnosticProvider).toMatchObject({
      interFileDependencies: true,
      workspaceDiagnostics: true,
      workDoneProgress: true,
    });
    await server.open(uri, wrong);
    const report = await ask(uri);
    expect(report).toMatchObject({ kind: Full, items: [{ code: "unknown-name", source: "lwnet" }] });
    expect(server.published).toEqual([]);
  });

  test("gets a report that it has already as unchanged", async () => {
    await start();
    await server.open(uri, wrong);
    const { resultId } = await ask(uri);
    expect(await ask(uri, resultId)).toEqual({ kind: Unchanged, resultId });
    // The same faults in another text are the same report.
    await server.change(uri, `${wrong}\n// more\n`, 2);
    expect(await ask(uri, resultId)).toEqual({ kind: Unchanged, resultId });
    await server.change(uri, right, 3);
    expect(await ask(uri, resultId)).toMatchObject({ kind: Full, items: [] });
  });

  test("gets reports on the open files that import this one, if it takes them", async () => {
    await start({ relatedDocumentSupport: true });
    const other = "file:///other.lwnet";
    const user = "file:///user.lwnet";
    await server.open(other, "block layer(n: int) { conv(n) }\n");
    await server.open(
      user,
      'import { layer } from "./other.lwnet"\nnetwork N { input x: [1, 8, 8] -> layer(2) }\n',
    );
    expect(await ask(other)).toMatchObject({ relatedDocuments: { [user]: { kind: Full, items: [] } } });
    await server.change(other, "block other(n: int) { conv(n) }\n", 2);
    expect(await ask(other)).toMatchObject({
      relatedDocuments: {
        [user]: { kind: Full, items: [{ code: "unknown-name" }] },
      },
    });
    expect(await ask(user)).not.toHaveProperty("relatedDocuments");
  });

  test("asks for the workspace once and then waits for news", async () => {
    const closed = inFolder("closed.lwnet");
    writeFileSync(join(folder, "closed.lwnet"), wrong);
    writeFileSync(join(folder, "fine.lwnet"), right);
    await start();
    const first = await askAll([]);
    const report = (of: string) => first.items.find((item) => item.uri === of);
    expect(report(closed)).toMatchObject({ kind: Full, version: null, items: [{ code: "unknown-name" }] });
    expect(report(inFolder("fine.lwnet"))).toMatchObject({ kind: Full, items: [] });

    const waiting = askAll(resultIds(first));
    writeFileSync(join(folder, "closed.lwnet"), right);
    await server.connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: closed, type: lsp.FileChangeType.Changed }],
    });
    const news = await waiting;
    expect(news.items.find((item) => item.uri === closed)).toMatchObject({ kind: Full, items: [] });
    expect(news.items.find((item) => item.uri === inFolder("fine.lwnet"))).toMatchObject({ kind: Unchanged });

    rmSync(join(folder, "closed.lwnet"));
    await server.connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: closed, type: lsp.FileChangeType.Deleted }],
    });
    const source = new lsp.CancellationTokenSource();
    const idle = askAll(resultIds(news), source.token);
    source.cancel();
    await expect(idle).rejects.toMatchObject({ code: lsp.LSPErrorCodes.RequestCancelled });
  });

  test("is told how far the check of the workspace is", async () => {
    writeFileSync(join(folder, "one.lwnet"), right);
    await start();
    const progress: string[] = [];
    const partial: lsp.WorkspaceDocumentDiagnosticReport[] = [];
    server.connection.onProgress(lsp.WorkDoneProgress.type, "work", ({ kind }) => void progress.push(kind));
    server.connection.onProgress(
      lsp.WorkspaceDiagnosticRequest.partialResult,
      "part",
      ({ items }) => void partial.push(...items),
    );
    const params = { previousResultIds: [], workDoneToken: "work", partialResultToken: "part" };
    const { items } = await server.connection.sendRequest(lsp.WorkspaceDiagnosticRequest.type, params);
    expect(items).toEqual([]);
    expect(partial.map((item) => item.uri)).toContain(inFolder("one.lwnet"));
    expect(progress.at(0)).toBe("begin");
    expect(progress.at(-1)).toBe("end");
  });

  test("is asked to ask again when settings or files change", async () => {
    let refreshes = 0;
    server.connection.onRequest(lsp.DiagnosticRefreshRequest.type, () => {
      refreshes++;
    });
    await start();
    await server.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, {
      settings: { lwnet: {} },
    });
    await until(() => (refreshes === 1 ? true : undefined), "a refresh for settings");
    await server.connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: inFolder("x.lwnet"), type: lsp.FileChangeType.Created }],
    });
    await until(() => (refreshes === 2 ? true : undefined), "a refresh for files");
  });
});

describe("questions that are void by the time they are read", () => {
  const server = languageServer();
  const hints = (token?: lsp.CancellationToken) =>
    server.connection.sendRequest(
      lsp.InlayHintRequest.type,
      { textDocument: { uri }, range: everything },
      token,
    );

  test("about a text that has changed since are refused, the newest is answered", async () => {
    await server.initialize();
    await server.open(uri, right);
    const old = hints();
    await server.change(uri, `${right}\n`, 2);
    const current = hints();
    await expect(old).rejects.toMatchObject({ code: lsp.LSPErrorCodes.ContentModified });
    expect((await current)?.length).toBeGreaterThan(0);
  });

  test("are dropped when they are cancelled", async () => {
    await server.initialize();
    await server.open(uri, right);
    const source = new lsp.CancellationTokenSource();
    const answer = hints(source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: lsp.LSPErrorCodes.RequestCancelled });
  });
});

describe("a client that can do little", () => {
  const server = languageServer();
  const labels = async () => {
    const hints = await server.connection.sendRequest(lsp.InlayHintRequest.type, {
      textDocument: { uri },
      range: everything,
    });
    return (hints ?? []).map(({ label }) => (typeof label === "string" ? label : "")).join("\n");
  };
  const onlyShapes = { hints: { params: false, work: false } };

  test("is served without a single capability, and asked for nothing", async () => {
    const asked: string[] = [];
    for (const { method } of [
      lsp.ConfigurationRequest.type,
      lsp.WorkspaceFoldersRequest.type,
      lsp.InlayHintRefreshRequest.type,
    ])
      server.connection.onRequest(method, () => {
        asked.push(method);
        return null;
      });
    const { capabilities } = await server.initializeWith({});
    expect(capabilities.diagnosticProvider).toBeUndefined();
    await server.open(uri, wrong);
    expect(await server.diagnosticsOf(uri, 1)).toMatchObject([{ code: "unknown-name" }]);
    await server.change(uri, right, 2);
    expect(await server.diagnosticsOf(uri, 2)).toEqual([]);
    expect(await labels()).toContain("8×28×28");
    expect(asked).toEqual([]);
    expect(server.registered).toEqual([]);
  });

  test.each([
    ["under the name lwnet", { lwnet: onlyShapes }],
    ["bare", onlyShapes],
  ])("gives its settings as it starts, %s", async (_, initializationOptions) => {
    await server.initializeWith({ initializationOptions });
    await server.open(uri, right);
    expect(await labels()).toMatch(/8×28×28\s*$/m);
  });

  test("pushes its settings, which take effect at once", async () => {
    await server.initializeWith({});
    await server.open(uri, right);
    expect(await labels()).not.toBe("");
    await server.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, {
      settings: { lwnet: { hints: { enabled: false } } },
    });
    expect(await labels()).toBe("");
  });

  test("is told once of a setting that does not fit, and the default is taken", async () => {
    const log: string[] = [];
    server.connection.onNotification(
      lsp.LogMessageNotification.type,
      ({ message }) => void log.push(message),
    );
    await server.initializeWith({ initializationOptions: { hints: { shapes: "yes", workUnit: "tops" } } });
    await server.open(uri, right);
    expect(await labels()).toContain("8×28×28");
    await labels();
    expect(log).toEqual([
      'lwnet.hints.shapes is "yes", but must be true or false: true is used.',
      'lwnet.hints.workUnit is "tops", but must be one of macs, flops: "macs" is used.',
    ]);
  });

  test("gets lenses that say what they say and call nothing that it does not have", async () => {
    await server.initializeWith({});
    await server.open(uri, right);
    const found = await server.connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: { uri } });
    const lenses = await Promise.all(
      (found ?? []).map((lens) => server.connection.sendRequest(lsp.CodeLensResolveRequest.type, lens)),
    );
    expect(lenses.map(({ command }) => command)).toEqual([
      { title: expect.stringContaining("params"), command: "" },
    ]);
  });

  test("has one root instead of folders", async () => {
    writeFileSync(join(folder, "shared.lwnet"), "block shared(n: int) { conv(n) }\n");
    await server.initializeWith({ rootUri: folderUri });
    const opened = inFolder("user.lwnet");
    await server.open(
      opened,
      'import { shared } from "./shared.lwnet"\nnetwork N { input x: [1, 8, 8] -> shared(2) }\n',
    );
    expect(await server.diagnosticsOf(opened, 1)).toMatchObject([]);
  });
});

describe("a client that watches files on request", () => {
  const server = languageServer();

  test("is told which", async () => {
    await server.initialize({ didChangeWatchedFiles: { dynamicRegistration: true } });
    const watching = await until(
      () => server.registered.find(({ method }) => method === "workspace/didChangeWatchedFiles"),
      "the registration",
    );
    expect(watching.registerOptions).toEqual({ watchers: [{ globPattern: "**/*.lwnet" }] });
  });
});

describe("files on no disk, which the client gives", () => {
  const server = languageServer();
  const user = "vscode-vfs://github/me/nets/a%20b/user.lwnet";
  const text = 'import { layer } from "../shared (1).lwnet"\nnetwork N { input x: [1, 8, 8] -> layer(2) }\n';
  const layer = "block layer(n: int) { conv(n) }\n";
  // VS Code escapes the parentheses, the server does not.
  const shared = "vscode-vfs://github/me/nets/shared%20%281%29.lwnet";

  test("are there from the start, and follow what the client tells", async () => {
    await server.initializeWith({ initializationOptions: { files: [{ uri: shared, text: layer }] } });
    await server.open(user, text);
    expect(await server.diagnosticsOf(user, 1)).toEqual([]);
    const give = (given: string | null) =>
      server.connection.sendNotification("lwnet/files", { files: [{ uri: shared, text: given }] });
    const newest = () => server.published.findLast((each) => each.uri === user)?.diagnostics;
    await give(null);
    await until(() => newest()?.find(({ code }) => code === "unknown-file"), "the file to be missed");
    await give(layer);
    await until(() => (newest()?.length === 0 ? true : undefined), "the file to be found");
  });

  test("are taken for what they are, whatever a client sends", async () => {
    await server.initializeWith({ initializationOptions: { files: [null, 3, { uri: 1 }, { uri: shared }] } });
    for (const params of [null, {}, { files: 3 }, { files: [{}] }])
      await server.connection.sendNotification("lwnet/files", params);
    await server.open(user, text);
    expect(await server.diagnosticsOf(user, 1)).toMatchObject([{ code: "unknown-file" }]);
  });
});

describe("the editors that the README sets up", () => {
  const readme = readFileSync("README.md", "utf8");
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "";
  const strings = (text: string | undefined) =>
    [...(text ?? "").matchAll(/["']([^"']*)["']/g)].map((m) => m[1]);
  const lua = block("lua");
  const toml = block("toml");
  const server = languageServer(["dist/cli.js", "lsp", "--stdio"]);

  test("start the server as these tests do", () => {
    expect(strings(/cmd = \{(.*)\}/.exec(lua)?.[1])).toEqual(["lwnet", "lsp", "--stdio"]);
    expect(strings(/command = (.*)/.exec(toml)?.[1])).toEqual(["lwnet"]);
    expect(strings(/args = (.*)/.exec(toml)?.[1])).toEqual(["lsp", "--stdio"]);
    expect(JSON.parse(readFileSync("package.json", "utf8")).bin).toEqual({ lwnet: "dist/cli.js" });
  });

  test("Neovim: asked for settings by section, diagnostics on request, a folder", async () => {
    server.settings = { hints: { params: false, work: false } };
    const { capabilities } = await server.initializeWith({
      rootUri: folderUri,
      workspaceFolders: [{ uri: folderUri, name: folder }],
      capabilities: {
        general: { positionEncodings: ["utf-8", "utf-16", "utf-32"] },
        workspace: {
          configuration: true,
          workspaceFolders: true,
          didChangeWatchedFiles: { dynamicRegistration: false, relativePatternSupport: true },
          inlayHint: { refreshSupport: true },
        },
        textDocument: {
          diagnostic: { dynamicRegistration: false },
          inlayHint: { dynamicRegistration: true },
        },
        window: { workDoneProgress: true },
      },
    });
    expect(capabilities.positionEncoding).toBe("utf-16");
    // Neovim pushes its settings as soon as it is initialized.
    await server.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, {
      settings: { lwnet: server.settings },
    });
    await server.open(uri, wrong);
    expect(await askFor()).toMatchObject({ kind: Full, items: [{ code: "unknown-name" }] });
    await server.change(uri, right, 2);
    expect(await askFor()).toMatchObject({ kind: Full, items: [] });
    expect(await labels()).toMatch(/^ *8×28×28 *$/m);
  });

  test("Helix: settings as it starts and on request, diagnostics pushed", async () => {
    server.settings = { hints: { params: false, work: false } };
    await server.initializeWith({
      rootUri: folderUri,
      workspaceFolders: [{ uri: folderUri, name: "folder" }],
      initializationOptions: server.settings,
      capabilities: {
        general: { positionEncodings: ["utf-8", "utf-32", "utf-16"] },
        workspace: {
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: false },
          didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: false },
          inlayHint: { refreshSupport: false },
          workspaceFolders: true,
        },
        textDocument: { inlayHint: { dynamicRegistration: false } },
        window: { workDoneProgress: true },
      },
    });
    await server.open(uri, wrong);
    expect(await server.diagnosticsOf(uri, 1)).toMatchObject([{ code: "unknown-name" }]);
    await server.change(uri, right, 2);
    expect(await labels()).toMatch(/^ *8×28×28 *$/m);
  });

  const askFor = () =>
    server.connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument: { uri } });
  const labels = async () => {
    const params = { textDocument: { uri }, range: everything };
    const hints = await server.connection.sendRequest(lsp.InlayHintRequest.type, params);
    return (hints ?? [])
      .map(({ label }) => (typeof label === "string" ? label : label.map(({ value }) => value).join("")))
      .join("\n");
  };

  test("serves an editor until it says exit", async () => {
    const { serverInfo } = await server.initializeWith({});
    expect(serverInfo).toEqual({ name: "lwnet", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    await server.open(uri, right);
    const networks = await server.connection.sendRequest<NetworkItem[]>("lwnet/networks", { uri });
    expect(networks).toMatchObject([{ name: "Tiny" }]);
    const ended = new Promise((resolve) => server.process.once("exit", resolve));
    await server.connection.sendRequest(lsp.ShutdownRequest.type);
    await server.connection.sendNotification(lsp.ExitNotification.type);
    expect(await ended).toBe(0);
  });
});
