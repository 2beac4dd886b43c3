/** How often each instance is used by a network: a walk over distinct instances, not over layers. */
import { allSteps, type Instance, runsOf } from "./instance.ts";

/** Every instance under a root with its number of uses, in the order in which execution first reaches them. */
export function countUses(root: Instance): ReadonlyMap<Instance, number> {
  const counts = new Map<Instance, number>();
  const finished: Instance[] = [];
  const enter = (instance: Instance) => {
    if (counts.has(instance)) return;
    counts.set(instance, 0);
    for (const step of allSteps(instance.steps)) for (const run of runsOf(step)) enter(run.instance);
    finished.push(instance);
  };
  enter(root);
  counts.set(root, 1);
  // Users before what they use: an instance's own count is complete when it is passed on.
  for (const instance of finished.toReversed()) {
    const count = counts.get(instance) ?? 0;
    for (const step of allSteps(instance.steps)) {
      for (const run of runsOf(step)) {
        counts.set(run.instance, (counts.get(run.instance) ?? 0) + count * run.count);
      }
    }
  }
  return counts;
}
