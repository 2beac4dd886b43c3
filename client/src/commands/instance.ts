/**
 * `lwnet.chooseInstance` and `lwnet.showAllInstances`: which instance of a block its text shows. The instance under
 * the picker's cursor is shown while the picker is open.
 */
import { QuickPickItemKind, type Uri, window } from "vscode";
import type { InstancesResult } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";

/** Which block is meant; the one at the cursor unless given. */
export interface BlockArgument {
  readonly uri?: Uri | string;
  readonly block?: string;
  /** The key or the title of an instance; asks when absent. */
  readonly instance?: string;
}

/** The title of the instance that is shown now. */
export async function chooseInstance(
  { server, redraw }: ClientContext,
  argument?: BlockArgument,
): Promise<string | undefined> {
  const { uri, ...where } = placeOf(argument);
  const list = await server.request("lwnet/instances", { uri, ...where });
  if (!list) throw new Error("Put the cursor into a block or a network with parameters first.");
  if (list.entries.length === 0) throw new Error(`No network in this file uses ${list.name}.`);
  const show = async (instance: string | undefined) => {
    const key = instance === undefined ? {} : { instance };
    await server.request("lwnet/chooseInstance", { uri, block: list.name, ...key });
    redraw.fire();
  };
  const wanted = argument?.instance;
  if (wanted === undefined) return pickInstance(list, show);
  const entry = list.entries.find(({ key, title }) => key === wanted || title === wanted);
  if (!entry) throw new Error(`${list.name} has no instance ${wanted}.`);
  await show(entry.key);
  return entry.title;
}

export async function showAllInstances(
  { server, redraw }: ClientContext,
  argument?: BlockArgument,
): Promise<void> {
  const { uri, ...where } = placeOf(argument);
  const list = await server.request("lwnet/instances", { uri, ...where });
  if (list) await server.request("lwnet/chooseInstance", { uri, block: list.name });
  redraw.fire();
}

function placeOf(argument: BlockArgument | undefined) {
  const active = window.activeTextEditor;
  const given = argument?.uri;
  if (given !== undefined && argument?.block !== undefined)
    return { uri: given.toString(), block: argument.block };
  if (active?.document.languageId !== "lwnet") throw new Error("Open a .lwnet file first.");
  const { line, character } = active.selection.active;
  return { uri: active.document.uri.toString(), position: { line, character } };
}

async function pickInstance(
  list: InstancesResult,
  show: (instance: string | undefined) => Promise<unknown>,
): Promise<string | undefined> {
  const all = { label: "All instances", description: "the range over them", key: undefined };
  const entries = list.entries.map(({ key, title, shapes, cost, uses }) => ({
    label: title,
    description: shapes,
    detail: `${cost} · ${uses}`,
    key,
  }));
  const items = [all, { label: "", kind: QuickPickItemKind.Separator, key: undefined }, ...entries];
  const picker = window.createQuickPick<(typeof items)[number]>();
  picker.title = `Instances of ${list.name}`;
  picker.placeholder = "Which instance do you want to see?";
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = items;
  const current = items.find(({ key }) => key !== undefined && key === list.chosen);
  picker.activeItems = current ? [current] : [all];
  return new Promise((resolve) => {
    let accepted = false;
    picker.onDidChangeActive(([item]) => {
      if (item) void show(item.key);
    });
    picker.onDidAccept(() => {
      accepted = true;
      const [item] = picker.activeItems;
      resolve(item?.key === undefined ? undefined : item.label);
      picker.hide();
    });
    picker.onDidHide(() => {
      if (!accepted) {
        void show(list.chosen);
        resolve(entries.find(({ key }) => key === list.chosen)?.label);
      }
      picker.dispose();
    });
    picker.show();
  });
}
