/** `lwnet size FILE[#Network]`: bytes at fewer bits, and pruned. */
import { storage } from "../core/cost/storage.ts";
import { sizeText } from "../report/sizeText.ts";
import { loadGraph } from "./exportModel.ts";
import { exitCodes, paint, print, printJson } from "./terminal.ts";

export interface SizeOptions {
  /** Share of the weights that pruning leaves. */
  readonly keep?: number;
  readonly json?: boolean;
}

export async function sizeCommand(file: string, { keep, json }: SizeOptions): Promise<number> {
  const { graph } = await loadGraph(file);
  const made = storage(graph, keep === undefined ? {} : { keep });
  if (json) printJson(made);
  else print(sizeText(made, paint.strong));
  return exitCodes.clean;
}
