/**
 * Lines that not all uses have, under conditions. A module that is there in some uses only is None in the others, and
 * `forward` asks for it; what else differs is decided in the constructor.
 */
import { type Condition, opposite } from "./conditions.ts";
import type { Draft } from "./draft.ts";
import { type Expr, type Line, type Name, type Placed, suffix, text } from "./expression.ts";
import { freshName, isAttribute } from "./identifiers.ts";
import type { Merged } from "./merge.ts";
import { polished } from "./polish.ts";

export type ConditionOf = (holds: readonly boolean[], hint: string) => Condition;

export type Conditions = readonly { readonly holds: readonly boolean[]; readonly condition: Condition }[];

/** `list` is a free name for the children of a module as they are put together. */
export function conditionalLines(
  merged: Merged,
  conditionOf: ConditionOf,
  list: string,
): { readonly draft: Draft; readonly conditions: Conditions } {
  const conditions = new Map<string, { readonly holds: readonly boolean[]; readonly condition: Condition }>();
  const holdsIn = (placed: Placed<unknown>) => merged.uses.map((use) => placed.uses.has(use));
  /** One condition for what the same uses have; what the others have is its opposite. */
  const conditionFor = (holds: readonly boolean[], hint: string): Condition => {
    const known = conditions.get(holds.join());
    if (known) return known.condition;
    const condition = conditionOf(holds, hint);
    const others = holds.map((held) => !held);
    conditions.set(holds.join(), { holds, condition });
    conditions.set(others.join(), { holds: others, condition: opposite(condition) });
    return condition;
  };
  const inInit = initLines(merged, holdsIn, conditionFor, list);
  const attributes = new Set(
    merged.init.flatMap(({ item }) => ("path" in item ? [item.path[0]?.text ?? ""] : [])),
  );
  const flags = new Map<string, string>();
  const settled: Line[] = [];
  const testFor = (run: Run<Line>): Expr => {
    const module = inInit.optional.get(run.key) ?? inInit.optional.get(run.opposite);
    if (module) {
      const isThere = inInit.optional.has(run.key);
      return suffix({ kind: "member", path: module }, isThere ? " is not None" : " is None");
    }
    const known = flags.get(run.key) ?? flags.get(run.opposite);
    if (known !== undefined) return text(flags.has(run.key) ? `self.${known}` : `not self.${known}`);
    const hint = run.items.some(({ item }) => isSum(item)) ? "residual" : "variant";
    const flag = freshName(hint, attributes);
    flags.set(run.key, flag);
    const condition = conditionFor(run.holds, hint);
    settled.push({ kind: "set", target: `self.${flag}`, value: { kind: "condition", condition } });
    return text(`self.${flag}`);
  };
  const forward = branches(merged.forward, holdsIn, (run) => ({ test: testFor(run), before: [] }));
  const init = [...settled, ...inInit.lines];
  return {
    draft: { inputs: merged.inputs, init, forward: polished(forward) },
    conditions: [...conditions.values()],
  };
}

function isSum(line: Line): boolean {
  return line.kind === "set" && line.value.kind === "infix" && line.value.operator === "+";
}

type Holds = (placed: Placed<unknown>) => readonly boolean[];

function initLines(merged: Merged, holdsIn: Holds, conditionFor: ConditionOf, list: string) {
  const names = merged.init.map(({ item }) =>
    "path" in item ? item.path.map((part) => part.text).join(".") : "",
  );
  /** Modules that some uses have and others have nothing instead of, by which. */
  const optional = new Map<string, readonly Name[]>();
  for (const [i, placed] of merged.init.entries()) {
    const { item } = placed;
    const holds = holdsIn(placed);
    const [part, ...deeper] = "path" in item ? item.path : [];
    if (holds.every(Boolean) || item.kind === "parameter" || !part || deeper.length > 0) continue;
    if (
      part.counter ||
      !isAttribute(part.text) ||
      names.indexOf(names[i] ?? "") !== names.lastIndexOf(names[i] ?? "")
    )
      continue;
    if (!optional.has(holds.join())) optional.set(holds.join(), [part]);
  }
  const split = merged.init.flatMap((placed): readonly Placed<Line>[] => {
    if (placed.item.kind !== "layers") return [placed];
    return appended(placed.item, placed.uses, holdsIn, conditionFor, list).map((item) => ({
      item,
      uses: new Map(Array.from(placed.uses.keys(), (use) => [use, item])),
    }));
  });
  const lines = branches(split, holdsIn, (run) => {
    const [first] = run.items;
    const label = first && "path" in first.item ? first.item.path.at(-1)?.text : undefined;
    const condition = conditionFor(run.holds, label !== undefined && isAttribute(label) ? label : "variant");
    const absent = [run.key, run.opposite].flatMap((key) => {
      const [part] = optional.get(key) ?? [];
      const isHere = [...run.items, ...run.others].some(
        ({ item }) => "path" in item && item.path.length === 1 && item.path[0]?.text === part?.text,
      );
      return part && isHere ? [part.text] : [];
    });
    const before = absent.map((name): Line => ({ kind: "set", target: `self.${name}`, value: text("None") }));
    return { test: { kind: "condition", condition }, before };
  });
  return { lines, optional };
}

/** An nn.Sequential that is put together child by child. */
function appended(
  line: Extract<Line, { kind: "layers" }>,
  uses: ReadonlyMap<number, Line>,
  holdsIn: Holds,
  conditionFor: ConditionOf,
  list: string,
): readonly Line[] {
  const all = [...uses.keys()];
  const result: Line[] = [];
  for (let i = 0; i < line.elements.length; ) {
    const start = line.elements[i];
    if (!start) break;
    const key = [...start.uses.keys()].sort().join();
    let end = i + 1;
    while (end < line.elements.length && [...(line.elements[end]?.uses.keys() ?? [])].sort().join() === key)
      end++;
    const elements = line.elements.slice(i, end).map(({ item }) => item);
    const isShared = start.uses.size === all.length;
    if (result.length === 0 && !isShared) result.push({ kind: "append", list, elements: [], first: true });
    const append: Line = { kind: "append", list, elements, first: result.length === 0 };
    if (isShared) result.push(append);
    else {
      const condition = conditionFor(holdsIn(start), "expand");
      result.push({ kind: "if", test: { kind: "condition", condition }, body: [append], otherwise: [] });
    }
    i = end;
  }
  const children: Expr = { kind: "suffix", object: text(`*${list}`), text: "", numbers: [] };
  const named: Expr = { kind: "call", callee: text("OrderedDict"), args: [{ value: text(list) }] };
  const value: Expr = {
    kind: "call",
    callee: text("nn.Sequential"),
    args: [{ value: line.named ? named : children }],
  };
  return [...result, { kind: "module", path: line.path, value }];
}

/** Lines in a row that the same uses have, and those after them that exactly the others have. */
interface Run<T> {
  readonly holds: readonly boolean[];
  readonly key: string;
  readonly opposite: string;
  readonly items: readonly Placed<T>[];
  readonly others: readonly Placed<T>[];
}

function branches(
  placed: readonly Placed<Line>[],
  holdsIn: Holds,
  branch: (run: Run<Line>) => { readonly test: Expr; readonly before: readonly Line[] },
): Line[] {
  const result: Line[] = [];
  const take = (from: number, key: string) => {
    let end = from;
    while (end < placed.length && holdsIn(placed[end] as Placed<Line>).join() === key) end++;
    return placed.slice(from, end);
  };
  for (let i = 0; i < placed.length; ) {
    const found = holdsIn(placed[i] as Placed<Line>);
    const here = take(i, found.join());
    i += here.length;
    if (found.every(Boolean)) {
      result.push(...here.map(({ item }) => item));
      continue;
    }
    const absent = found.map((held) => !held);
    const there = take(i, absent.join());
    i += there.length;
    // The sum is what one asks for.
    const isTurned = there.some(({ item }) => isSum(item)) && !here.some(({ item }) => isSum(item));
    const [holds, missing] = isTurned ? [absent, found] : [found, absent];
    const [items, others] = isTurned ? [there, here] : [here, there];
    const { test, before } = branch({
      holds,
      key: holds.join(),
      opposite: missing.join(),
      items,
      others,
    });
    const [body, otherwise] = [items.map(({ item }) => item), others.map(({ item }) => item)];
    result.push(...before, { kind: "if", test, body, otherwise });
  }
  return result;
}
