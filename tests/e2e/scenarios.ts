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

export interface Results {
  passed: number;
  failed: number;
}

export async function runScenarios<Stage>(
  scenarios: readonly Scenario<Stage>[],
  withStage: WithStage<Stage>,
): Promise<Results> {
  const results = { passed: 0, failed: 0 };
  for (const { name, run } of scenarios) {
    const start = Date.now();
    const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
    try {
      await withStage(name, run);
      results.passed++;
      console.log(`ok      ${name} (${seconds()})`);
    } catch (error) {
      results.failed++;
      const details = String(error instanceof Error ? error.stack : error).replace(/^/gm, "        ");
      console.log(`FAILED  ${name} (${seconds()})\n${details}`);
    }
  }
  return results;
}

/**
 * Tries a scenario that failed once more, and says so: a window on a busy machine may lose a key. What is broken fails
 * twice.
 */
export function withSecondAttempt<Stage>(withStage: WithStage<Stage>): WithStage<Stage> {
  return async (name, act) => {
    try {
      await withStage(name, act);
    } catch (error) {
      const [reason] = String(error instanceof Error ? error.message : error).split("\n");
      console.log(`again   ${name}: ${reason}`);
      await withStage(name, act);
    }
  };
}

/** Prints the summary. True if there were any scenarios and all of them passed. */
export function tellResult({ passed, failed }: Results): boolean {
  console.log(`${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0;
}
