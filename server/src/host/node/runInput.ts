/** What people write for a network's input: `random`, `zeros`, or the path of a picture or a `.npy` file. */
import type { RunInput } from "../../run/protocol.ts";

export interface Normalizing {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

export function runInput(text: string, { mean, std }: Normalizing = {}): RunInput {
  if (text === "random" || text === "zeros") return { kind: text };
  if (/\.npy$/i.test(text)) return { kind: "npy", path: text };
  return { kind: "image", path: text, ...(mean ? { mean } : {}), ...(std ? { std } : {}) };
}
