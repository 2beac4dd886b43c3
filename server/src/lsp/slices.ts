/** Long work in slices, between which the server answers what has come in meanwhile. */

/** Less than a frame. */
export const sliceMs = 8;

/** Lets the messages that wait be read, and those of the next milliseconds. */
export const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Goes through the steps of a piece of work; false if it became stale on the way. */
export async function inSlices(steps: Iterable<void>, isStale: () => boolean): Promise<boolean> {
  let until = performance.now() + sliceMs;
  for (const _ of steps) {
    if (performance.now() < until) continue;
    await pause();
    if (isStale()) return false;
    until = performance.now() + sliceMs;
  }
  return true;
}
