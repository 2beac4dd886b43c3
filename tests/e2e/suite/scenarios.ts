/**
 * What the API suite checks. Each scenario opens an example of the workspace, which is a copy made for this run, and
 * leaves it as it found it.
 */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { RunResult } from "../../../server/src/lsp/protocol.ts";
import type { Scenario } from "../scenarios.ts";
import { findShortcutClause } from "../shortcutClause.ts";
import { until } from "../until.ts";

export const scenarios: readonly Scenario<void>[] = [
  {
    name: "opening a .lwnet file activates the extension",
    async run() {
      const document = await openExample("resnet.lwnet");
      assert.equal(document.languageId, "lwnet");
      const extension = vscode.extensions.getExtension("lwnet.lwnet");
      assert.ok(extension, "lwnet.lwnet is not installed");
      await until("the activation", () => extension.isActive);
    },
  },
  {
    name: "hints show shapes at line ends",
    async run() {
      const document = await openExample("resnet.lwnet");
      const hint = await until("a hint that holds 64×56×56", async () => {
        const hints = await query<vscode.InlayHint[]>(
          "vscode.executeInlayHintProvider",
          document.uri,
          new vscode.Range(0, 0, document.lineCount, 0),
        );
        return hints?.find((hint) => labelOf(hint).includes("64×56×56"));
      });
      const line = document.lineAt(hint.position.line).text;
      assert.equal(hint.position.character, line.length, `not at the end of "${line}"`);
    },
  },
  {
    name: "the shipped example has no errors",
    async run() {
      const document = await openExample("resnet.lwnet");
      await until("the hints", async () => {
        const range = new vscode.Range(0, 0, document.lineCount, 0);
        const hints = await query<vscode.InlayHint[]>("vscode.executeInlayHintProvider", document.uri, range);
        return (hints?.length ?? 0) > 0;
      });
      assert.deepEqual(lwnetDiagnostics(document).map(codeOf), []);
    },
  },
  {
    name: "a missing shortcut is an error, and its fix adds a projection",
    async run() {
      const document = await openExample("resnet.lwnet");
      await removeShortcut(document);
      const mismatch = await until("the diagnostic shortcut-mismatch", () =>
        lwnetDiagnostics(document).find((diagnostic) => codeOf(diagnostic) === "shortcut-mismatch"),
      );
      assert.equal(mismatch.severity, vscode.DiagnosticSeverity.Error);

      const action = await until("a fix that adds a projection", async () => {
        const actions = await query<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          mismatch.range,
          vscode.CodeActionKind.QuickFix.value,
        );
        return actions?.find((action) => action.title.includes("projection"));
      });
      await apply(action);
      assert.match(document.getText(), /^block basic\b.*?\bshortcut\b.*?^\}/ms);
      await until("the diagnostics to go", () => lwnetDiagnostics(document).length === 0);
    },
  },
  {
    name: "symbols name the blocks and the networks",
    async run() {
      const document = await openExample("resnet.lwnet");
      await until("symbols that name basic and ResNet18", async () => {
        const symbols = await query<vscode.DocumentSymbol[]>(
          "vscode.executeDocumentSymbolProvider",
          document.uri,
        );
        const names = symbols?.map((symbol) => symbol.name) ?? [];
        return names.includes("basic") && names.includes("ResNet18");
      });
    },
  },
  {
    name: "a hover over conv tells its receptive field",
    async run() {
      const document = await openExample("resnet.lwnet");
      const conv = document.positionAt(document.getText().search(/(?<=^[^/\n]*\b)conv\(/m));
      await until("a hover that holds the receptive field", async () => {
        const hovers = await query<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, conv);
        return hovers?.some((hover) => textOf(hover).includes("receptive field"));
      });
    },
  },
  {
    name: "a definition opens the blocks that ship with lwnet, read-only",
    async run() {
      const document = await openExample("resnext.lwnet");
      const position = document.positionAt(document.getText().indexOf("{ bottleneck") + 3);
      const [target] = await until("a definition", async () => {
        const found = await query<vscode.LocationLink[]>(
          "vscode.executeDefinitionProvider",
          document.uri,
          position,
        );
        return found?.length ? found : undefined;
      });
      assert.equal(target?.targetUri.toString(), "lwnet-std:/resnet.lwnet");
      const shipped = await vscode.workspace.openTextDocument(target.targetUri);
      assert.match(shipped.lineAt(target.targetSelectionRange?.start.line ?? 0).text, /^block bottleneck/);
      assert.equal(shipped.languageId, "lwnet");
      const edit = new vscode.WorkspaceEdit();
      edit.insert(shipped.uri, new vscode.Position(0, 0), "x");
      const edited = await vscode.workspace.applyEdit(edit).then(
        (done) => done,
        () => false,
      );
      assert.ok(!edited || !(await shipped.save()), "it can be changed");
    },
  },
  {
    name: "a rename reaches every use, and says what it can't rename",
    async run() {
      const document = await openExample("squeezenet.lwnet");
      const at = document.positionAt(document.getText().indexOf("fire("));
      const rename = (position: vscode.Position) =>
        query<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", document.uri, position, "cell");
      const edit = await until("the edits", () =>
        rename(at).then(
          (found) => found,
          () => undefined,
        ),
      );
      const uses = document.getText().match(/\bfire\b(?=[({ ])/g)?.length;
      assert.ok(edit.get(document.uri).length > 1, `${edit.get(document.uri).length} edits for ${uses} uses`);
      const keyword = document.positionAt(document.getText().indexOf("input ") + 1);
      await assert.rejects(Promise.resolve(rename(keyword)), /word of the language/);
    },
  },
  {
    name: "imports follow a file that is moved",
    async run() {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      assert.ok(folder, "no workspace is open");
      const file = (name: string) => vscode.Uri.joinPath(folder, name);
      const write = (name: string, text: string) =>
        vscode.workspace.fs.writeFile(file(name), new TextEncoder().encode(text));
      await write("e2e_block.lwnet", "block moved { relu }\n");
      await write("e2e_user.lwnet", 'import { moved } from "./e2e_block.lwnet"\nblock user { moved }\n');
      try {
        const document = await openExample("e2e_user.lwnet");
        await until("the definition", async () => {
          const position = new vscode.Position(1, 14);
          return (await query<unknown[]>("vscode.executeDefinitionProvider", document.uri, position))?.length;
        });
        const edit = new vscode.WorkspaceEdit();
        edit.renameFile(file("e2e_block.lwnet"), file("e2e_lib/e2e_block.lwnet"));
        assert.ok(await vscode.workspace.applyEdit(edit), "the move was refused");
        await until("the import to follow", () => document.getText().includes('"./e2e_lib/e2e_block.lwnet"'));
        await until("the file to be found there", () => lwnetDiagnostics(document).length === 0);
        await document.save();
      } finally {
        await vscode.workspace.fs.delete(file("e2e_user.lwnet"));
        await vscode.workspace.fs.delete(file("e2e_lib"), { recursive: true });
      }
    },
  },
  {
    name: "formatting mends spaces and leaves the examples alone",
    async run() {
      const document = await openExample("squeezenet.lwnet");
      const edits = () =>
        query<vscode.TextEdit[]>("vscode.executeFormatDocumentProvider", document.uri, {
          tabSize: 2,
          insertSpaces: true,
        });
      assert.deepEqual((await edits()) ?? [], []);
      const before = document.getText();
      const line = document
        .getText()
        .split("\n")
        .findIndex((text) => text.includes("fire(16, 64, 64)"));
      const change = new vscode.WorkspaceEdit();
      change.insert(document.uri, new vscode.Position(line, 0), "     ");
      assert.ok(await vscode.workspace.applyEdit(change), "the edit was refused");
      const mend = new vscode.WorkspaceEdit();
      mend.set(
        document.uri,
        (await until("edits", async () => ((await edits())?.length ? edits() : undefined))) ?? [],
      );
      assert.ok(await vscode.workspace.applyEdit(mend), "the formatting was refused");
      assert.equal(document.getText(), before);
    },
  },
  {
    name: "the errors of a file that is not open are listed, and go with it",
    async run() {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(folder, "no workspace is open");
      const uri = vscode.Uri.joinPath(folder.uri, "closed.lwnet");
      const text = "network Closed {\n  input x: [3, 8, 8] -> rellu\n  output y\n}\n";
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
      const codes = () => vscode.languages.getDiagnostics(uri).map(codeOf);
      await until("the error of a closed file", () => codes().includes("unknown-name"));
      assert.equal(codes().length, 1);
      await vscode.workspace.fs.delete(uri);
      await until("the error to go", () => codes().length === 0);
    },
  },
  {
    name: "new files and examples are opened by command, unknown ones refused",
    async run() {
      const started = await query<vscode.TextDocument>("lwnet.newFile", { skeleton: "dense" });
      assert.match(started?.getText() ?? "", /^network Net\(classes/m);
      const example = await query<vscode.TextDocument>("lwnet.openExample", { example: "vit.lwnet" });
      assert.match(example?.getText() ?? "", /An Image is Worth 16x16 Words/);
      assert.ok(example?.isUntitled, "it is the example itself");
      const refused = async (...call: [string, object]) => assert.rejects(async () => await query(...call));
      await refused("lwnet.newFile", { skeleton: "nothing" });
      await refused("lwnet.openExample", { example: "../package.json" });
    },
  },
  {
    name: "export and run gives the device and the median latency",
    async run() {
      const document = await openExample("resnet.lwnet");
      const argument = { uri: document.uri.toString(), network: "ResNet18", device: "cpu" };
      const result = await query<RunResult>("lwnet.exportAndRun", argument);
      assert.ok(result, "it was cancelled");
      assert.equal(result.device.ran, "cpu");
      assert.ok(result.latencyMs.median > 0, `the median is ${result.latencyMs.median}`);
    },
  },
];

async function openExample(name: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "no workspace is open");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name));
  await vscode.window.showTextDocument(document);
  // An earlier scenario may have left its edits in the open document.
  if (document.isDirty) await vscode.commands.executeCommand("workbench.action.files.revert");
  return document;
}

function query<T>(command: string, ...args: unknown[]): PromiseLike<T | undefined> {
  return vscode.commands.executeCommand<T | undefined>(command, ...args);
}

async function removeShortcut(document: vscode.TextDocument): Promise<void> {
  const { start, end } = findShortcutClause(document.getText());
  const edit = new vscode.WorkspaceEdit();
  edit.delete(document.uri, new vscode.Range(start.line, start.character, end.line, end.character));
  assert.ok(await vscode.workspace.applyEdit(edit), "the edit was refused");
}

async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit) assert.ok(await vscode.workspace.applyEdit(action.edit), "the fix was refused");
  if (action.command) await query(action.command.command, ...(action.command.arguments ?? []));
  assert.ok(action.edit || action.command, "the fix does nothing");
}

function lwnetDiagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter((diagnostic) => diagnostic.source === "lwnet");
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

function labelOf({ label }: vscode.InlayHint): string {
  return typeof label === "string" ? label : label.map((part) => part.value).join("");
}

function textOf(hover: vscode.Hover): string {
  return hover.contents.map((content) => (typeof content === "string" ? content : content.value)).join("\n");
}
