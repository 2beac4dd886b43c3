/** What the server answers while someone types, in the protocol's terms. */
import { expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import { tokenKinds } from "../server/src/core/index.ts";
import { languageServer } from "./harness/languageServer.ts";

const server = languageServer();
const uri = "file:///typing.lwnet";
const text = `network N {
  input image: [64, 56, 56]
  conv1: conv(8, kernel: 3)
  fi
}
`;
const at = (line: number, character: number) => ({
  textDocument: { uri },
  position: { line, character },
});

test("completion inserts snippets where the client has them, imports along, and documents what is looked at", async () => {
  const completionItem = { snippetSupport: true, insertReplaceSupport: true, labelDetailsSupport: true };
  await server.initialize({}, { completion: { completionItem } });
  await server.open(uri, text);
  const list = await server.connection.sendRequest(lsp.CompletionRequest.type, at(3, 4));
  if (!list || Array.isArray(list)) throw new Error("no list");
  expect(list.isIncomplete).toBe(false);
  const fire = list.items.find(({ label }) => label === "fire");
  const line = { start: { line: 3, character: 2 }, end: { line: 3, character: 4 } };
  expect(fire).toMatchObject({
    insertTextFormat: lsp.InsertTextFormat.Snippet,
    textEdit: { newText: "fire(${1:s1x1}, ${2:e1x1}, ${3:e3x3})", insert: line, replace: line },
    labelDetails: { detail: "(s1x1, e1x1, e3x3)", description: "std/squeezenet" },
    additionalTextEdits: [{ newText: 'import { fire } from "std/squeezenet"\n\n' }],
  });
  expect(fire).not.toHaveProperty("documentation");
  const resolved = await server.connection.sendRequest(
    lsp.CompletionResolveRequest.type,
    fire ?? { label: "" },
  );
  expect(resolved.documentation).toMatchObject({
    kind: "markdown",
    value: expect.stringContaining("The Fire module"),
  });
});

test("a client without snippets gets plain text", async () => {
  await server.initialize();
  await server.open(uri, text);
  const list = await server.connection.sendRequest(lsp.CompletionRequest.type, at(3, 4));
  const items = Array.isArray(list) ? list : (list?.items ?? []);
  expect(items.find(({ label }) => label === "conv")).toMatchObject({
    textEdit: { newText: "conv", range: {} },
    detail: "(channels, kernel, …)",
  });
});

test("signatures mark the parameter at the cursor", async () => {
  const parameterInformation = { labelOffsetSupport: true };
  await server.initialize({}, { signatureHelp: { signatureInformation: { parameterInformation } } });
  await server.open(uri, text);
  const help = await server.connection.sendRequest(lsp.SignatureHelpRequest.type, at(2, 18));
  const signature = help?.signatures[0];
  expect(signature?.label).toMatch(/^conv\(channels: int, kernel: int or list, /);
  expect(help).toMatchObject({ activeSignature: 0, activeParameter: 1 });
  expect(signature?.parameters?.[1]).toMatchObject({
    label: [20, 39],
    documentation: { kind: "markdown", value: expect.stringMatching(/./) },
  });
});

test("semantic tokens: all, the difference to the last answer, and those in sight", async () => {
  await server.initialize();
  await server.open(uri, text);
  const textDocument = { uri };
  const full = await server.connection.sendRequest(lsp.SemanticTokensRequest.type, { textDocument });
  // network `N` on the first line, then `image` on the second.
  expect(full?.data.slice(0, 10)).toEqual([
    ...[0, 8, 1, tokenKinds.indexOf("struct"), 1],
    ...[1, 8, 5, tokenKinds.indexOf("tensor"), 1],
  ]);

  await server.change(uri, `\n${text.replace("fi", "bn")}`, 2);
  const delta = await server.connection.sendRequest(lsp.SemanticTokensDeltaRequest.type, {
    textDocument,
    previousResultId: full?.resultId ?? "",
  });
  // One line more before the first token, one token more at the end: all between is as it was.
  expect(delta).toMatchObject({ edits: [{ start: 0 }] });
  const edited = [...(full?.data ?? [])];
  for (const { start, deleteCount, data = [] } of (delta as lsp.SemanticTokensDelta).edits)
    edited.splice(start, deleteCount, ...data);
  const again = await server.connection.sendRequest(lsp.SemanticTokensRequest.type, { textDocument });
  expect(edited).toEqual(again?.data);

  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 99 } };
  const first = await server.connection.sendRequest(lsp.SemanticTokensRangeRequest.type, {
    textDocument,
    range,
  });
  expect(first?.data).toHaveLength(5);

  const unknown = { textDocument, previousResultId: "of another session" };
  const whole = await server.connection.sendRequest(lsp.SemanticTokensDeltaRequest.type, unknown);
  expect(whole).toHaveProperty("data");
});

test("kinds of tokens have the names that the client knows", async () => {
  const tokenTypes = ["class", "struct", "function", "variable", "property", "layer"];
  const semanticTokens = { tokenTypes, tokenModifiers: [], formats: [], requests: {} };
  const { capabilities } = await server.initialize({}, { semanticTokens });
  const named = capabilities.semanticTokensProvider?.legend.tokenTypes ?? [];
  expect(named).toEqual(
    tokenKinds.map(
      (kind) => ({ tensor: "variable", dimension: "variable", label: "property" })[kind as string] ?? kind,
    ),
  );
});

test("folding leaves the closing line in sight; selections have those around them as parents", async () => {
  await server.initialize();
  await server.open(uri, text);
  const folds = await server.connection.sendRequest(lsp.FoldingRangeRequest.type, { textDocument: { uri } });
  expect(folds).toEqual([{ startLine: 0, endLine: 3 }]);
  const [selection] =
    (await server.connection.sendRequest(lsp.SelectionRangeRequest.type, {
      textDocument: { uri },
      positions: [{ line: 2, character: 17 }],
    })) ?? [];
  const character = (start: number, end: number) => ({
    start: { line: 2, character: start },
    end: { line: 2, character: end },
  });
  expect(selection).toMatchObject({
    range: character(17, 23),
    parent: { range: character(17, 26), parent: { range: character(14, 26) } },
  });
});
