/**
 * `lwnet.runWith`: asks on what, with which batch and on which input to run a network, and runs it. What was chosen last
 * comes first; the settings stay as they are.
 */
import { type QuickPickItem, type Uri, window } from "vscode";
import type { DeviceItem, RunOptions, RunResponse } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import { runChosen } from "./exportAndRun.ts";
import { lastFirst } from "./lastFirst.ts";
import { chooseNetwork, type NetworkArgument } from "./network.ts";

/** Where the last choices are kept. */
const lastChoices = "lwnet.run.last";

interface Choices {
  readonly device?: string;
  readonly batch?: number;
  readonly input?: string;
  readonly weights?: string;
  readonly labels?: string;
}

export async function runWith(
  ctx: ClientContext,
  argument?: NetworkArgument,
): Promise<RunResponse | undefined> {
  const chosen = await chooseNetwork(ctx, argument, "run");
  if (!chosen) return undefined;
  const last = ctx.extension.workspaceState.get<Choices>(lastChoices) ?? {};
  const device = await askDevice(ctx, chosen.uri, last);
  if (!device) return undefined;
  const batch = await askBatch(last);
  if (batch === undefined) return undefined;
  const input = await askInput(last);
  if (!input) return undefined;
  const choices: Choices = { ...last, device: device.title, batch, ...input };
  await ctx.extension.workspaceState.update(lastChoices, choices);
  const options: RunOptions = {
    device: device.device,
    ...(device.engine ? { engine: device.engine } : {}),
    // A file of input may hold a batch.
    ...(batch === 1 ? {} : { batch }),
    ...input,
  };
  return runChosen(ctx, chosen, options);
}

async function askDevice(
  { server }: ClientContext,
  uri: Uri,
  { device: last }: Choices,
): Promise<DeviceItem | undefined> {
  const devices = server.request("lwnet/devices", { uri: uri.toString() });
  const items = devices.then((all) => lastFirst(all, last));
  const picked = await window.showQuickPick(items, {
    title: "Run on (1/3)",
    placeHolder: "Device",
    matchOnDescription: true,
  });
  return picked?.item;
}

async function askBatch({ batch = 1 }: Choices): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: "Batch (2/3)",
    prompt: "How many inputs the network gets at once.",
    value: String(batch),
    validateInput: (value) =>
      /^[1-9]\d{0,3}$/.test(value.trim()) ? undefined : "It is a whole number from 1 to 9999.",
  });
  return text === undefined ? undefined : Number(text);
}

type InputChoice = Pick<Choices, "input" | "weights" | "labels">;

async function askInput(last: Choices): Promise<InputChoice | undefined> {
  const kept =
    last.input === undefined || last.input === "random" || last.input === "zeros" ? [] : [last.input];
  const items: (QuickPickItem & { readonly input?: string })[] = [
    ...kept.map((input) => ({ label: "$(file-media) The same file", description: input, input })),
    { label: "$(symbol-numeric) Random numbers", input: "random" },
    { label: "$(circle-slash) Zeros", input: "zeros" },
    { label: "$(folder-opened) A picture or a .npy file…" },
  ];
  const picked = await window.showQuickPick(items, { title: "Input (3/3)", placeHolder: "Input" });
  if (!picked) return undefined;
  if (picked.input === "random" || picked.input === "zeros") return { input: picked.input };
  if (picked.input !== undefined)
    return withoutUndefined({ input: picked.input, weights: last.weights, labels: last.labels });
  const input = await askFile("Input", {
    "Pictures and arrays": ["png", "jpg", "jpeg", "bmp", "tif", "tiff", "npy"],
  });
  if (input === undefined) return undefined;
  const weights = await askFile("Trained weights, for predictions; Escape leaves them random", {
    Weights: ["safetensors", "onnx"],
  });
  const labels =
    weights && (await askFile("Labels of the classes; Escape leaves numbers", { Labels: ["txt", "json"] }));
  return withoutUndefined({ input, weights, labels });
}

async function askFile(
  title: string,
  filters: Readonly<Record<string, string[]>>,
): Promise<string | undefined> {
  const [file] = (await window.showOpenDialog({ title, filters })) ?? [];
  return file?.fsPath;
}

function withoutUndefined(choice: { [K in keyof InputChoice]: string | undefined }): InputChoice {
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
}
