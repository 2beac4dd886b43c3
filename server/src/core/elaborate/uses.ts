/** How often each instance is used by a network: a walk over distinct instances, not over layers. */
import { type Instance, kept } from "./instance.ts";

const usesByRoot = new WeakMap<Instance, ReadonlyMap<Instance, number>>();

/** Every instance under a root with its number of uses, in the order in which execution first reaches them. */
export function countUses(root: Instance): ReadonlyMap<Instance, number> {
  return kept(usesByRoot, root, () => count(root));
}

function count(root: Instance): ReadonlyMap<Instance, number> {
  const counts = new Map<Instance, number>();
  const finished: Instance[] = [];
  const enter = (instance: Instance) => {
    if (counts.has(instance)) return;
    counts.set(instance, 0);
    for (const run of instance.runs) enter(run.instance);
    finished.push(instance);
  };
  enter(root);
  counts.set(root, 1);
  // Users before what they use: an instance's own count is complete when it is passed on.
  for (const instance of finished.toReversed()) {
    const uses = counts.get(instance) ?? 0;
    for (const run of instance.runs)
      counts.set(run.instance, (counts.get(run.instance) ?? 0) + uses * run.count);
  }
  return counts;
}
