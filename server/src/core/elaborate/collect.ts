/**
 * The diagnostics of all instances, each fault once: at its place in the text, with the chain of calls and
 * iterations that leads to the first instance that has it. A fault in another file is told where this file leads
 * into it.
 */
import type { FileId, Location } from "../../../../grammar/ast.ts";
import type { Diagnostic, Related } from "../diagnostics/diagnostic.ts";
import { eachStep, type Instance, type Step } from "./instance.ts";

interface Root {
  readonly name: string;
  readonly instance: Instance;
  readonly place: Location;
}

export function collectDiagnostics(file: FileId, roots: readonly Root[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const keyOf = placeKeys();
  const visited = new Set<Instance>();
  const visit = (root: Root, instance: Instance, chain: readonly Related[]) => {
    if (visited.has(instance) || instance.sound) return;
    visited.add(instance);
    for (const diagnostic of instance.diagnostics) {
      const full = { ...diagnostic, related: [...diagnostic.related, ...chain] };
      const here = diagnostic.location.section.file === file ? full : brought(file, full, root);
      const key = `${here.code} ${keyOf(here.location)} ${here === full ? "" : here.message}`;
      if (!found.has(key)) found.set(key, here);
    }
    eachStep(instance.steps, (step) => {
      for (const [inner, link] of innerInstances(instance, step)) visit(root, inner, [link, ...chain]);
    });
  };
  for (const root of roots) visit(root, root.instance, []);
  return [...found.values()];
}

/** A fault in another file, told at the innermost call in this one; without data, since no fix reaches there. */
function brought(file: FileId, diagnostic: Diagnostic, root: Root): Diagnostic {
  const { code, message, location, related } = diagnostic;
  const call = related.find((place) => place.location.section.file === file);
  const inside = { message: "found here", location };
  return { code, message, location: call?.location ?? root.place, related: [inside, ...related] };
}

/** Short keys for places: a section is known by its number. */
function placeKeys(): (location: Location) => string {
  const numbers = new Map<Location["section"], number>();
  return ({ section, range }) => {
    const number = numbers.get(section) ?? numbers.size;
    numbers.set(section, number);
    return `${number} ${range.start} ${range.end}`;
  };
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
