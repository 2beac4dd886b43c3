/**
 * The times of layers as times of statements: each use of a statement took what the layers inside it took. The plan is
 * walked as it is executed, so that the n-th layer met is the n-th of the graph.
 */
import type { Section, Statement } from "../../../../../grammar/ast.ts";
import type { Instance, Step } from "../../elaborate/instance.ts";
import type { Ceilings, MeasuredLayer } from "./measured.ts";

/** What some layers took and did. */
export interface Work {
  /** Undefined where nothing of it was measured. */
  readonly ms: number | undefined;
  readonly macs: number;
  readonly flops: number;
  readonly bytes: number;
  /** What the device's ceilings allow for those that were measured; undefined without ceilings. */
  readonly predictedMs: number | undefined;
  /** The part of the prediction that is spent on moving data. */
  readonly memoryMs: number;
}

/** One execution of a statement. */
export interface Use extends Work {
  /** The instances around it, outermost first. */
  readonly inside: readonly Instance[];
}

export interface Times {
  /** The uses of each statement, with all that is inside it, in the order of execution. */
  readonly uses: ReadonlyMap<Statement, readonly Use[]>;
  /** What layers and calls took in all their uses; what only holds others is left to them. */
  readonly own: ReadonlyMap<Statement, Own>;
}

interface Own {
  readonly section: Section;
  readonly ms: number;
}

export function timesOf(
  root: Instance,
  layers: readonly (MeasuredLayer | undefined)[],
  ceilings: Ceilings | undefined,
): Times {
  const uses = new Map<Statement, Use[]>();
  const own = new Map<Statement, Own>();
  let next = 0;

  const workOf = (step: Step, inside: readonly Instance[]): Work => {
    switch (step.kind) {
      case "layer":
        return layerWork(layers[next++], ceilings);
      case "call":
        return workIn(step.instance, inside);
      case "repeat":
        return addAll(
          step.runs.flatMap(({ instance, count }) =>
            Array.from({ length: count }, () => workIn(instance, inside)),
          ),
        );
      case "group":
        return addAll(step.steps.map((inner) => enter(inner, inside)));
      case "mark":
        return nothing;
    }
  };
  const enter = (step: Step, inside: readonly Instance[]): Work => {
    const work = workOf(step, inside);
    const section = inside.at(-1)?.section;
    if ((step.kind === "layer" || step.kind === "call") && work.ms !== undefined && section)
      own.set(step.node, { section, ms: (own.get(step.node)?.ms ?? 0) + work.ms });
    // What is part of a statement counts in that statement.
    if (!step.implied && step.kind !== "mark") {
      const known = uses.get(step.node);
      const use = { ...work, inside };
      if (known) known.push(use);
      else uses.set(step.node, [use]);
    }
    return work;
  };
  const workIn = (instance: Instance, inside: readonly Instance[]): Work => {
    const deeper = [...inside, instance];
    return addAll(instance.steps.map((step) => enter(step, deeper)));
  };

  workIn(root, []);
  return { uses, own };
}

const nothing: Work = { ms: undefined, macs: 0, flops: 0, bytes: 0, predictedMs: undefined, memoryMs: 0 };

function layerWork(layer: MeasuredLayer | undefined, ceilings: Ceilings | undefined): Work {
  if (!layer || layer.ms === undefined) return nothing;
  const { ms, macs = 0, flops = 0, bytes = 0 } = layer;
  if (!ceilings) return { ...nothing, ms, macs, flops, bytes };
  const computing = flops / ceilings.gflops / 1e6;
  const moving = bytes / ceilings.gbps / 1e6;
  const predictedMs = Math.max(computing, moving);
  return { ms, macs, flops, bytes, predictedMs, memoryMs: moving > computing ? moving : 0 };
}

export function addAll(all: readonly Work[]): Work {
  if (all.length === 1 && all[0]) return all[0];
  const sum = { ms: 0, macs: 0, flops: 0, bytes: 0, predictedMs: 0, memoryMs: 0 };
  let measured = false;
  let predicted = false;
  for (const work of all) {
    if (work.ms === undefined) continue;
    measured = true;
    sum.ms += work.ms;
    sum.macs += work.macs;
    sum.flops += work.flops;
    sum.bytes += work.bytes;
    sum.memoryMs += work.memoryMs;
    if (work.predictedMs === undefined) continue;
    predicted = true;
    sum.predictedMs += work.predictedMs;
  }
  if (!measured) return nothing;
  return predicted ? sum : { ...sum, predictedMs: undefined };
}
