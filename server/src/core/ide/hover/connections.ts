/** Both sides of a `residual`, how channels grow in `dense`, the branches of a sum: what a connection is made of. */
import type { Statement } from "../../../../../grammar/ast.ts";
import type { Variant } from "../../cost/facts.ts";
import { formatCount } from "../../cost/format.ts";
import type { GroupStep, Step } from "../../elaborate/instance.ts";
import { subtract } from "../../shape/dim.ts";
import { channels, formatShape } from "../../shape/shape.ts";
import { flowText, inputsOf } from "./layer.ts";
import { type Column, grid, span } from "./markdown.ts";

const right = { right: true } as const;
const costColumns: readonly Column[] = [
  { title: "params", ...right },
  { title: "MACs", ...right },
];
const usesColumn: Column = { title: "uses", ...right };

/** Uses of a statement that do the same. */
export interface Same {
  readonly step: Step;
  readonly uses: readonly number[];
}

/** The distinct ways in which a statement is executed, in the order of execution. */
export function distinctSteps(variants: readonly Variant[]): readonly Same[] {
  const found = new Map<string, { readonly step: Step; readonly uses: number[] }>();
  for (const { step, count } of variants) {
    const { params, macs, flops } = step.cost;
    const shapes = inputsOf(step).map((tensor) => tensor?.key);
    const key = `${shapes.join(";")} ${step.output.key} ${params} ${macs} ${flops}`;
    const known = found.get(key);
    if (known) known.uses.push(count);
    else found.set(key, { step, uses: [count] });
  }
  return [...found.values()];
}

/** The table of a statement over its instances; nothing where the rows of its only one say it all. */
export function instancesTable(statement: Statement, all: readonly Same[]): string | undefined {
  const [first] = all;
  const single = all.length === 1;
  const gridOf = (columns: readonly Column[], rowOf: (step: Step) => readonly string[]) =>
    grid([...columns, ...costColumns, usesColumn], all, ({ step, uses }) => [
      ...rowOf(step),
      ...costCells(step),
      usesText(uses),
    ]);
  if (statement.kind === "dense") return gridOf(growthColumns, growthRow);
  if (single && first && statement.kind === "residual") return sidesTable(first.step);
  if (statement.kind === "residual") return gridOf(sidesColumns, sidesRow);
  if (!single) return gridOf([{ title: "input" }, { title: "output" }], shapesRow);
  return first && statement.kind === "combine" ? branchesTable(first.step) : undefined;
}

/** Networks may use one instance differently often. */
function usesText(uses: readonly number[]): string {
  const [least, most] = [Math.min(...uses), Math.max(...uses)];
  return least === most ? String(least) : `${least}–${most}`;
}

function costCells({ cost }: Pick<Step, "cost">): string[] {
  return [formatCount(cost.params), formatCount(cost.macs)];
}

function shapesRow(step: Step): string[] {
  const input = inputsOf(step)
    .map((tensor) => formatShape(tensor?.shape))
    .join(", ");
  return [input, formatShape(step.output.shape)];
}

// ── dense ────────────────────────────────────────────────────────────────────────────────────────

const growthColumns: readonly Column[] = [
  { title: "channels in", ...right },
  { title: "new", ...right },
  { title: "channels out", ...right },
  { title: "height×width", ...right },
];

function growthRow(step: Step): string[] {
  const before = channels(inputsOf(step)[0]?.shape);
  const after = channels(step.output.shape);
  const size = formatShape(step.output.shape?.slice(1));
  return [String(before ?? "?"), `+${subtract(after, before) ?? "?"}`, String(after ?? "?"), size];
}

// ── residual ─────────────────────────────────────────────────────────────────────────────────────

interface Sides {
  readonly main: GroupStep | undefined;
  readonly shortcut: GroupStep | undefined;
  /** `identity`, `projection`; where `when` does not hold there is none. */
  readonly kind: string;
}

function sidesOf(step: Step): Sides {
  const parts = step.kind === "group" ? step.steps : [];
  const [main, shortcut] = parts.filter((part) => part.kind === "group");
  const joined = parts.some((part) => part.kind === "layer");
  if (!joined) return { main, shortcut: undefined, kind: "none" };
  if (!shortcut) return { main, shortcut, kind: "identity" };
  return { main, shortcut, kind: shortcut.cost.params === 0 ? "without parameters" : "projection" };
}

function sidesTable(step: Step): string {
  const { main, shortcut, kind } = sidesOf(step);
  const [input] = inputsOf(step);
  const path = (name: string, side: GroupStep | undefined): string[] =>
    side
      ? [name, flowText([input], side.output), ...costCells(side)]
      : [name, kind === "none" ? "" : formatShape(input?.shape), "0", "0"];
  return grid(
    [{ title: "side" }, { title: "shape" }, ...costColumns],
    [path("main path", main), path(`shortcut: ${kind}`, shortcut)],
    (cells) => cells,
  );
}

const sidesColumns: readonly Column[] = [{ title: "main path" }, { title: "shortcut" }, { title: "kind" }];

function sidesRow(step: Step): string[] {
  const { main, shortcut, kind } = sidesOf(step);
  const [input] = inputsOf(step);
  const identity = kind === "none" ? "" : formatShape(input?.shape);
  const side = shortcut ? flowText([input], shortcut.output) : identity;
  return [main ? flowText([input], main.output) : "?", side, kind];
}

// ── branches ─────────────────────────────────────────────────────────────────────────────────────

function branchesTable(step: Step): string | undefined {
  const branches = step.kind === "group" ? step.steps.filter((part) => part.kind === "group") : [];
  if (branches.length === 0) return undefined;
  const [input] = inputsOf(step);
  return grid([{ title: "branch" }, { title: "shape" }, ...costColumns], branches, (branch) => [
    branch.label ? span(branch.label.text) : String(branches.indexOf(branch) + 1),
    flowText([input], branch.output),
    ...costCells(branch),
  ]);
}
