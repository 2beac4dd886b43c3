/** How the device of a run is called, for where room is short. */
import type { DeviceSummary } from "./runResult.ts";

/** `AMD EPYC 7763`, `SwiftShader (software)`, `the CPU`. */
export function shortDevice({ name, ran }: Pick<DeviceSummary, "name" | "ran">): string {
  const unnamed = { gpu: "the GPU", "gpu-software": "an emulated GPU", mixed: "the GPU", cpu: "the CPU" };
  if (ran === "mixed") return `${name === "" ? unnamed.mixed : name} and the CPU`;
  if (name === "") return unnamed[ran];
  return ran === "gpu-software" ? `${name} (software)` : name;
}
