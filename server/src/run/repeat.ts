/** Times a run again and again, for every engine: warm-up, wanted number, budget. */
import { sendProgress } from "./childSide.ts";
import { onGpu, type Phase, type RunnerFailed, type RunnerRequest } from "./protocol.ts";

const defaultRuns = 20;
const defaultBudgetMs = 10_000;

/** A profile needs no more. */
const mostProfiledRuns = 5;

/** Times of further runs: as many as are wanted and the budget allows. */
export async function repeat(
  request: RunnerRequest,
  firstMs: number,
  run: () => Promise<{ readonly ms: number }>,
): Promise<number[]> {
  const { runs = defaultRuns, budgetMs = defaultBudgetMs } = request.job;
  // One to warm up, unless the network is too slow to spare it.
  const { warmup = firstMs < budgetMs / 10 ? 1 : 0 } = request.job;
  for (let i = 0; i < warmup; i++) await run();
  const end = performance.now() + budgetMs;
  const times: number[] = [];
  do {
    await progress(request, "runs", times.length, runs);
    times.push((await run()).ms);
  } while (times.length < runs && performance.now() < end);
  return times;
}

/** How often layers are timed, and how often before that; undefined where the time limit leaves no run for it. */
export function profiledRuns(
  { job, timeoutMs }: RunnerRequest,
  startMs: number,
  typicalMs: number,
): { readonly warmups: number; readonly runs: number } | undefined {
  // What is known by now is worth more than to be ended on the way to more.
  if (performance.now() + startMs + typicalMs > timeoutMs) return undefined;
  const { budgetMs = defaultBudgetMs } = job;
  const warmups = 2 * typicalMs > budgetMs ? 0 : 1;
  const runs = Math.min(mostProfiledRuns, Math.floor(budgetMs / typicalMs) - warmups);
  return { warmups, runs: Math.max(1, runs) };
}

export const noTimeForLayers =
  "There are no times per layer: another run would have exceeded the time limit.";
export const noTimestamps = "This GPU does not time its own work, so there are no times per layer.";

export async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await run();
  return { ms: performance.now() - start, value };
}

export function progress(
  { provider }: RunnerRequest,
  phase: Phase,
  done?: number,
  total?: number,
): Promise<void> {
  return sendProgress({
    phase,
    on: onGpu(provider) ? "gpu" : "cpu",
    ...(done === undefined || total === undefined ? {} : { done, total }),
  });
}

export function failed(reason: RunnerFailed["reason"], error: unknown): RunnerFailed {
  return { ok: false, reason, message: error instanceof Error ? error.message : String(error) };
}
