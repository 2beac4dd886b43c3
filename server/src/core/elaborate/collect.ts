/**
 * The diagnostics of all instances, each fault once: at its place in the text, with the chain of calls and
 * iterations that leads to the first instance that has it.
 */
import type { Diagnostic, Related } from "../diagnostics/diagnostic.ts";
import { allSteps, type Instance, type Step } from "./instance.ts";

interface Root {
  readonly name: string;
  readonly instance: Instance;
}

export function collectDiagnostics(roots: readonly Root[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const places = new Map<object, number>();
  const visited = new Set<Instance>();
  const placeOf = (section: object) => {
    const known = places.get(section);
    if (known !== undefined) return known;
    places.set(section, places.size);
    return places.size - 1;
  };
  const visit = (instance: Instance, chain: readonly Related[]) => {
    if (visited.has(instance)) return;
    visited.add(instance);
    for (const diagnostic of instance.diagnostics) {
      const { section, range } = diagnostic.location;
      const key = `${diagnostic.code} ${placeOf(section)} ${range.start} ${range.end}`;
      if (!found.has(key)) found.set(key, { ...diagnostic, related: [...diagnostic.related, ...chain] });
    }
    for (const step of allSteps(instance.steps)) {
      for (const [inner, link] of innerInstances(instance, step))
        visit(inner, link ? [link, ...chain] : chain);
    }
  };
  for (const { instance } of roots) visit(instance, []);
  return [...found.values()];
}

/** The instances that a step uses, each with the link that it adds to the chain. */
function innerInstances(outer: Instance, step: Step): (readonly [Instance, Related])[] {
  if (step.kind === "call") {
    const location = { section: outer.section, range: step.node.head };
    // Where a requirement is broken, what goes wrong inside is its consequence.
    if (step.instance.brokenRequirements.length > 0) return [];
    return [[step.instance, { message: `in ${step.instance.title}`, location }]];
  }
  if (step.kind !== "repeat") return [];
  const total = step.runs.reduce((sum, run) => sum + run.count, 0);
  let iteration = 1;
  return step.runs.map(({ instance, count }) => {
    const message = `in iteration ${iteration} of ${total}`;
    iteration += count;
    return [instance, { message, location: { section: outer.section, range: step.node.head } }];
  });
}
