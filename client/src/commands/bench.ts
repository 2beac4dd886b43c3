/** `lwnet.bench`: runs several networks of a file on several devices, one after another, and shows a table of them. */
import { type QuickPickItem, window, workspace } from "vscode";
import type { DeviceItem, RunResponse } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { runSilently } from "./exportAndRun.ts";
import { chooseNetworks, type NetworkArgument } from "./network.ts";

/** Where the last devices are kept. */
const lastDevices = "lwnet.bench.devices";

export async function bench(ctx: ClientContext, argument?: NetworkArgument): Promise<void> {
  const chosen = await chooseNetworks(ctx, argument, "compare");
  if (!chosen) return;
  const { uri, networks } = chosen;
  const last = ctx.extension.workspaceState.get<readonly string[]>(lastDevices) ?? ["CPU"];
  const items = ctx.server.request("lwnet/devices", { uri: uri.toString() }).then((devices) =>
    devices.map((item): QuickPickItem & { readonly item: DeviceItem } => ({
      label: item.title,
      description: item.description,
      picked: last.includes(item.title),
      item,
    })),
  );
  const devices = await window.showQuickPick(items, {
    title: "Compare networks on",
    placeHolder: "Devices",
    canPickMany: true,
  });
  if (!devices || devices.length === 0) return;
  await ctx.extension.workspaceState.update(
    lastDevices,
    devices.map(({ label }) => label),
  );
  const rows: string[] = [];
  for (const network of networks) {
    for (const { item, label } of devices) {
      const options = { device: item.device, ...(item.engine ? { engine: item.engine } : {}) };
      try {
        const result = await runSilently(ctx, { uri, network }, options);
        // Cancelled.
        if (!result) return;
        rows.push(rowOf(result));
      } catch (error) {
        // What goes wrong with one is told in its row: the others are worth having.
        const why = error instanceof Error ? error.message : String(error);
        rows.push(`| ${network} | ${label} | ${cell(why)} | | | | |`);
      }
    }
  }
  const content = `${head}\n${rows.join("\n")}\n`;
  await window.showTextDocument(await workspace.openTextDocument({ language: "markdown", content }));
}

const head =
  "| network | ran on | median ms | p95 ms | first ms | inputs/s | GFLOP/s |\n| :-- | :-- | --: | --: | --: | --: | --: |";

function rowOf({ network, device, latencyMs, batch, achieved }: RunResponse): string {
  const { median, p95, first } = latencyMs;
  const times = [median, p95, first].map((ms) => ms.toFixed(2));
  const place = cell(`${device.ran}: ${device.name || "unknown"}, ${device.engine}`);
  const speed = [((batch * 1000) / median).toFixed(1), achieved?.gflops.toFixed(1) ?? "–"];
  return `| ${[network, place, ...times, ...speed].join(" | ")} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
