/** The language server as its users meet it: the bundled process over stdio, spoken to in the protocol. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as lsp from "vscode-languageserver-protocol/node";
import type {
  DeviceItem,
  ExportResult,
  FormatItem,
  NetworkItem,
  ProgressParams,
  RunParams,
  RunResponse,
} from "../server/src/lsp/protocol.ts";
import { languageServer, until } from "./harness/languageServer.ts";

const uri = "file:///tiny.lwnet";
const text = `network Tiny {
  input image: [3, 28, 28]
  conv1: conv(8, kernel: 3) -> rellu
  global_avg_pool -> flatten -> linear(10)
  output logits
}
`;
const fixed = text.replace("rellu", "relu");

const server = languageServer();

async function open(content: string): Promise<void> {
  await server.initialize();
  await server.open(uri, content);
}

const diagnosticsOf = (version: number) => server.diagnosticsOf(uri, version);
const wholeFile: lsp.Range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const hints = () =>
  server.connection.sendRequest(lsp.InlayHintRequest.type, { textDocument: { uri }, range: wholeFile });
const at = (line: number, word: string): lsp.Position => ({
  line,
  character: (text.split("\n")[line] ?? "").indexOf(word),
});

test("initialize answers with what the server offers", async () => {
  const { capabilities } = await server.initialize();
  expect(capabilities).toMatchObject({
    positionEncoding: "utf-16",
    textDocumentSync: { openClose: true, change: lsp.TextDocumentSyncKind.Incremental },
    inlayHintProvider: { resolveProvider: true },
    hoverProvider: true,
    documentSymbolProvider: true,
    codeActionProvider: {
      codeActionKinds: [
        "quickfix",
        "refactor.extract",
        "refactor.inline",
        "refactor.rewrite",
        "source.organizeImports",
        "source.fixAll.lwnet",
      ],
      resolveProvider: true,
    },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
  });
});

test("diagnostics come with the version they belong to and go when the text is right", async () => {
  await open(text);
  const diagnostics = await diagnosticsOf(1);
  const start = at(2, "rellu");
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    source: "lwnet",
    code: "unknown-name",
    severity: lsp.DiagnosticSeverity.Error,
    range: { start, end: { line: 2, character: start.character + 5 } },
  });

  await server.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [
      {
        range: {
          start: { line: 2, character: start.character + 2 },
          end: { line: 2, character: start.character + 3 },
        },
        text: "",
      },
    ],
  });
  expect(await diagnosticsOf(2)).toEqual([]);
});

test("versions that are superseded at once are never published", async () => {
  await open(text);
  for (let version = 2; version <= 6; version++) {
    await server.change(uri, fixed, version);
  }
  await diagnosticsOf(6);
  expect(server.published.map(({ version }) => version)).toEqual([6]);
});

test("closing a file takes its diagnostics back", async () => {
  await open(text);
  await diagnosticsOf(1);
  await server.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, {
    textDocument: { uri },
  });
  await until(
    () => server.published.find(({ diagnostics }) => diagnostics.length === 0),
    "empty diagnostics",
  );
});

test("hints show shapes, and follow the settings", async () => {
  await open(fixed);
  const before = (await hints()) ?? [];
  expect(before.some(({ label, position }) => position.line === 2 && String(label).includes("8×28×28"))).toBe(
    true,
  );

  server.settings = { hints: { enabled: false } };
  await server.didChangeSettings();
  await until(() => (server.refreshes() > 0 ? true : undefined), "a refresh of the hints");
  expect(await hints()).toEqual([]);
});

test("hover explains the layer under the cursor", async () => {
  await open(fixed);
  const position = at(2, "conv(");
  const hover = await server.connection.sendRequest(lsp.HoverRequest.type, {
    textDocument: { uri },
    position,
  });
  expect(hover?.contents).toMatchObject({ kind: "markdown", value: expect.stringContaining("conv") });
});

test("the outline lists the network", async () => {
  await open(fixed);
  const symbols = await server.connection.sendRequest(lsp.DocumentSymbolRequest.type, {
    textDocument: { uri },
  });
  expect(symbols?.map(({ name }) => name)).toEqual(["Tiny"]);
});

describe("code actions", () => {
  const ask = (range: lsp.Range, only?: string[]) =>
    server.connection.sendRequest(lsp.CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only ? { only } : {}) },
    });

  test("a misspelt layer is mended by a preferred quick fix that names its diagnostic", async () => {
    await open(text);
    const position = at(2, "rellu");
    const actions = (await ask({ start: position, end: position })) as lsp.CodeAction[];
    expect(actions[0]).toMatchObject({
      kind: "quickfix",
      isPreferred: true,
      diagnostics: [{ code: "unknown-name" }],
      edit: {
        documentChanges: [{ textDocument: { uri, version: 1 }, edits: [{ newText: "relu" }] }],
      },
    });
  });

  test("other kinds are not offered quick fixes", async () => {
    await open(text);
    expect(await ask(wholeFile, ["source.organizeImports"])).toEqual([]);
  });
});

describe("formatting", () => {
  const rough = fixed.replace("(8, kernel: 3)", "( 8,kernel:3 )").replace("  output", "    output");
  const textDocument = { uri };
  const options = { tabSize: 8, insertSpaces: false };
  const edit = (line: number, start: number, end: number, newText: string): lsp.TextEdit => ({
    range: { start: { line, character: start }, end: { line, character: end } },
    newText,
  });
  const inCall = [edit(2, 14, 15, ""), edit(2, 17, 17, " "), edit(2, 24, 24, " "), edit(2, 25, 26, "")];

  test("of a file touches only what changes, whatever the editor's tab size", async () => {
    await open(rough);
    const edits = await server.connection.sendRequest(lsp.DocumentFormattingRequest.type, {
      textDocument,
      options,
    });
    expect(edits).toEqual([...inCall, edit(4, 2, 4, "")]);
  });

  test("of a selection stays in its lines", async () => {
    await open(rough);
    const range = { start: { line: 2, character: 5 }, end: { line: 3, character: 0 } };
    const params = { textDocument, options, range };
    expect(await server.connection.sendRequest(lsp.DocumentRangeFormattingRequest.type, params)).toEqual(
      inCall,
    );
  });

  test("while typing formats the line that was ended, and what a brace closes", async () => {
    await open(rough);
    const typed = (ch: string, line: number, character: number) =>
      server.connection.sendRequest(lsp.DocumentOnTypeFormattingRequest.type, {
        textDocument,
        options,
        ch,
        position: { line, character },
      });
    expect(await typed("\n", 3, 2)).toEqual(inCall);
    expect(await typed("}", 5, 1)).toEqual([...inCall, edit(4, 2, 4, "")]);
  });
});

test("networks are listed with their lines", async () => {
  await open(fixed);
  const networks = await server.connection.sendRequest<NetworkItem[]>("lwnet/networks", { uri });
  expect(networks).toMatchObject([{ name: "Tiny", line: 0, sizes: [] }]);
});

test("a network says which sizes of its inputs it leaves open", async () => {
  await open("network Open { input a: [3, H, W]\n input b: [8, H, 4]\n relu }\n");
  const networks = await server.connection.sendRequest<NetworkItem[]>("lwnet/networks", { uri });
  expect(networks).toMatchObject([{ name: "Open", sizes: ["H", "W"] }]);
});

test("formats are listed with the ways of writing them, and a network is written in each", async () => {
  await open(fixed);
  const formats = await server.connection.sendRequest<FormatItem[]>("lwnet/formats", null);
  const folder = mkdtempSync(join(tmpdir(), "lwnet-export-"));
  const notes = new Map<string, readonly string[]>();
  const bytes = new Map<string, number>();
  for (const [i, { id, title, extension, options }] of formats.entries()) {
    const output = join(folder, `${i}${extension}`);
    const params = { uri, network: "Tiny", format: id, ...(options ? { options } : {}), output };
    notes.set(title, (await server.connection.sendRequest<ExportResult>("lwnet/export", params)).notes);
    bytes.set(title, statSync(output).size);
  }
  rmSync(folder, { recursive: true });
  expect(notes.get("TensorFlow.js graph")?.[0]).toMatch(/^It is a graph model/);
  expect(notes.get("ONNX at 8 bits")?.[0]).toMatch(/scales are those of random input/);
  expect(bytes.get("ONNX at 16 bits")).toBeLessThan(bytes.get("ONNX") ?? 0);
});

describe("running", () => {
  const folder = mkdtempSync(join(tmpdir(), "lwnet-server-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const ask = (params: Partial<RunParams>) =>
    server.connection.sendRequest<RunResponse>("lwnet/exportAndRun", {
      uri,
      network: "Tiny",
      folder,
      ...params,
    });

  test("a network is exported and run, and each layer knows its line", async () => {
    await open(fixed);
    const progress: ProgressParams[] = [];
    server.connection.onNotification(
      "lwnet/progress",
      (params: ProgressParams) => void progress.push(params),
    );
    const result = await ask({ device: "cpu", repeats: 3, progress: "mine" });
    expect(result).toMatchObject({
      network: "Tiny",
      device: { requested: "cpu", ran: "cpu" },
      latencyMs: { repeats: 3 },
      outputs: [{ name: "logits", shape: [1, 10] }],
      modelPath: join(folder, "Tiny.onnx"),
    });
    expect(result.layers.map(({ op, line }) => [op, line])).toEqual([
      ["conv", 3],
      ["relu", 3],
      ["global_avg_pool", 4],
      ["flatten", 4],
      ["linear", 4],
    ]);
    expect(result.layers.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(result.modelBytes).toBe(statSync(result.modelPath).size);
    expect(new Set(progress.map(({ id }) => id))).toEqual(new Set(["mine"]));
  });

  test("it is run as the request says", async () => {
    await open(fixed);
    const result = await ask({ device: "wasm", batch: 2, repeats: 1, input: "zeros" });
    expect(result).toMatchObject({
      batch: 2,
      input: { kind: "zeros" },
      device: { ran: "cpu", provider: "wasm" },
      outputs: [{ shape: [2, 10] }],
      modelPath: join(folder, "Tiny.json"),
    });
    const missing = ask({ device: "cpu", weights: "nowhere.safetensors" });
    await expect(missing).rejects.toThrow("nowhere.safetensors");
  });

  test("what it can be run on is listed", async () => {
    await open(fixed);
    const devices = await server.connection.sendRequest<DeviceItem[]>("lwnet/devices", { uri });
    expect(devices.map(({ device }) => device)).toEqual(expect.arrayContaining(["auto", "cpu", "wasm"]));
    expect(devices.find(({ device }) => device === "cpu")?.description).toMatch(/threads$/);
  });

  test("a file with errors is not run, and the message says why", async () => {
    await open(text);
    await expect(ask({ device: "cpu" })).rejects.toThrow("rellu");
  });

  test("a cancelled run ends as cancelled", async () => {
    await open(fixed);
    const source = new lsp.CancellationTokenSource();
    const params = { uri, network: "Tiny", folder, device: "cpu", repeats: 1000 };
    const run = server.connection.sendRequest("lwnet/exportAndRun", params, source.token);
    setTimeout(() => source.cancel(), 50);
    await expect(run).rejects.toMatchObject({ code: lsp.LSPErrorCodes.RequestCancelled });
  });
});

test("a request for a file that is not open is answered, and the server goes on", async () => {
  await open(fixed);
  const elsewhere = { uri: "file:///elsewhere.lwnet" };
  const symbols = server.connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: elsewhere });
  expect(await symbols).toBeNull();
  await expect(server.connection.sendRequest("lwnet/networks", elsewhere)).rejects.toThrow("not open");
  expect((await hints())?.length).toBeGreaterThan(0);
});

test("shutdown and exit end the process cleanly", async () => {
  await server.initialize();
  const ended = new Promise((resolve) => server.process.once("exit", resolve));
  await server.connection.sendRequest(lsp.ShutdownRequest.type);
  await server.connection.sendNotification(lsp.ExitNotification.type);
  expect(await ended).toBe(0);
});

test("a definition leads into what ships with lwnet, whose text can be asked for", async () => {
  await open('import { fire } from "std/squeezenet"\nnetwork Tiny { input x: [8, 8, 8] -> fire(2, 4, 4) }\n');
  const position = { line: 1, character: 38 };
  const found = await server.connection.sendRequest(lsp.DefinitionRequest.type, {
    textDocument: { uri },
    position,
  });
  expect(found).toMatchObject([{ uri: "lwnet-std:/squeezenet.lwnet" }]);
  const { text: shipped } = await server.connection.sendRequest<{ text: string }>("lwnet/std", {
    uri: "lwnet-std:/squeezenet.lwnet",
  });
  expect(shipped).toContain("block fire(");
});
