/**
 * What elaboration shares across a run: the file's scope, the memo of instances and the bounds. The memo outlives
 * a run; an instance is used again while the declarations that it was made from are still the same.
 */
import type { Declaration, FileId } from "../../../../grammar/ast.ts";
import type { Cost } from "../cost/cost.ts";
import type { WeightSpec } from "../ops/operator.ts";
import { type Resolution, resolve } from "../sema/resolve.ts";
import type { FileScope } from "../sema/symbols.ts";
import type { Shape } from "../shape/shape.ts";
import type { Value } from "../values.ts";
import type { Instance, Owner, Uses } from "./instance.ts";

/** Bounds that keep any text from hanging the editor. Each has a diagnostic that names it. */
export const bounds = {
  /** Blocks within blocks. */
  depth: 64,
  /** Layers of one network. */
  layers: 1_000_000,
  /** Iterations of one repeat. */
  iterations: 1_000_000,
  /** Instances elaborated in one run. */
  instances: 50_000,
} as const;

/** Variants of one block that the memo keeps. */
const memoLimit = 4096;

/** What a layer comes to for given arguments and input shapes. */
export interface Layer {
  readonly output: Shape | undefined;
  readonly outputKey: string;
  readonly weights: readonly WeightSpec[];
  readonly cost: Cost;
  /** Some size is known by name only: where tensors meet, conditions are to be noted at each use. */
  readonly named?: boolean;
}

export type LayerTable = Map<string, Layer>;

/** Instances and resolutions by the syntax they were made from; what is gone from the text is collected. */
export interface Memo {
  /** Layers by operator and fixed arguments, then by input shapes and the other arguments. */
  readonly layers: Map<string, LayerTable>;
  readonly instances: WeakMap<Owner, Map<string, Instance>>;
  readonly resolutions: WeakMap<Declaration, { readonly signature: string; readonly resolution: Resolution }>;
}

export function createMemo(): Memo {
  return { layers: new Map(), instances: new WeakMap(), resolutions: new WeakMap() };
}

export interface ConstantValue {
  readonly value: Value;
  readonly uses: Uses;
}

export interface Elaborator {
  /** The names that a file sees. */
  readonly scopeOf: (file: FileId) => FileScope;
  readonly memo: Memo;
  readonly constants: Map<Declaration, ConstantValue>;
  /** What instances use, found to mean the same as when they were made, or not. */
  readonly currentUses: Map<Uses, boolean>;
  /** The distinct uses of what was elaborated in this run. */
  readonly usesByDeclaration: Map<Declaration, Uses[]>;
  /** Declarations whose elaboration is under way, outermost first. */
  readonly active: Declaration[];
  depth: number;
  elaborated: number;
}

export function createElaborator(scopeOf: Elaborator["scopeOf"], memo: Memo): Elaborator {
  return {
    scopeOf,
    memo,
    constants: new Map(),
    currentUses: new Map(),
    usesByDeclaration: new Map(),
    active: [],
    depth: 0,
    elaborated: 0,
  };
}

/** The names that a declaration's text sees: those of the file it stands in. */
export function scopeFor(elaborator: Elaborator, declaration: Declaration): FileScope {
  return elaborator.scopeOf(declaration.section.file);
}

export function resolutionOf(elaborator: Elaborator, declaration: Declaration): Resolution {
  const { memo } = elaborator;
  const scope = scopeFor(elaborator, declaration);
  const { signature } = scope;
  const known = memo.resolutions.get(declaration);
  if (known?.signature === signature) return known.resolution;
  const resolution = resolve(declaration, scope);
  memo.resolutions.set(declaration, { signature, resolution });
  return resolution;
}

/** The instance of this key, from the memo or made now. */
export function memoised(elaborator: Elaborator, owner: Owner, key: string, make: () => Instance): Instance {
  let byKey = elaborator.memo.instances.get(owner);
  if (!byKey) {
    byKey = new Map();
    elaborator.memo.instances.set(owner, byKey);
  }
  const known = byKey.get(key);
  if (known && isCurrent(elaborator, known)) return known;
  elaborator.elaborated++;
  const made = make();
  if (byKey.size >= memoLimit) byKey.clear();
  byKey.set(key, made);
  return made;
}

function isCurrent(elaborator: Elaborator, { uses }: Instance): boolean {
  const known = elaborator.currentUses.get(uses);
  if (known !== undefined) return known;
  const current = meanTheSame(elaborator, uses);
  elaborator.currentUses.set(uses, current);
  return current;
}

function meanTheSame(elaborator: Elaborator, uses: Uses): boolean {
  for (const [file, names] of uses) {
    const scope = elaborator.scopeOf(file);
    for (const [name, declaration] of names) if (scope.lookup(name) !== declaration) return false;
  }
  return true;
}
