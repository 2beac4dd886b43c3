/**
 * What the commands on a network share: which file and which network is meant, and whether this workspace may
 * write files and start processes at all.
 */
import { Uri, window, workspace } from "vscode";
import type { NetworkItem } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { currentDocument } from "../lastDocument.ts";

/** What a caller other than the user may already know. */
export interface NetworkArgument {
  readonly uri?: Uri | string;
  readonly network?: string;
}

export interface ChosenNetwork {
  readonly uri: Uri;
  readonly network: string;
  /** Dimensions of its inputs that a run needs numbers for. */
  readonly sizes: readonly string[];
}

/** The user can give the trust that is missing. */
export class TrustError extends Error {}

/** Undefined when the user changed their mind. Throws what to tell them when there is nothing to choose. */
export async function chooseNetwork(
  ctx: ClientContext,
  argument: NetworkArgument | undefined,
  purpose: string,
): Promise<ChosenNetwork | undefined> {
  requireDesktop(ctx, purpose);
  requireTrust(purpose);
  const uri = await openFile(argument?.uri);
  const networks = await ctx.server.request("lwnet/networks", { uri: uri.toString() });
  const network = argument?.network ?? (await pickNetwork(ctx, uri, networks, purpose));
  if (network === undefined) return undefined;
  requireUsable(networks, network);
  await ctx.extension.workspaceState.update(lastNetworkKey(uri), network);
  return { uri, network, sizes: networks.find(({ name }) => name === network)?.sizes ?? [] };
}

/** Several networks of a file. */
export async function chooseNetworks(
  ctx: ClientContext,
  argument: NetworkArgument | undefined,
  purpose: string,
): Promise<{ readonly uri: Uri; readonly networks: readonly string[] } | undefined> {
  requireDesktop(ctx, purpose);
  requireTrust(purpose);
  const uri = await openFile(argument?.uri);
  const networks = await ctx.server.request("lwnet/networks", { uri: uri.toString() });
  const usable = networks.filter(({ problem }) => problem === undefined);
  const [first, second] = usable;
  if (!first) throw new Error(whyNone(networks));
  if (!second) return { uri, networks: [first.name] };
  const picked = await window.showQuickPick(
    usable.map(({ name, line }) => ({ label: name, description: `line ${line + 1}` })),
    { placeHolder: `Which networks do you want to ${purpose}?`, canPickMany: true },
  );
  return picked && picked.length > 0 ? { uri, networks: picked.map(({ label }) => label) } : undefined;
}

function requireDesktop({ inBrowser }: ClientContext, purpose: string): void {
  if (inBrowser) {
    throw new Error(
      `To ${purpose} a network, open it in VS Code on the desktop: a browser can't write models or start processes.`,
    );
  }
}

function requireTrust(purpose: string): void {
  if (!workspace.isTrusted) {
    throw new TrustError(`To ${purpose} a network, trust this workspace first: it is in Restricted Mode.`);
  }
}

/** The server only knows open files. */
async function openFile(given: Uri | string | undefined): Promise<Uri> {
  if (given === undefined) {
    const current = currentDocument();
    if (!current) throw new Error("Open a .lwnet file first.");
    return current.uri;
  }
  return (await workspace.openTextDocument(typeof given === "string" ? Uri.parse(given) : given)).uri;
}

async function pickNetwork(
  ctx: ClientContext,
  uri: Uri,
  networks: readonly NetworkItem[],
  purpose: string,
): Promise<string | undefined> {
  const usable = networks.filter(({ problem }) => problem === undefined);
  const [first] = usable;
  if (!first) throw new Error(whyNone(networks));
  if (usable.length === 1) return first.name;
  const last = ctx.extension.workspaceState.get<string>(lastNetworkKey(uri));
  const items = usable
    .map(({ name, line }) => ({ label: name, description: `line ${line + 1}` }))
    .sort((a, b) => Number(b.label === last) - Number(a.label === last));
  const picked = await window.showQuickPick(items, {
    placeHolder: `Which network do you want to ${purpose}?`,
  });
  return picked?.label;
}

function whyNone([first]: readonly NetworkItem[]): string {
  return first
    ? `${first.name}: ${first.problem}`
    : "This file has no network. Begin one with `network Name { … }`.";
}

function requireUsable(networks: readonly NetworkItem[], network: string): void {
  const entry = networks.find(({ name }) => name === network);
  if (!entry) throw new Error(`There is no network ${network} in this file.`);
  if (entry.problem !== undefined) throw new Error(`${network}: ${entry.problem}`);
}

function lastNetworkKey(uri: Uri): string {
  return `lastNetwork:${uri.toString()}`;
}
