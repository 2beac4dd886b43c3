/** Refactorings and checks over the protocol. */
import { expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import type { CheckedNetwork } from "../server/src/lsp/protocol.ts";
import { languageServer } from "./harness/languageServer.ts";

const uri = "file:///net.lwnet";
const text = `network Net {
  input x: [3, 8, 8]
  conv(8, kernel: 3) -> relu
  expect [8, 8, 8]
  budget { params <= 100 }
}
`;
const server = languageServer();

test("a refactoring is offered for a selection and resolved when it is chosen", async () => {
  await server.initialize();
  await server.open(uri, text);
  const range = { start: { line: 2, character: 2 }, end: { line: 2, character: 28 } };
  const actions = await server.connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri },
    range,
    context: { diagnostics: [], only: ["refactor.extract"] },
  });
  const [action] = (actions ?? []) as lsp.CodeAction[];
  expect(action).toMatchObject({ title: "Extract block", kind: "refactor.extract" });
  expect(action?.edit).toBeUndefined();
  const resolved = await server.connection.sendRequest(
    lsp.CodeActionResolveRequest.type,
    action as lsp.CodeAction,
  );
  const [change] = resolved.edit?.documentChanges ?? [];
  expect(
    change && "edits" in change ? change.edits.map((edit) => "newText" in edit && edit.newText) : [],
  ).toEqual(["block block1 {\n  conv(8, kernel: 3) -> relu\n}\n\n", "block1"]);
  // The user will want another name: asked for where the block is used, in the text after the edits.
  expect(resolved.command).toMatchObject({
    command: "lwnet.rename",
    arguments: [{ uri, position: { line: 6, character: 2 } }],
  });
});

test("what a file's networks are checked for, with places in the protocol's positions", async () => {
  await server.initialize();
  await server.open(uri, text);
  const networks: readonly CheckedNetwork[] = await server.connection.sendRequest("lwnet/checks", { uri });
  expect(networks).toMatchObject([
    {
      network: "Net",
      range: { start: { line: 0, character: 8 } },
      checks: [
        { label: "expect [8, 8, 8]", state: "passed", uri, range: { start: { line: 3, character: 2 } } },
        { kind: "budget", state: "failed", message: "params: 224, over the budget of 100" },
      ],
    },
  ]);
  expect(await server.connection.sendRequest("lwnet/checkedFiles", {})).toEqual([uri]);
});
