/** What a network costs, over the protocol: lenses, totals, the choice of an instance. */
import { expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import type { GraphPicture, HeatResult, InstancesResult, TotalsResult } from "../server/src/lsp/protocol.ts";
import { languageServer, until } from "./harness/languageServer.ts";

const uri = "file:///units.lwnet";
const text = `block unit(planes: int) {
  conv(planes, kernel: 3)
}
network Net {
  input image: [3, 8, 8]
  unit(4) -> unit(8)
}
`;

const server = languageServer();

const lenses = async (): Promise<lsp.CodeLens[]> => {
  const found = await server.connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: { uri } });
  return Promise.all(
    (found ?? []).map((lens) => server.connection.sendRequest(lsp.CodeLensResolveRequest.type, lens)),
  );
};
const hints = async () => {
  const range = lsp.Range.create(0, 0, 99, 0);
  const found = await server.connection.sendRequest(lsp.InlayHintRequest.type, {
    textDocument: { uri },
    range,
  });
  return (found ?? []).map(({ label }) =>
    (typeof label === "string" ? label : label.map(({ value }) => value).join("")).trim(),
  );
};

test("lenses stand at once and say what they mean when they are resolved", async () => {
  const { capabilities } = await server.initialize();
  expect(capabilities.codeLensProvider).toEqual({ resolveProvider: true });
  await server.open(uri, text);
  const found = await server.connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: { uri } });
  expect(found?.every(({ command }) => command === undefined)).toBe(true);
  expect(
    (await lenses()).map(({ range, command }) => [range.start.line, command?.title, command?.command]),
  ).toEqual([
    [0, "2 instances · 408 params · 25.3K MACs", "lwnet.chooseInstance"],
    [3, "408 params · 25.3K MACs · 1.63 KB · peak 3.07 KB", "lwnet.showTotals"],
    [3, "Graph", "lwnet.showGraph"],
    [3, "Run", "lwnet.exportAndRun"],
    [3, "Export", "lwnet.exportModel"],
  ]);
  expect(await hints()).not.toContain("408 params · 25.3K MACs");
});

test("lenses can be switched off", async () => {
  server.settings = { lens: { enabled: false } };
  await server.initialize();
  await server.open(uri, text);
  expect(await lenses()).toEqual([]);
  // The totals are in a hint then.
  expect(await hints()).toContain("408 params · 25.3K MACs");
});

test("a chosen instance is shown until all are wanted again; the editor is told to ask anew", async () => {
  let lensRefreshes = 0;
  server.connection.onRequest(lsp.CodeLensRefreshRequest.type, () => void lensRefreshes++);
  await server.initialize({ codeLens: { refreshSupport: true } });
  await server.open(uri, text);
  const list: InstancesResult = await server.connection.sendRequest("lwnet/instances", {
    uri,
    block: "unit",
  });
  expect(list.entries.map(({ title }) => title)).toEqual(["unit(planes: 4)", "unit(planes: 8)"]);
  const choose = (instance?: string) =>
    server.connection.sendRequest("lwnet/chooseInstance", {
      uri,
      block: "unit",
      ...(instance ? { instance } : {}),
    });

  expect((await hints())[0]).toContain("×2");
  await choose(list.entries[1]?.key);
  await until(() => (server.refreshes() > 0 && lensRefreshes > 0) || undefined, "a refresh");
  expect((await hints())[0]).toBe("8×8×8 · 296 params · 18.4K MACs");
  expect((await lenses()).slice(0, 2).map(({ command }) => command?.title)).toEqual([
    "showing unit(planes: 8) · 2 of 2",
    "show all",
  ]);
  await choose();
  expect((await hints())[0]).toContain("×2");
});

test("what is shown of a file is asked for anew when one that it imports, or one that imports it, is edited", async () => {
  let refreshes = 0;
  server.connection.onRequest(lsp.CodeLensRefreshRequest.type, () => void refreshes++);
  await server.initialize({ codeLens: { refreshSupport: true } });
  const library = "file:///library.lwnet";
  const declared = "block wide { conv(8, kernel: 3) }\n";
  await server.open(library, declared);
  await server.open(
    uri,
    `import { wide } from "./library.lwnet"
network Net {
  input image: [3, 8, 8]
  wide
}
`,
  );
  expect((await lenses())[0]?.command?.title).toMatch(/^224 params/);
  await until(() => refreshes === 1 || undefined, "a refresh for the library's lens");
  await server.change(library, declared.replace("8", "16"), 2);
  await until(() => refreshes === 2 || undefined, "a refresh for the network's lens");
  expect((await lenses())[0]?.command?.title).toMatch(/^448 params/);
});

test("the totals of the network that is meant at a position", async () => {
  await server.initialize();
  await server.open(uri, text);
  const totals: TotalsResult = await server.connection.sendRequest("lwnet/totals", {
    uri,
    position: { line: 1, character: 3 },
  });
  expect(totals).toMatchObject({ network: "Net", brief: "408 params · 25.3K MACs" });
  expect(totals.figures).toContainEqual(["peak", "3.07 KB alive at once"]);
});

test("the share of each line in the network that is meant at a position", async () => {
  await server.initialize();
  await server.open(uri, text);
  const heat: HeatResult = await server.connection.sendRequest("lwnet/heat", {
    uri,
    position: { line: 5, character: 0 },
    metric: "params",
  });
  expect(heat).toEqual({
    network: "Net",
    metric: "params",
    lines: [1, 5].map((line) => ({
      line,
      share: 1,
      text: "100%",
      description: "100% of the parameters of Net",
    })),
  });
});

test("the parts of a hint lead to what decided the shape, once they are pointed at", async () => {
  const properties = ["tooltip", "label.tooltip", "label.location"];
  await server.initialize({}, { inlayHint: { resolveSupport: { properties } } });
  await server.open(uri, text);
  const [hint] =
    (await server.connection.sendRequest(lsp.InlayHintRequest.type, {
      textDocument: { uri },
      range: lsp.Range.create(5, 0, 5, 99),
    })) ?? [];
  if (!hint) throw new Error("there is no hint");
  expect(hint.label).not.toContainEqual(expect.objectContaining({ location: expect.anything() }));
  const resolved = await server.connection.sendRequest(lsp.InlayHintResolveRequest.type, hint);
  expect(resolved.label).toContainEqual({
    value: "8",
    location: { uri, range: lsp.Range.create(1, 7, 1, 13) },
    tooltip: { kind: "markdown", value: "channels: set by `conv(planes, kernel: 3)`" },
  });
  await server.change(uri, `\n${text}`, 2);
  const stale = await server.connection.sendRequest(lsp.InlayHintResolveRequest.type, hint);
  expect(stale.label).toEqual(hint.label);
});

test("a network is drawn, with the places of its nodes as positions", async () => {
  await server.initialize();
  await server.open(uri, text);
  const graph: GraphPicture = await server.connection.sendRequest("lwnet/graph", {
    uri,
    network: "Net",
    theme: "light",
  });
  expect(graph.svg).toMatch(/^<svg /);
  const [first] = graph.nodes;
  expect(first?.places[0]).toEqual({
    uri,
    range: { start: { line: expect.any(Number), character: 2 }, end: expect.anything() },
  });
});
