/**
 * The test runner of both end-to-end suites: named scenarios one after another, a line for each and a summary. It
 * runs inside the extension host too, where a larger runner would be more to bundle than to use.
 */

export interface Scenario<Stage> {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** Tells the messages of this runner from all else that is printed in the same window. */
export const isReport = (message: string) => /^(ok|FAILED) {2}|^\d+ passed, /.test(message);

/** Sets the stage of one scenario, hands it to `act` and clears it away again, whatever happens in between. */
export type WithStage<Stage> = (name: string, act: (stage: Stage) => Promise<void>) => Promise<void>;

/** Runs the scenarios whose name holds `only`. True if there were any and all of them passed. */
export async function runScenarios<Stage>(
  scenarios: readonly Scenario<Stage>[],
  withStage: WithStage<Stage>,
  only = "",
): Promise<boolean> {
  let passed = 0;
  let failed = 0;
  for (const { name, run } of scenarios.filter((scenario) => scenario.name.includes(only))) {
    const start = Date.now();
    const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
    try {
      await withStage(name, run);
      passed++;
      console.log(`ok      ${name} (${seconds()})`);
    } catch (error) {
      failed++;
      const details = String(error instanceof Error ? error.stack : error).replace(/^/gm, "        ");
      console.log(`FAILED  ${name} (${seconds()})\n${details}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0;
}
