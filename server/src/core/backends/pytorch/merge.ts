/**
 * Uses of a block that differ by more than numbers as one class: lines and modules that only some of them have are put in
 * their place among those that all have, and it is kept which use has what.
 */
import type { Draft } from "./draft.ts";
import {
  type Expr,
  type Line,
  type Placed,
  type Scalar,
  type Slot,
  slotsOf,
  templateOf,
} from "./expression.ts";

/** Drafts that are one class, by the numbers of their uses. */
export interface Merged {
  readonly uses: readonly number[];
  readonly inputs: readonly string[];
  readonly init: readonly Placed<Line>[];
  readonly forward: readonly Placed<Line>[];
}

/** What a number is in each use, in the order of `uses`; undefined where the use doesn't have it. */
export type Column = readonly (Scalar | undefined)[];

/** Few classes: drafts that are alike, and those that are not too unlike. */
export function mergedDrafts(drafts: readonly Draft[]): readonly Merged[] {
  const same = new Map<string, number[]>();
  for (const [use, draft] of drafts.entries()) {
    const key = templateOf(draft);
    same.set(key, [...(same.get(key) ?? []), use]);
  }
  const result: Merged[] = [];
  for (const uses of same.values()) {
    const own = placedOf(uses, drafts);
    for (let i = 0; i <= result.length; i++) {
      const known = result[i];
      const both = known ? joined(known, own) : own;
      if (!both) continue;
      result[i] = both;
      break;
    }
  }
  return result;
}

function placedOf(uses: readonly number[], drafts: readonly Draft[]): Merged {
  const [first] = uses.map((use) => drafts[use]);
  const placed = (linesOf: (draft: Draft | undefined) => readonly Line[]) =>
    linesOf(first).map((item, i) => ({
      item,
      uses: new Map(uses.map((use) => [use, linesOf(drafts[use])[i] ?? item])),
    }));
  return {
    uses,
    inputs: first?.inputs ?? [],
    init: placed((draft) => draft?.init ?? []),
    forward: placed((draft) => draft?.forward ?? []),
  };
}

/** Undefined where the two have less in common than what sets them apart. */
function joined(a: Merged, b: Merged): Merged | undefined {
  if (a.inputs.join() !== b.inputs.join()) return undefined;
  const init = aligned(a.init, b.init, likeLines, joinLines);
  const forward = aligned(a.forward, b.forward, likeLines, joinLines);
  const uses = [...a.uses, ...b.uses];
  const isAlike = (lines: readonly Placed<Line>[], apart: number) => {
    const shared = lines.filter((placed) => placed.uses.size === uses.length).length;
    return lines.length - shared <= Math.max(2 * shared, apart);
  };
  if (!isAlike(init, 0) || !isAlike(forward, 4)) return undefined;
  return { uses, inputs: a.inputs, init, forward };
}

/** Both in their order, such that what is most alike comes together. */
function aligned<T>(
  a: readonly Placed<T>[],
  b: readonly Placed<T>[],
  likeness: (a: T, b: T) => number,
  join: (a: Placed<T>, b: Placed<T>) => Placed<T>,
): Placed<T>[] {
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  const scores = a.map((left) => b.map((right) => likeness(left.item, right.item)));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const score = scores[i]?.[j] ?? 0;
      const together = score > 0 ? score + at(i + 1, j + 1) : 0;
      (best[i] ?? [])[j] = Math.max(together, at(i + 1, j), at(i, j + 1));
    }
  const result: Placed<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    const score = scores[i]?.[j] ?? 0;
    if (left && right && score > 0 && at(i, j) === score + at(i + 1, j + 1)) {
      result.push(join(left, right));
      i++;
      j++;
    } else if (left && (!right || at(i, j) === at(i + 1, j))) {
      result.push(left);
      i++;
    } else if (right) {
      result.push(right);
      j++;
    }
  }
  return result;
}

function likeLines(a: Line, b: Line): number {
  if (a.kind !== "layers" && templateOf(a) === templateOf(b)) return 10 + likeNumbers(a, b);
  return childrenOf(a) && childrenOf(b) && templateOf(pathOf(a)) === templateOf(pathOf(b)) ? 5 : 0;
}

/** The same kernel says more than the same number elsewhere. */
function likeNumbers(a: unknown, b: unknown): number {
  const others = slotsOf(b);
  const mine = slotsOf(a);
  let [same, all] = [0, 1];
  for (const [i, slot] of mine.entries()) {
    const weight = slot.hint === "kernel" ? 4 : 1;
    all += weight;
    if (JSON.stringify(slot.value) === JSON.stringify(others[i]?.value)) same += weight;
  }
  return same / all;
}

function pathOf(line: Line) {
  return "path" in line ? line.path : undefined;
}

function joinLines(a: Placed<Line>, b: Placed<Line>): Placed<Line> {
  const uses = new Map([...a.uses, ...b.uses]);
  if (a.item.kind !== "layers" && templateOf(a.item) === templateOf(b.item)) return { item: a.item, uses };
  const [left, right] = [childrenOf(a.item), childrenOf(b.item)];
  if (!left || !right || !("path" in a.item)) return a;
  const like = (x: Expr, y: Expr) => (templateOf(x) === templateOf(y) ? 10 + likeNumbers(x, y) : 0);
  const children = (placed: Placed<Line>, known: Children) =>
    known.placed ??
    known.items.map((item, i) => ({
      item,
      uses: new Map(
        Array.from(placed.uses, ([use, line]) => [use, childrenOf(line)?.items[i] ?? item] as const),
      ),
    }));
  const elements = aligned(children(a, left), children(b, right), like, (x, y) => ({
    item: x.item,
    uses: new Map([...x.uses, ...y.uses]),
  }));
  return { item: { kind: "layers", path: a.item.path, named: left.named, elements }, uses };
}

interface Children {
  readonly named: boolean;
  readonly items: readonly Expr[];
  readonly placed?: readonly Placed<Expr>[];
}

/** What an nn.Sequential is made of. */
function childrenOf(line: Line): Children | undefined {
  if (line.kind === "layers") return { named: line.named, items: [], placed: line.elements };
  if (line.kind !== "module" || line.value.kind !== "call") return undefined;
  const { callee, args } = line.value;
  if (callee.kind !== "text" || callee.text !== "nn.Sequential") return undefined;
  const [only] = args;
  if (only?.value.kind === "call") {
    const [pairs] =
      only.value.callee.kind === "text" && only.value.callee.text === "OrderedDict" ? only.value.args : [];
    if (args.length === 1 && pairs?.value.kind === "list") return { named: true, items: pairs.value.items };
  }
  return { named: false, items: args.map(({ value }) => value) };
}

/** What every number is in each use. */
export function columnsOf({ uses, init, forward }: Merged): ReadonlyMap<Slot, Column> {
  const result = new Map<Slot, Column>();
  const collect = (placed: Placed<unknown>) => {
    const line = placed.item as Line | Expr;
    if (line.kind === "layers") {
      line.elements.forEach(collect);
      return;
    }
    const byUse = uses.map((use) => (placed.uses.has(use) ? slotsOf(placed.uses.get(use)) : undefined));
    for (const [i, slot] of slotsOf(line).entries())
      result.set(
        slot,
        byUse.map((slots) => slots?.[i]?.value),
      );
  };
  for (const placed of [...init, ...forward]) collect(placed);
  return result;
}
