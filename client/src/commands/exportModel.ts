/** `lwnet.exportModel`: writes a network as an ONNX model where the user says. */
import { Uri, window, workspace } from "vscode";
import type { ExportResult } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { runJob } from "./job.ts";
import { type ChosenNetwork, chooseNetwork, type NetworkArgument } from "./network.ts";

export interface ExportArgument extends NetworkArgument {
  /** File-system path to write to; asks when absent. */
  readonly output?: string;
}

export async function exportModel(
  ctx: ClientContext,
  argument?: ExportArgument,
): Promise<ExportResult | undefined> {
  const chosen = await chooseNetwork(ctx, argument, "export");
  if (!chosen) return undefined;
  const output = argument?.output ?? (await askTarget(chosen));
  if (output === undefined) return undefined;
  const { uri, network } = chosen;
  const params = { uri: uri.toString(), network, format: "onnx", output } as const;
  const result = await runJob(ctx, `Exporting ${network}`, "lwnet/export", params);
  if (result) void tell(ctx, result);
  return result;
}

async function askTarget({ uri, network }: ChosenNetwork): Promise<string | undefined> {
  const folder = uri.scheme === "file" ? Uri.joinPath(uri, "..") : workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: `Export ${network}`,
    filters: { "ONNX model": ["onnx"] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, `${network}.onnx`) } : {}),
  });
  if (target && target.scheme !== "file") {
    throw new Error("A model is written to a disk of this machine: choose a place there.");
  }
  return target?.fsPath;
}

async function tell(ctx: ClientContext, { summary }: ExportResult): Promise<void> {
  ctx.output.appendLine(summary);
  await window.showInformationMessage(summary);
}
