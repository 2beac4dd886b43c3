/**
 * `repeat n { … }`: each iteration is an instance of the body, memoised on the outer values that the body uses and
 * on the shape that enters. Once an iteration leaves the shape that it took, all that follow are the same.
 */
import type { Repeat } from "../../../../grammar/ast.ts";
import { type Cost, noCost, scaleCost, totalCost, unknownCost } from "../cost/cost.ts";
import { evaluate } from "../sema/evaluate.ts";
import type { LocalSymbol } from "../sema/symbols.ts";
import { formatValue, isTensor, type Value, valueKey } from "../values.ts";
import { elaborateBody } from "./body.ts";
import { bounds, memoised } from "./elaborator.ts";
import {
  costOf,
  createFrame,
  evaluation,
  type Frame,
  inheritUses,
  keptUses,
  report,
  setValue,
} from "./frame.ts";
import {
  Instance,
  noChecks,
  type RepeatStep,
  type Run,
  type StepLabel,
  type Tensor,
  tensor,
  tensorLike,
} from "./instance.ts";

export function elaborateRepeat(
  frame: Frame,
  node: Repeat,
  label: StepLabel | undefined,
  entering: Tensor,
): RepeatStep {
  const count = readCount(frame, node, entering);
  const captures = frame.resolution.captures.get(node) ?? [];
  const variable = node.variable && frame.resolution.declared.get(node.variable);
  const usesVariable = variable !== undefined && captures.includes(variable);
  const captured = captures
    .map((symbol) => frame.values.get(symbol))
    .filter((value) => isTensor(value)) as Tensor[];
  const base = { kind: "repeat", node, label, input: entering, captured } as const;
  if (count === undefined) return { ...base, runs: [], output: tensor(undefined), cost: unknownCost };

  const runs: Run[] = [];
  let current: Tensor = entering;
  for (let i = 0; i < count; i++) {
    if (usesVariable) setValue(frame, variable, i);
    const instance = iteration(frame, node, captures, current);
    const before = current;
    current = tensorLike(instance.result);
    const settled = !usesVariable && current.key === before.key;
    append(runs, { instance, count: settled ? count - i : 1 });
    if (settled) break;
    if (frame.layerCount + layersOf(runs) > bounds.layers) {
      report(
        frame,
        "too-large",
        node.count.range,
        `this makes a network of more than ${bounds.layers} layers`,
      );
      return { ...base, runs: [], output: tensor(undefined), cost: unknownCost };
    }
  }
  if (frame.layerCount + layersOf(runs) > bounds.layers) {
    report(frame, "too-large", node.count.range, `this makes a network of more than ${bounds.layers} layers`);
    return { ...base, runs: [], output: tensor(undefined), cost: unknownCost };
  }
  frame.layerCount += layersOf(runs);
  for (const { instance } of runs) {
    inheritUses(frame, instance.uses);
    if (instance.brokenRequirements.length > 0) frame.brokenRequirements.push(...instance.brokenRequirements);
  }
  const cost =
    runs.length === 0 ? noCost : totalCost(runs.map((run): Cost => scaleCost(run.instance.cost, run.count)));
  return { ...base, runs, output: count === 0 ? entering : current, cost };
}

function readCount(frame: Frame, node: Repeat, entering: Tensor): number | undefined {
  const value = evaluate(evaluation(frame, entering), node.count);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    report(
      frame,
      "wrong-type",
      node.count.range,
      `a repeat needs a whole number of iterations, not ${formatValue(value)}`,
    );
    return undefined;
  }
  if (value > bounds.iterations) {
    report(
      frame,
      "too-large",
      node.count.range,
      `${value} iterations are more than the ${bounds.iterations} that a repeat may have`,
    );
    return undefined;
  }
  return value;
}

function iteration(frame: Frame, node: Repeat, captures: readonly LocalSymbol[], entering: Tensor): Instance {
  let key = "";
  for (const symbol of captures) key += `${captureKey(frame.values.get(symbol))};`;
  key += entering.key;
  return memoised(frame.elaborator, node, key, () => elaborate(frame, node, captures, entering));
}

function captureKey(value: Value): string {
  if (typeof value === "number") return String(value);
  return isTensor(value) ? `tensor ${(value as Tensor).key}` : valueKey(value);
}

/** Outer values keep their meaning inside; outer tensors become inputs. */
function elaborate(outer: Frame, node: Repeat, captures: readonly LocalSymbol[], entering: Tensor): Instance {
  const frame = createFrame(outer.elaborator, outer.declaration, true);
  const input = tensorLike(entering);
  const inputs = [input];
  for (const symbol of captures) {
    const value = outer.values.get(symbol);
    if (isTensor(value)) {
      const inner = tensorLike(value as Tensor);
      inputs.push(inner);
      setValue(frame, symbol, inner);
    } else setValue(frame, symbol, value);
  }
  const { steps, current } = elaborateBody(frame, node.body, input);
  const parts = {
    owner: node,
    section: outer.declaration.section,
    body: node.body,
    inputs,
    declaredInputs: [],
    steps,
    result: current ?? input,
    outputs: frame.outputs,
    cost: costOf(steps),
    layerCount: frame.layerCount,
    diagnostics: frame.diagnostics,
    brokenRequirements: frame.brokenRequirements,
    values: frame.values,
    budgets: [],
    checks: frame.checks ?? noChecks,
    equations: frame.equations,
    uses: keptUses(frame),
  };
  return new Instance(parts, () => "repeat");
}

function append(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (last?.instance === run.instance) runs[runs.length - 1] = { ...run, count: last.count + run.count };
  else runs.push(run);
}

function layersOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.instance.layerCount * run.count, 0);
}
