/** The programs that run networks: they lie beside the bundle that starts them. */
import { join } from "node:path";
import type { RunnerEntries } from "../../run/run.ts";

export const entries: RunnerEntries = {
  runner: join(import.meta.dirname, "runner.cjs"),
  tfjs: join(import.meta.dirname, "tfjsRunner.cjs"),
  probe: join(import.meta.dirname, "probe.cjs"),
};
