/**
 * The API suite: what other extensions and VS Code itself see of lwnet. Runs inside the extension host, bundled to one
 * CommonJS file by runSuite.ts; VS Code calls `run` and takes a rejection for failure.
 */
import { runScenarios, tellResult } from "../scenarios.ts";
import { scenarios } from "./scenarios.ts";

export async function run(): Promise<void> {
  const passed = tellResult(await runScenarios(scenarios, (_name, act) => act()));
  if (!passed) throw new Error("the API suite failed");
}
