/** `lwnet.newFile`: an untitled file that begins with a skeleton, whose name is typed over first. */
import { type QuickPickItem, SnippetString, type TextDocument, window, workspace } from "vscode";
import type { ClientContext } from "../activate.ts";
import { type Skeleton, skeletons } from "../skeletons.ts";

export interface NewFileArgument {
  /** Menus hand in a file, which does not matter here. */
  readonly uri?: unknown;
  /** Asks when absent. */
  readonly skeleton?: Skeleton["id"];
}

export async function newFile(
  _ctx: ClientContext,
  argument?: NewFileArgument,
): Promise<TextDocument | undefined> {
  const given = argument?.skeleton;
  const chosen = given === undefined ? await choose() : skeletons.find(({ id }) => id === given);
  if (given !== undefined && !chosen) throw new Error(`There is no skeleton "${given}".`);
  if (!chosen) return undefined;
  const document = await workspace.openTextDocument({ language: "lwnet" });
  const editor = await window.showTextDocument(document);
  if (chosen.text !== "") await editor.insertSnippet(snippet(chosen.text));
  return document;
}

async function choose(): Promise<Skeleton | undefined> {
  const items: (QuickPickItem & { readonly skeleton: Skeleton })[] = skeletons.map((skeleton) => {
    const { label, detail } = skeleton;
    return { label, description: detail, skeleton };
  });
  const title = "New lwnet File";
  const picked = await window.showQuickPick(items, { title, placeHolder: "What does it begin with?" });
  return picked?.skeleton;
}

/** The name to type over is a placeholder; all the rest is text, whatever a snippet would make of it. */
function snippet(text: string): SnippetString {
  const result = new SnippetString();
  for (const [i, part] of text.split(/\bNet\b/).entries()) {
    if (i > 0) result.appendPlaceholder("Net", 1);
    result.appendText(part);
  }
  return result;
}
