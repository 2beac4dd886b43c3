/** `lwnet.exportAndRun`: exports a network, runs it on the user's device, and shows how long each layer took. */
import { window } from "vscode";
import type { DeviceChoice, RunOptions, RunResponse } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { runJob } from "./job.ts";
import { type ChosenNetwork, chooseNetwork, type NetworkArgument } from "./network.ts";
import { askSizes } from "./sizes.ts";

export interface RunArgument extends NetworkArgument {
  /** The setting `lwnet.run.device` when absent. */
  readonly device?: DeviceChoice;
}

export async function exportAndRun(
  ctx: ClientContext,
  argument?: RunArgument,
): Promise<RunResponse | undefined> {
  const chosen = await chooseNetwork(ctx, argument, "run");
  if (!chosen) return undefined;
  const device = argument?.device;
  return runChosen(ctx, chosen, device === undefined ? {} : { device });
}

export async function runChosen(
  ctx: ClientContext,
  chosen: ChosenNetwork,
  options: RunOptions,
): Promise<RunResponse | undefined> {
  const sizes = await askSizes(ctx, chosen, options);
  if (!sizes) return undefined;
  const result = await runSilently(ctx, chosen, { ...options, ...sizes });
  if (result) void tell(ctx, chosen.uri.toString(), result);
  return result;
}

/** Runs and remembers, but leaves it to the caller to tell. */
export async function runSilently(
  ctx: ClientContext,
  { uri, network }: Pick<ChosenNetwork, "uri" | "network">,
  options: RunOptions,
): Promise<RunResponse | undefined> {
  const { storageUri, globalStorageUri } = ctx.extension;
  const result = await runJob(ctx, `Running ${network}`, "lwnet/exportAndRun", {
    ...options,
    uri: uri.toString(),
    network,
    folder: (storageUri ?? globalStorageUri).fsPath,
  });
  if (!result) return undefined;
  const { modelPath, summary, text, texts, ...rest } = result;
  ctx.history.add({ uri: uri.toString(), result: rest, texts });
  return result;
}

async function tell({ output, report }: ClientContext, uri: string, result: RunResponse): Promise<void> {
  output.appendLine(result.text);
  output.appendLine("");
  const [showReport, showLayers] = ["Show Report", "Show Layers"];
  const chosen = await window.showInformationMessage(result.summary, showReport, showLayers);
  const { network } = result;
  if (chosen === showReport) report.show({ uri, network, shown: undefined, against: undefined });
  if (chosen === showLayers) output.show(true);
}
