/** Lints, fixes and refactorings over the protocol. */
import { expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import { languageServer } from "./harness/languageServer.ts";

const uri = "file:///net.lwnet";
const text = `import { fire } from "std/squeezenet"

network Net {
  input image: [64, 8, 8]
  conv(64, kernel: 3) -> bn -> relu
  output features
}
`;

const server = languageServer();

const ask = (line: number, character: number, only?: string[]) => {
  const position = { line, character };
  return server.connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [], ...(only ? { only } : {}) },
  }) as Promise<lsp.CodeAction[]>;
};

const newTexts = ({ edit }: lsp.CodeAction) =>
  edit?.documentChanges?.flatMap((change) =>
    "edits" in change ? change.edits.map((e) => ("newText" in e ? e.newText : undefined)) : [],
  );

async function open(): Promise<void> {
  await server.initialize();
  await server.open(uri, text);
}

test("lints are pushed as warnings, what could go as unnecessary", async () => {
  await open();
  expect(await server.diagnosticsOf(uri, 1)).toMatchObject([
    {
      code: "unused-import",
      severity: lsp.DiagnosticSeverity.Warning,
      tags: [lsp.DiagnosticTag.Unnecessary],
    },
    { code: "bias-before-norm", severity: lsp.DiagnosticSeverity.Warning },
  ]);
});

test("the setting turns one off and makes another an error, also while the file is open", async () => {
  server.settings = { lint: { "unused-import": "off" } };
  await open();
  expect(await server.diagnosticsOf(uri, 1)).toMatchObject([{ code: "bias-before-norm" }]);
  server.settings = { lint: { "unused-import": "off", "bias-before-norm": "error" } };
  const before = server.published.length;
  await server.didChangeSettings();
  await server.change(uri, `${text}\n`, 2);
  expect(await server.diagnosticsOf(uri, 2)).toMatchObject([{ severity: lsp.DiagnosticSeverity.Error }]);
  expect(server.published.length).toBeGreaterThan(before);
});

test("a fix tells what the network gains or loses, and can be told from a comment", async () => {
  await open();
  const actions = await ask(4, 4, ["quickfix"]);
  expect(actions.map(({ title, isPreferred = false }) => [title, isPreferred])).toEqual([
    ["Drop the bias (−64 params)", true],
    ["Allow `bias-before-norm` here", false],
  ]);
  expect(actions.map(newTexts)).toEqual([[", bias: false"], [" // lwnet: allow bias-before-norm"]]);
});

test("a refactoring is offered without its edits and resolved when chosen", async () => {
  await open();
  const title = "Replace 64 by `in.channels`";
  const action = (await ask(4, 8, ["refactor.rewrite"])).find((each) => each.title === title);
  expect(action).toMatchObject({ kind: "refactor.rewrite" });
  expect(action).not.toHaveProperty("edit");
  const resolve = () =>
    server.connection.sendRequest(lsp.CodeActionResolveRequest.type, action as lsp.CodeAction);
  expect(newTexts(await resolve())).toEqual(["in.channels"]);

  // Of an older version the places are no longer known.
  await server.change(uri, `\n${text}`, 2);
  expect(await resolve()).not.toHaveProperty("edit");
});

test("on saving, imports are organised and all is fixed that needs no thought", async () => {
  await open();
  expect(await ask(0, 0, ["source.organizeImports"])).toMatchObject([{ kind: "source.organizeImports" }]);
  expect((await ask(0, 0, ["source.fixAll"])).map(newTexts)).toEqual([[""]]);
  expect(await ask(4, 4, ["source.sortMembers"])).toEqual([]);
});

test("a file that an import asks for is made, with its edit in one go", async () => {
  await server.initialize();
  await server.open(uri, text.replace("std/squeezenet", "./units.lwnet"));
  const create = (await ask(0, 25)).find(({ title }) => title.startsWith("Create"));
  const target = "file:///units.lwnet";
  expect(create?.edit?.documentChanges).toMatchObject([
    { kind: "create", uri: target },
    { textDocument: { uri: target, version: null }, edits: [{ newText: "block fire {}\n" }] },
  ]);
});
