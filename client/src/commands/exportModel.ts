/** `lwnet.exportModel`: writes a network in the format that the user picks, where the user says. */
import { Uri, window, workspace } from "vscode";
import type { ExportResult, FormatId, FormatItem } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { runJob } from "./job.ts";
import { lastFirst } from "./lastFirst.ts";
import { type ChosenNetwork, chooseNetwork, type NetworkArgument } from "./network.ts";

export interface ExportArgument extends NetworkArgument {
  /** Asks when absent. */
  readonly format?: FormatId;
  /** File-system path to write to; asks when absent. */
  readonly output?: string;
}

export async function exportModel(
  ctx: ClientContext,
  argument?: ExportArgument,
): Promise<ExportResult | undefined> {
  const chosen = await chooseNetwork(ctx, argument, "export");
  if (!chosen) return undefined;
  const format = await chooseFormat(ctx, argument?.format);
  if (!format) return undefined;
  const output = argument?.output ?? (await askTarget(chosen, format));
  if (output === undefined) return undefined;
  const { uri, network } = chosen;
  const { id, options } = format;
  const params = { uri: uri.toString(), network, format: id, ...(options ? { options } : {}), output };
  const result = await runJob(ctx, `Exporting ${network}`, "lwnet/export", params);
  if (result) void tell(ctx, result);
  return result;
}

/** Where the last choice is kept: people mostly export to one format. */
const lastFormat = "lwnet.export.format";

async function chooseFormat(
  { server, extension }: ClientContext,
  given: FormatId | undefined,
): Promise<FormatItem | undefined> {
  const formats = await server.request("lwnet/formats", null);
  const [only, more] = formats;
  if (given !== undefined) return formats.find(({ id }) => id === given);
  if (!more) return only;
  const last = extension.workspaceState.get<string>(lastFormat);
  const picked = await window.showQuickPick(lastFirst(formats, last), {
    title: "Export as",
    placeHolder: "Format",
    matchOnDescription: true,
  });
  if (picked) await extension.workspaceState.update(lastFormat, picked.item.title);
  return picked?.item;
}

async function askTarget(
  { uri, network }: ChosenNetwork,
  { title, extension }: FormatItem,
): Promise<string | undefined> {
  const folder = uri.scheme === "file" ? Uri.joinPath(uri, "..") : workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: `Export ${network}`,
    filters: { [title]: [extension.slice(1)] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, `${network}${extension}`) } : {}),
  });
  if (target && target.scheme !== "file") {
    throw new Error("A model is written to a disk of this machine: choose a place there.");
  }
  return target?.fsPath;
}

async function tell(ctx: ClientContext, { summary, notes }: ExportResult): Promise<void> {
  for (const line of [summary, ...notes]) ctx.output.appendLine(line);
  await window.showInformationMessage([`${summary}.`, ...notes].join(" "));
}
