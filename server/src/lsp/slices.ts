/** Long work in slices, between which the server answers what has come in meanwhile. */
import type { Steps } from "../core/index.ts";

/** Less than a frame. */
export const sliceMs = 8;

/** Lets the messages that wait be read, and those of the next milliseconds. */
export const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What the steps come to; undefined if it became stale on the way: the steps that are left are not made. */
export async function inSlices<T>(
  steps: Steps<T>,
  isStale: () => boolean,
): Promise<{ readonly value: T } | undefined> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = steps.next();
    if (step.done) return { value: step.value };
    if (performance.now() < until) continue;
    await pause();
    if (isStale()) return undefined;
    until = performance.now() + sliceMs;
  }
}
