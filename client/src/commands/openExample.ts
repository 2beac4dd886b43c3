/** `lwnet.openExample`: a copy of a network that ships with lwnet, to read and to change. */
import { type QuickPickItem, type TextDocument, Uri, window, workspace } from "vscode";
import type { ClientContext } from "../activate.ts";
import { examples } from "../generated/examples.ts";

export interface ExampleArgument {
  /** Menus hand in a file, which does not matter here. */
  readonly uri?: unknown;
  /** As in `resnet.lwnet`; asks when absent. */
  readonly example?: string;
}

export async function openExample(
  { extension }: ClientContext,
  argument?: ExampleArgument,
): Promise<TextDocument | undefined> {
  const given = argument?.example;
  const file = given === undefined ? await choose() : examples.find((each) => each.file === given)?.file;
  if (given !== undefined && !file) throw new Error(`lwnet ships no example "${given}".`);
  if (file === undefined) return undefined;
  const bytes = await workspace.fs.readFile(Uri.joinPath(extension.extensionUri, "examples", file));
  const content = new TextDecoder().decode(bytes);
  const document = await workspace.openTextDocument({ language: "lwnet", content });
  await window.showTextDocument(document);
  return document;
}

async function choose(): Promise<string | undefined> {
  const items: (QuickPickItem & { readonly file: string })[] = examples.map(({ file, name, paper }) => ({
    label: name,
    description: file,
    detail: paper,
    file,
  }));
  const picked = await window.showQuickPick(items, {
    title: "Open Example",
    placeHolder: "A copy of it is opened",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.file;
}
