/** What names mean, asked over the protocol, in a folder of several files. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import { languageServer, until } from "./harness/languageServer.ts";

const server = languageServer();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lwnet-names-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const common = "block unit(k: int) {\n  a: conv(k, kernel: 1)\n  add(it, a)\n}\n";
const main = `import { unit } from "./common.lwnet"
network Main {
  input x: [3, 8, 8]
  unit(k: 8)
}
`;

/** A folder with both files, of which the main one is open. */
async function openBoth(): Promise<lsp.InitializeResult> {
  write("common.lwnet", common);
  write("main.lwnet", main);
  server.folders = [pathToFileURL(folder).href];
  const result = await server.initialize();
  await server.open(uriOf("main.lwnet"), main, 7);
  return result;
}

const at = (name: string, line: number, character: number) => ({
  textDocument: { uri: uriOf(name) },
  position: { line, character },
});

test("references are found in files that are not open", async () => {
  await openBoth();
  const params = { ...at("main.lwnet", 3, 3), context: { includeDeclaration: true } };
  const found = await server.connection.sendRequest(lsp.ReferencesRequest.type, params);
  expect(found?.map(({ uri, range }) => [uri, range.start])).toEqual([
    [uriOf("common.lwnet"), { line: 0, character: 6 }],
    [uriOf("main.lwnet"), { line: 0, character: 9 }],
    [uriOf("main.lwnet"), { line: 3, character: 2 }],
  ]);
});

test("a rename edits every file, the open ones in the version that was asked about", async () => {
  await openBoth();
  const place = await server.connection.sendRequest(lsp.PrepareRenameRequest.type, at("main.lwnet", 3, 3));
  expect(place).toMatchObject({ placeholder: "unit", range: { start: { line: 3, character: 2 } } });
  const params = { ...at("main.lwnet", 3, 3), newName: "cell" };
  const edit = await server.connection.sendRequest(lsp.RenameRequest.type, params);
  expect(edit?.documentChanges).toMatchObject([
    { textDocument: { uri: uriOf("common.lwnet"), version: null }, edits: [{ newText: "cell" }] },
    { textDocument: { uri: uriOf("main.lwnet"), version: 7 }, edits: [{}, {}] },
  ]);
});

test("what can't be renamed is refused in a sentence", async () => {
  await openBoth();
  const ask = server.connection.sendRequest(lsp.PrepareRenameRequest.type, at("main.lwnet", 2, 3));
  await expect(ask).rejects.toThrow("`input` is a word of the language");
  const params = { ...at("main.lwnet", 3, 3), newName: "Main" };
  const rename = server.connection.sendRequest(lsp.RenameRequest.type, params);
  await expect(rename).rejects.toThrow("`Main` is already declared in this file");
});

test("a label is highlighted with its use, and both are edited at once", async () => {
  const { capabilities } = await openBoth();
  expect(capabilities).toMatchObject({ documentHighlightProvider: true, linkedEditingRangeProvider: true });
  await server.open(uriOf("common.lwnet"), common);
  const place = at("common.lwnet", 2, 10);
  const marks = await server.connection.sendRequest(lsp.DocumentHighlightRequest.type, place);
  expect(marks?.map(({ kind }) => kind)).toEqual([
    lsp.DocumentHighlightKind.Write,
    lsp.DocumentHighlightKind.Read,
  ]);
  const linked = await server.connection.sendRequest(lsp.LinkedEditingRangeRequest.type, place);
  expect(linked?.ranges).toEqual(marks?.map(({ range }) => range));
});

test("calls are asked for item by item", async () => {
  await openBoth();
  const connection = server.connection;
  const place = at("main.lwnet", 3, 3);
  const [item] = (await connection.sendRequest(lsp.CallHierarchyPrepareRequest.type, place)) ?? [];
  expect(item).toMatchObject({ name: "unit", detail: "common.lwnet", uri: uriOf("common.lwnet") });
  if (!item) return;
  const calls = await connection.sendRequest(lsp.CallHierarchyIncomingCallsRequest.type, { item });
  expect(calls).toMatchObject([
    { from: { name: "Main", uri: uriOf("main.lwnet") }, fromRanges: [{ start: { line: 3, character: 2 } }] },
  ]);
  const [caller] = calls ?? [];
  if (!caller) return;
  const back = await connection.sendRequest(lsp.CallHierarchyOutgoingCallsRequest.type, {
    item: caller.from,
  });
  expect(back).toMatchObject([{ to: { name: "unit" }, fromRanges: [{ start: { line: 3, character: 2 } }] }]);
});

test("symbols are found in all files, and the type of a label is its block", async () => {
  await openBoth();
  const symbols = await server.connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: "unit" });
  expect(symbols?.[0]).toMatchObject({ name: "unit", containerName: "common.lwnet" });
  await server.change(uriOf("main.lwnet"), main.replace("unit(k", "u: unit(k"), 8);
  const place = at("main.lwnet", 3, 2);
  const found = await server.connection.sendRequest(lsp.TypeDefinitionRequest.type, place);
  expect(found).toMatchObject([{ uri: uriOf("common.lwnet"), range: { start: { line: 0, character: 6 } } }]);
});

test("a definition is a link with a preview for an editor that shows one", async () => {
  write("common.lwnet", common);
  await server.initializeWith({ capabilities: { textDocument: { definition: { linkSupport: true } } } });
  await server.open(uriOf("main.lwnet"), main);
  const found = await server.connection.sendRequest(lsp.DefinitionRequest.type, at("main.lwnet", 3, 3));
  const range = (line: number, start: number, endLine: number, end: number) => ({
    start: { line, character: start },
    end: { line: endLine, character: end },
  });
  expect(found).toEqual([
    {
      originSelectionRange: range(3, 2, 3, 6),
      targetUri: uriOf("common.lwnet"),
      targetRange: range(0, 0, 3, 1),
      targetSelectionRange: range(0, 6, 0, 10),
    },
  ]);
});

test("the path of an import is a link", async () => {
  await openBoth();
  const params = { textDocument: { uri: uriOf("main.lwnet") } };
  const links = await server.connection.sendRequest(lsp.DocumentLinkRequest.type, params);
  expect(links).toMatchObject([
    { target: uriOf("common.lwnet"), tooltip: "Open common.lwnet", range: { start: { character: 22 } } },
  ]);
});

test("before a file is renamed, the imports that name it are edited", async () => {
  const { capabilities } = await openBoth();
  expect(capabilities.workspace?.fileOperations?.willRename?.filters).toContainEqual({
    pattern: { glob: "**/*.lwnet", matches: "file" },
  });
  const files = [{ oldUri: uriOf("common.lwnet"), newUri: uriOf("lib/blocks.lwnet") }];
  const edit = await server.connection.sendRequest(lsp.WillRenameFilesRequest.type, { files });
  expect(edit?.documentChanges).toMatchObject([
    {
      textDocument: { uri: uriOf("main.lwnet"), version: 7 },
      edits: [{ newText: '"./lib/blocks.lwnet"', range: { start: { line: 0, character: 21 } } }],
    },
  ]);
});

describe("files that come and go", () => {
  const symbols = async (query: string) => {
    const found = await server.connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query });
    return found?.filter(({ location }) => location.uri.startsWith("file:")).map(({ name }) => name);
  };
  const changed = (name: string, type: lsp.FileChangeType) =>
    server.connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf(name), type }],
    });

  test("on disk, are known as soon as the editor tells, and diagnostics follow", async () => {
    await openBoth();
    expect(await server.diagnosticsOf(uriOf("main.lwnet"), 7)).toEqual([]);
    rmSync(join(folder, "common.lwnet"));
    await changed("common.lwnet", lsp.FileChangeType.Deleted);
    const reports = () => server.published.findLast(({ diagnostics }) => diagnostics.length > 0);
    const { diagnostics } = await until(reports, "a diagnostic of the import");
    expect(diagnostics).toMatchObject([{ code: "unknown-file" }]);
    expect(await symbols("unit")).toEqual([]);

    write("another.lwnet", "block another { relu }\n");
    await changed("another.lwnet", lsp.FileChangeType.Created);
    expect(await symbols("another")).toEqual(["another"]);

    write("another.lwnet", "block renamed { relu }\n");
    await changed("another.lwnet", lsp.FileChangeType.Changed);
    expect(await symbols("renamed")).toEqual(["renamed"]);
  });

  test("with a folder that is renamed in the editor, of which no watcher tells file by file", async () => {
    mkdirSync(join(folder, "old"));
    write("old/common.lwnet", common);
    await openBoth();
    expect(await symbols("unit")).toEqual(["unit", "unit"]);
    renameSync(join(folder, "old"), join(folder, "new"));
    const files = [{ oldUri: uriOf("old"), newUri: uriOf("new") }];
    await server.connection.sendNotification(lsp.DidRenameFilesNotification.type, { files });
    await server.change(uriOf("main.lwnet"), main.replace("./common", "./new/common"), 8);
    expect(await server.diagnosticsOf(uriOf("main.lwnet"), 8)).toEqual([]);
    await server.change(uriOf("main.lwnet"), main.replace("./common", "./old/common"), 9);
    expect(await server.diagnosticsOf(uriOf("main.lwnet"), 9)).toMatchObject([{ code: "unknown-file" }]);
  });

  test("with a folder that is added to the workspace or taken from it", async () => {
    mkdirSync(join(folder, "one"));
    mkdirSync(join(folder, "two"));
    write("one/a.lwnet", "block first { relu }\n");
    write("two/b.lwnet", "block second { relu }\n");
    const [one, two] = [uriOf("one"), uriOf("two")];
    server.folders = [one];
    await server.initialize();
    expect(await symbols("")).toEqual(["first"]);

    const tell = (added: string[], removed: string[]) => {
      const named = (uri: string) => ({ uri, name: uri });
      return server.connection.sendNotification(lsp.DidChangeWorkspaceFoldersNotification.type, {
        event: { added: added.map(named), removed: removed.map(named) },
      });
    };
    server.folders = [one, two];
    await tell([two], []);
    expect(await symbols("")).toEqual(["first", "second"]);

    server.folders = [two];
    await tell([], [one]);
    expect(await symbols("")).toEqual(["second"]);
  });
});
