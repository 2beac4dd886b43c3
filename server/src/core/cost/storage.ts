/**
 * How many bytes a network's parameters take at fewer bits, and pruned: what compression can do to an architecture,
 * from its shapes alone. Every assumption is a figure of the result.
 */
import type { Graph } from "../ir/graph.ts";
import type { WeightSpec } from "../ops/operator.ts";

export interface StorageOptions {
  /** Share of the weights that pruning leaves in each tensor; without it nothing is pruned. */
  readonly keep?: number;
}

export interface Storage {
  readonly network: string;
  readonly params: number;
  /** Those in kernels and matrices, which are pruned and take few bits; and in how many tensors. */
  readonly weights: number;
  readonly tensors: number;
  /** The share that pruning leaves; null where nothing is pruned. */
  readonly keep: number | null;
  readonly rows: readonly StorageRow[];
}

export interface StorageRow {
  /** Of a weight. */
  readonly bits: number;
  /** Of a bias, a scale, a shift. */
  readonly otherBits: number;
  /** With all weights, and how many times smaller than at 32 bits. */
  readonly bytes: number;
  readonly ratio: number;
  readonly pruned: PrunedStorage | null;
}

export interface PrunedStorage {
  readonly bytes: number;
  readonly ratio: number;
  /** Bits that say how far the next weight is that was left: as many as make the whole smallest. */
  readonly indexBits: number;
  /** Zeros kept for each weight that was left, on average, where the next is farther than the bits can say. */
  readonly fillers: number;
  readonly parts: {
    readonly weights: number;
    readonly indexes: number;
    /** Tables of the values that the weights' bits stand for, at 32 bits each; of 8 bits or fewer. */
    readonly codebooks: number;
    readonly others: number;
  };
}

const widths = [32, 16, 8, 6] as const;
const fullBits = 32;
/** At so few bits a weight is a number in a table, or takes a scale. */
const tableBits = 8;

export function storage(graph: Graph, { keep }: StorageOptions = {}): Storage {
  const trainable = graph.nodes.flatMap((node) => node.weights).filter((weight) => weight.trainable);
  const tensors = trainable.filter(isMatrix).map(countOf);
  const params = sum(trainable.map(countOf));
  const weights = sum(tensors);
  const full = (params * fullBits) / 8;
  const rows = widths.map((bits): StorageRow => {
    const otherBits = bits <= tableBits ? fullBits : bits;
    const others = ((params - weights) * otherBits) / 8;
    const scales = bits <= tableBits ? (tensors.length * fullBits) / 8 : 0;
    const bytes = Math.ceil((weights * bits) / 8 + others + scales);
    const pruned = keep === undefined ? null : prunedStorage(tensors, bits, others, keep, full);
    return { bits, otherBits, bytes, ratio: ratio(full, bytes), pruned };
  });
  return { network: graph.name, params, weights, tensors: tensors.length, keep: keep ?? null, rows };
}

/** Kernels, matrices and tables of embeddings: not biases, scales and shifts, of which there are few. */
function isMatrix({ shape, initializer }: WeightSpec): boolean {
  return shape.length > 1 && (initializer.kind === "scaled" || initializer.kind === "spread");
}

function prunedStorage(
  tensors: readonly number[],
  bits: number,
  others: number,
  keep: number,
  full: number,
): PrunedStorage {
  const left = tensors.map((count) => Math.round(count * keep));
  const { indexBits, fillers } = cheapestIndex(bits, keep);
  const entries = sum(left) * (1 + fillers);
  const table = (count: number) => (bits <= tableBits ? (Math.min(2 ** bits, count) * fullBits) / 8 : 0);
  const parts = {
    weights: Math.ceil((entries * bits) / 8),
    indexes: Math.ceil((entries * indexBits) / 8),
    codebooks: sum(left.map(table)),
    others: Math.ceil(others),
  };
  const bytes = parts.weights + parts.indexes + parts.codebooks + parts.others;
  return { bytes, ratio: ratio(full, bytes), indexBits, fillers, parts };
}

/**
 * Distances between weights that are left at random are geometric: with b bits a distance over 2^b, which has the
 * probability (1 − keep)^(2^b), costs a zero kept as a weight, and is begun anew there.
 */
function cheapestIndex(bits: number, keep: number): { indexBits: number; fillers: number } {
  const options = Array.from({ length: 32 }, (_, i) => {
    const beyond = (1 - keep) ** (2 ** (i + 1));
    return { indexBits: i + 1, fillers: beyond / (1 - beyond) };
  });
  const cost = (option: { indexBits: number; fillers: number }) =>
    (bits + option.indexBits) * (1 + option.fillers);
  return options.reduce((best, option) => (cost(option) < cost(best) ? option : best));
}

function countOf({ shape }: WeightSpec): number {
  return shape.reduce((a, b) => a * b, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Nothing can't become smaller. */
function ratio(full: number, bytes: number): number {
  return bytes === 0 ? 1 : full / bytes;
}
