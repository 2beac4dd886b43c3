/** What names mean, asked over the protocol, in a folder of several files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import { languageServer } from "./harness/languageServer.ts";

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
