/**
 * Peak activation memory: the most bytes of tensors that are alive at once while a network runs layer by layer in the
 * order of its text, at 32 bits, for one image.
 *
 * A tensor lives from the layer that makes it to the last one that reads it; a layer holds its inputs and its output
 * at the same time, so nothing is computed in place, not even `relu` or `bn`. Views (`flatten`, `reshape`, and `dropout`,
 * the identity at inference) share their input's memory. Inputs are there from the start, outputs stay to the end.
 * Weights and what a kernel needs for itself are not counted.
 *
 * An instance is simulated once for each way in which its surroundings may hold what it takes and use what it leaves:
 * the work follows distinct instances, not layers.
 */
import { type Instance, kept, type Step, stepsOf, type Tensor } from "../elaborate/instance.ts";
import { elements } from "../shape/shape.ts";
import { bytesPerElement } from "./cost.ts";

export interface Peak {
  readonly bytes: number;
  /** The statement of the network's own body during which it is reached. */
  readonly at: Step | undefined;
}

/** The peak of a network; undefined where a shape is unknown or has named dimensions. */
export function peakOf(root: Instance): Peak | undefined {
  const program = programOf(root);
  if (!program.known) return undefined;
  const held = program.inputs.map(() => outside);
  return simulate(root, held, root.outputs.length === 0);
}

/** One operation over storages: numbers of pieces of memory. */
interface Operation {
  readonly step: Step;
  readonly reads: readonly number[];
  /** What it leaves, which may be a piece that was there before. */
  readonly writes: number;
  /** Its output is new memory. */
  readonly fresh: boolean;
  /** The instance that a call or an iteration runs. */
  readonly instance: Instance | undefined;
  /** Equal iterations in a row. */
  readonly times: number;
}

/** An instance as a list of operations. */
interface Program {
  readonly operations: readonly Operation[];
  readonly sizes: readonly number[];
  readonly inputs: readonly number[];
  /** What `input` declares. */
  readonly declared: readonly number[];
  readonly result: number;
  /** Pieces that are outputs of the network. */
  readonly pinned: ReadonlySet<number>;
  /** Bytes that stay after it, beside its inputs and its result. */
  readonly retained: number;
  /** All sizes are numbers. */
  readonly known: boolean;
}

const programs = new WeakMap<Instance, Program>();

function programOf(instance: Instance): Program {
  return kept(programs, instance, () => compile(instance));
}

function compile(instance: Instance): Program {
  const pieces = new Map<Tensor, number>();
  const sizes: number[] = [];
  const operations: Operation[] = [];
  const pinned = new Set<number>();
  let retained = 0;
  let known = true;

  const allocate = (tensor: Tensor): number => {
    const count = elements(tensor.shape);
    if (typeof count !== "number") known = false;
    pieces.set(tensor, sizes.length);
    return sizes.push(typeof count === "number" ? count * bytesPerElement : 0) - 1;
  };
  const pieceOf = (tensor: Tensor): number => pieces.get(tensor) ?? allocate(tensor);
  const run = (step: Step, inner: Instance, reads: readonly number[], output: Tensor, times: number) => {
    const program = programOf(inner);
    if (!program.known) known = false;
    const shared = reads[program.inputs.indexOf(program.result)];
    if (shared !== undefined) pieces.set(output, shared);
    const writes = shared ?? allocate(output);
    for (const [i, input] of program.inputs.entries()) {
      const read = reads[i];
      if (read !== undefined && program.pinned.has(input)) pinned.add(read);
    }
    if (program.pinned.has(program.result)) pinned.add(writes);
    retained += program.retained * times;
    operations.push({ step, reads, writes, fresh: shared === undefined, instance: inner, times });
    return writes;
  };

  const inputs = instance.inputs.map(allocate);
  const declared = instance.declaredInputs.map(({ tensor }) => pieceOf(tensor));
  for (const step of stepsOf(instance)) {
    if (step.kind === "layer") {
      const reads = step.inputs.map(pieceOf);
      const [first] = reads;
      const shared = step.operator.view === true ? first : undefined;
      if (shared !== undefined) pieces.set(step.output, shared);
      const writes = shared ?? allocate(step.output);
      operations.push({ step, reads, writes, fresh: shared === undefined, instance: undefined, times: 1 });
    } else if (step.kind === "call") {
      run(step, step.instance, step.inputs.map(pieceOf), step.output, 1);
    } else if (step.kind === "repeat") {
      const captured = step.captured.map(pieceOf);
      let current = pieceOf(step.input);
      for (const { instance: inner, count } of step.runs) {
        // The first and the last may differ from those between in who else holds their tensors.
        const between = count > 2 ? [count - 2] : [];
        for (const times of count > 1 ? [1, ...between, 1] : [1]) {
          current = run(step, inner, [current, ...captured], { ...inner.result }, times);
        }
      }
      pieces.set(step.output, current);
      if (!step.output.shape) known = false;
    } else if (step.kind === "mark" && step.node.kind === "output") pinned.add(pieceOf(step.output));
    else if (step.kind === "mark" && step.node.kind === "bad") known = false;
  }
  const result = pieceOf(instance.result);
  for (const piece of pinned) {
    if (piece !== result && !inputs.includes(piece)) retained += sizes[piece] ?? 0;
  }
  for (const { writes, fresh, times } of operations) {
    if (fresh && pinned.has(writes)) retained += (sizes[writes] ?? 0) * (times - 1);
  }
  return { operations, sizes, inputs, declared, result, pinned, retained, known };
}

// ── lifetimes ────────────────────────────────────────────────────────────────────────────────────

/** The last operation that reads each piece: `Infinity` for what stays to the end, −1 for what is never read. */
function lastReads(program: Program, resultUsed: boolean): number[] {
  const last = program.sizes.map((_, piece) => (program.pinned.has(piece) ? Infinity : -1));
  if (resultUsed) last[program.result] = Infinity;
  for (const [time, operation] of [...program.operations.entries()].reverse()) {
    const used = operation.instance && inputsUsed(operation.instance, at(last, operation.writes) > time);
    for (const [i, piece] of operation.reads.entries()) {
      if (used?.[i] !== false) last[piece] = Math.max(at(last, piece), time);
    }
  }
  return last;
}

const inputsUsedBy = new WeakMap<Instance, Map<boolean, readonly boolean[]>>();

/** Which of its inputs an instance reads, or leaves where that is used. */
function inputsUsed(instance: Instance, resultUsed: boolean): readonly boolean[] {
  const known = kept(inputsUsedBy, instance, () => new Map());
  const found = known.get(resultUsed);
  if (found) return found;
  const program = programOf(instance);
  const last = lastReads(program, resultUsed);
  const used = program.inputs.map((piece) => at(last, piece) >= 0);
  known.set(resultUsed, used);
  return used;
}

// ── simulation ───────────────────────────────────────────────────────────────────────────────────

/** An input whose memory is counted, and freed, by somebody around. */
const outside = -1;

const peaks = new WeakMap<Instance, Map<string, Peak>>();

/**
 * Runs an instance. `owners` says of each input whether it is `outside`'s or handed over to the instance: then it
 * is the number of the first input that is the same piece.
 */
function simulate(instance: Instance, owners: readonly number[], resultUsed: boolean): Peak {
  const known = kept(peaks, instance, () => new Map());
  const key = `${owners.join(",")} ${resultUsed}`;
  const peak = known.get(key) ?? run(programOf(instance), owners, resultUsed);
  known.set(key, peak);
  return peak;
}

function run(program: Program, owners: readonly number[], resultUsed: boolean): Peak {
  const { sizes, operations } = program;
  const last = lastReads(program, resultUsed);
  // Inputs that are one piece outside are one here.
  const same = new Map<number, number>();
  for (const [i, owner] of owners.entries()) {
    const [piece, first] = [at(program.inputs, i), program.inputs[owner]];
    if (first === undefined || first === piece) continue;
    same.set(piece, first);
    last[first] = Math.max(at(last, first), at(last, piece));
  }
  const foreign = new Set(program.inputs.filter((_, i) => owners[i] === outside));
  const alive = new Set<number>();
  let live = 0;
  const keep = (piece: number) => {
    const counted = same.get(piece) ?? piece;
    if (foreign.has(counted) || alive.has(counted)) return;
    alive.add(counted);
    live += at(sizes, counted);
  };
  const free = (piece: number) => {
    const counted = same.get(piece) ?? piece;
    if (alive.delete(counted)) live -= at(sizes, counted);
  };
  const lives = (piece: number, after: number) => at(last, same.get(piece) ?? piece) > after;

  for (const piece of [...program.declared, ...program.inputs]) if (lives(piece, -1)) keep(piece);
  let peak: { bytes: number; at: Step | undefined } = { bytes: live, at: operations[0]?.step };
  const reach = (bytes: number, step: Step) => {
    if (bytes > peak.bytes) peak = { bytes, at: step };
  };
  for (const [time, { step, reads, writes, fresh, instance, times }] of operations.entries()) {
    if (instance) {
      const pieces = reads.map((piece) => same.get(piece) ?? piece);
      const given = pieces.map((piece) => alive.has(piece) && !lives(piece, time));
      for (const [i, piece] of pieces.entries()) if (given[i]) free(piece);
      const inner = programOf(instance);
      const stays = fresh && program.pinned.has(writes) ? at(sizes, writes) : 0;
      live += (inner.retained + stays) * (times - 1);
      const owned = pieces.map((piece, i) => (given[i] ? pieces.indexOf(piece) : outside));
      reach(live + simulate(instance, owned, lives(writes, time)).bytes, step);
      live += inner.retained;
    } else {
      keep(writes);
      reach(live, step);
      for (const piece of reads) if (!lives(piece, time)) free(piece);
    }
    if (lives(writes, time)) keep(writes);
    else free(writes);
  }
  return peak;
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? -1;
}
