/** A file's tensors for a network's: by name, shapes compared. Says what fits and what doesn't, and judges nothing. */
import type { Graph } from "../ir/graph.ts";
import type { SourceTensor, WeightSource } from "./source.ts";
import type { GivenWeights } from "./weights.ts";

export interface WeightMatch {
  /** Values of the tensors that fit, by the network's names. */
  readonly given: GivenWeights;
  /** What stands before every name in the file and in none of the network: `module.`; mostly nothing. */
  readonly prefix: string;
  readonly missing: readonly NamedShape[];
  readonly misshaped: readonly (NamedShape & { readonly found: readonly number[] })[];
  /** Tensors of another kind than floating-point numbers. */
  readonly notFloats: readonly (NamedShape & { readonly type: string })[];
  /** The file's tensors that the network has no place for, by the file's names. */
  readonly unexpected: readonly NamedShape[];
}

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export function matchWeights(graph: Graph, { tensors }: WeightSource): WeightMatch {
  const wanted = graph.nodes.flatMap((node) => node.weights);
  const prefix = prefixOf(
    wanted.map(({ fullName }) => fullName),
    tensors,
  );
  const given = new Map<string, () => Iterable<Float32Array>>();
  const match = {
    missing: [] as NamedShape[],
    misshaped: [] as (NamedShape & { found: readonly number[] })[],
    notFloats: [] as (NamedShape & { type: string })[],
  };
  for (const { fullName: name, shape } of wanted) {
    const found = tensors.get(prefix + name);
    if (!found) match.missing.push({ name, shape });
    else if (!sameValues(shape, found.shape)) match.misshaped.push({ name, shape, found: found.shape });
    else if (!found.chunks) match.notFloats.push({ name, shape, type: found.type });
    else given.set(name, found.chunks);
  }
  const known = new Set(wanted.map(({ fullName }) => prefix + fullName));
  const layers = new Set(graph.nodes.map((node) => node.name));
  const unexpected = [...tensors]
    .filter(([name]) => !known.has(name) && !isCounter(name) && !isConstantOf(name, layers))
    .map(([name, { shape }]) => ({ name, shape }));
  return { given, prefix, ...match, unexpected };
}

/** Sizes of 1 are no difference: the values and their order are the same. */
function sameValues(a: readonly number[], b: readonly number[]): boolean {
  const [x, y] = [a.filter((size) => size !== 1), b.filter((size) => size !== 1)];
  return x.length === y.length && x.every((size, axis) => size === y[axis]);
}

/** How many batches a normalisation of PyTorch has seen in training: nothing is computed from it. */
function isCounter(name: string): boolean {
  return name === "num_batches_tracked" || name.endsWith(".num_batches_tracked");
}

/** A number that our own ONNX files keep for a layer beside its weights: `norm/axes`. */
function isConstantOf(name: string, layers: ReadonlySet<string>): boolean {
  const slash = name.indexOf("/");
  return slash > 0 && layers.has(name.slice(0, slash));
}

/**
 * Training scripts wrap models, and their checkpoints' names begin alike: `module.conv1.weight`. A prefix is taken
 * where with it most of the network's names are there, and without it none.
 */
function prefixOf(wanted: readonly string[], tensors: ReadonlyMap<string, SourceTensor>): string {
  const [first] = wanted;
  if (first === undefined || wanted.some((name) => tensors.has(name))) return "";
  for (const name of tensors.keys()) {
    if (!name.endsWith(`.${first}`)) continue;
    const prefix = name.slice(0, -first.length);
    if (2 * wanted.filter((each) => tensors.has(prefix + each)).length > wanted.length) return prefix;
  }
  return "";
}
