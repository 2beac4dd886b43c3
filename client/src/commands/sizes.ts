/** Asks for the dimensions that a network knows by name, such as `H`, which a run needs numbers for. */
import { window } from "vscode";
import type { RunOptions } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";
import type { ChosenNetwork } from "./network.ts";

/** Where the last answers are kept, by the names of the dimensions. */
const lastSizes = "lwnet.run.sizes";

/** Undefined when the user changed their mind. Nothing is asked where a file of input tells the sizes. */
export async function askSizes(
  { extension }: ClientContext,
  { sizes }: ChosenNetwork,
  { input = "random" }: RunOptions,
): Promise<Pick<RunOptions, "sizes"> | undefined> {
  if (sizes.length === 0 || (input !== "random" && input !== "zeros")) return {};
  const last = extension.workspaceState.get<Readonly<Record<string, number>>>(lastSizes) ?? {};
  const given: Record<string, number> = {};
  for (const [i, name] of sizes.entries()) {
    const text = await window.showInputBox({
      title: sizes.length === 1 ? `Size of ${name}` : `Size of ${name} (${i + 1}/${sizes.length})`,
      prompt: `The network takes any ${name} at its input: with which is it to run?`,
      value: String(last[name] ?? 224),
      validateInput: (value) =>
        /^[1-9]\d{0,5}$/.test(value.trim()) ? undefined : "It is a whole number, 1 or more.",
    });
    if (text === undefined) return undefined;
    given[name] = Number(text);
  }
  await extension.workspaceState.update(lastSizes, { ...last, ...given });
  return { sizes: given };
}
