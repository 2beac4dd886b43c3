/** What is wrong, at the nodes where it is; and the texts that a folded node stands for. */
import type { Location, Statement } from "../../../../grammar/ast.ts";
import { severityOf } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Instance, kept } from "../elaborate/instance.ts";
import type { DraftNode } from "./draft.ts";
import { nodesOf, type Scene } from "./picture.ts";

/** The faults of one instance, and its nodes. */
export interface Faults {
  readonly nodes: { readonly node: DraftNode; readonly statement: Statement }[];
  /** Puts each fault to the node whose statement holds it, or that stands before it. */
  readonly attach: () => void;
  /** One that has no node. */
  readonly left: string | undefined;
}

export function note(faults: Faults, node: DraftNode, statement: Statement): void {
  faults.nodes.push({ node, statement });
}

export function createFaults(instance: Instance): Faults {
  const nodes: Faults["nodes"] = [];
  let left: string | undefined;
  return {
    nodes,
    attach() {
      for (const { message, location } of instance.diagnostics) {
        const at = location.section === instance.section ? nearest(nodes, location) : undefined;
        if (at) at.fault ??= message;
        else left ??= message;
      }
    },
    get left() {
      return left;
    },
  };
}

function nearest(nodes: Faults["nodes"], { range }: Location): DraftNode | undefined {
  let around: Faults["nodes"][number] | undefined;
  let before: Faults["nodes"][number] | undefined;
  for (const each of nodes) {
    const own = each.statement.range;
    if (own.start <= range.start && range.end <= own.end) {
      const smallest = around?.statement.range;
      if (!smallest || own.end - own.start <= smallest.end - smallest.start) around = each;
    } else if (own.end <= range.start && own.end >= (before?.statement.range.end ?? 0)) before = each;
  }
  return (around ?? before)?.node;
}

/** Faults that no instance has, such as unknown names: at the nodes whose text holds them. */
export function tellFaults(scene: Scene, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ code }) => severityOf(code) === "error");
  if (errors.length === 0) return;
  const nodes = nodesOf(scene) as DraftNode[];
  const told = new Set(nodes.map(({ fault }) => fault));
  for (const { message, location } of errors) {
    if (told.has(message)) continue;
    const sizes = nodes.map(({ places, covers, scene: inner }) => {
      const around = inner ? [] : [...places, ...covers].filter((place) => holds(place, location));
      return Math.min(...around.map(({ range }) => range.end - range.start));
    });
    const least = Math.min(...sizes);
    for (const [i, node] of nodes.entries())
      if (sizes[i] === least && least < Infinity) node.fault ??= message;
  }
}

function holds(outer: Location, inner: Location): boolean {
  if (outer.section !== inner.section) return false;
  return outer.range.start <= inner.range.start && inner.range.end <= outer.range.end;
}

const faultsIn = new WeakMap<Instance, { readonly message: string | undefined }>();

/** The first fault of an instance or of one inside it. */
export function faultIn(instance: Instance): string | undefined {
  if (instance.sound) return undefined;
  return kept(faultsIn, instance, () => {
    const own = instance.diagnostics[0]?.message;
    const inner = () =>
      instance.runs.map((run) => faultIn(run.instance)).find((found) => found !== undefined);
    return { message: own ?? inner() };
  }).message;
}

const bodiesIn = new WeakMap<Instance, readonly Location[]>();

/** The bodies of instances and of those inside, each once. */
export function coveredBy(instances: readonly Instance[]): readonly Location[] {
  const bodies = new Map(
    instances.flatMap((instance) => bodiesOf(instance).map((body) => [keyOf(body), body])),
  );
  return [...bodies.values()];
}

function bodiesOf(instance: Instance): readonly Location[] {
  return kept(bodiesIn, instance, () => {
    const own = { section: instance.section, range: instance.body.range };
    return [own, ...coveredBy([...new Set(instance.runs.map((run) => run.instance))])];
  });
}

const keyOf = ({ range }: Location) => range;
