/**
 * Plan to graph: every layer of a network once, with its full name. Names follow the text's labels as nn.Module's
 * follow attributes, so that weights load by name:
 *
 * - a label opens a scope; a block's labels lie under the name of its call;
 * - a labelled group numbers its unlabelled statements 0, 1, 2, …, as nn.Sequential does;
 * - a labelled repeat has one scope for each iteration, named by its index; a label with an index of its own stands
 *   directly under the repeat's label instead;
 * - `residual`, `dense`, branches, `for`, `if` and an unlabelled repeat open no scope of their own;
 * - the only statement of a block, a connection or an iteration, if unlabelled, takes the name of what it is in;
 * - elsewhere an unlabelled layer is called by its operator: `relu`, `relu_2`.
 */
import type { Body, FileId, Location } from "../../../../grammar/ast.ts";
import type {
  CallStep,
  GroupStep,
  Instance,
  LayerStep,
  RepeatStep,
  Step,
  Tensor,
} from "../elaborate/instance.ts";
import { weightName } from "../ops/operator.ts";
import type { Graph, GraphNode, GraphOutput, GraphValue } from "./graph.ts";
import type { ScopeTrace } from "./trace.ts";

/** How the unlabelled statements of a scope are called. */
type Naming = "numbered" | "byOperator" | "asScope";

interface NameScope {
  readonly prefix: string;
  /** `asScope`: the only statement takes the scope's own name. */
  readonly naming: Naming;
  /** How a connection that takes the scope's name over names its own statements. */
  readonly inner: Naming;
  counter: number;
  /** Where labels with an index go, inside an iteration. */
  readonly indexed: NameScope | undefined;
}

interface Expansion {
  readonly nodes: GraphNode[];
  readonly outputs: GraphOutput[];
  readonly taken: Set<string>;
  /** The file of the network: layers of other files stand where it calls them. */
  readonly file: FileId;
  /** The scope that is being expanded. */
  trace: ScopeTrace;
}

type Values = Map<Tensor, GraphValue>;

/** One instance while it is expanded. */
interface Frame {
  readonly instance: Instance;
  readonly values: Values;
  /** Where the network's own file leads out of it; undefined inside that file. */
  readonly exit: Location | undefined;
}

/** The graph of a network's instance, or why there is none. `declaration` is where the network is named. */
export function expand(
  name: string,
  root: Instance,
  declaration: Location,
): Graph | { readonly problem: string } {
  const { file } = declaration.section;
  const trace: ScopeTrace = { kind: "network", owner: root.owner, instance: root, prefix: "", items: [] };
  const expansion: Expansion = { nodes: [], outputs: [], taken: new Set(), file, trace };
  const values: Values = new Map();
  const inputs = root.declaredInputs.map((input): GraphValue => {
    const value = { name: unique(expansion, input.name), shape: input.tensor.shape ?? [] };
    values.set(input.tensor, value);
    return value;
  });
  if (inputs.length === 0) return { problem: `network ${name} has no input` };
  try {
    const frame = { instance: root, values, exit: root.section.file === file ? undefined : declaration };
    expandSteps(expansion, frame, root.steps, scope("", "byOperator"));
  } catch (error) {
    if (error instanceof UnknownShape) return { problem: `network ${name} has errors: ${error.message}` };
    throw error;
  }
  const result = values.get(root.result);
  if (expansion.outputs.length === 0 && result)
    expansion.outputs.push({ name: unique(expansion, "output"), value: result });
  return { name, inputs, outputs: expansion.outputs, nodes: expansion.nodes, plan: root, trace };
}

/** Ends an expansion that met a layer whose shape an earlier error left unknown. */
class UnknownShape extends Error {}

function expandSteps(ctx: Expansion, frame: Frame, steps: readonly Step[], names: NameScope): void {
  for (const step of steps) {
    switch (step.kind) {
      case "layer":
        expandLayer(ctx, frame, step, names);
        break;
      case "call":
        expandCall(ctx, frame, step, names);
        break;
      case "repeat":
        expandRepeat(ctx, frame, step, names);
        break;
      case "group": {
        const inner = groupScope(ctx, step, names);
        if (inner === names) expandSteps(ctx, frame, step.steps, names);
        else {
          const { prefix } = inner;
          within(ctx, { kind: "group", owner: step.node, instance: undefined, prefix, items: [] }, () =>
            expandSteps(ctx, frame, step.steps, inner),
          );
        }
        break;
      }
      case "mark":
        if (step.node.kind === "output") {
          ctx.outputs.push({
            name: unique(ctx, step.node.name.name),
            value: valueOfTensor(frame.values, step.output),
          });
        }
    }
  }
}

function expandLayer(ctx: Expansion, frame: Frame, step: LayerStep, names: NameScope): void {
  const { values } = frame;
  const { shape } = step.output;
  if (!shape) throw new UnknownShape(`the shape after ${step.operator.name} is unknown`);
  const name =
    step.implied && names.prefix !== ""
      ? unique(ctx, join(names.prefix, step.operator.name))
      : nameOf(ctx, step, names, step.operator.name);
  const output: GraphValue = { name, shape };
  values.set(step.output, output);
  const node = {
    op: step.operator.name,
    args: step.args,
    name,
    inputs: step.inputs.map((input) => valueOfTensor(values, input)),
    output,
    weights: step.weights.map((weight) => ({ ...weight, fullName: weightName(name, weight) })),
    macs: step.cost.macs,
    flops: step.cost.flops,
    origin: {
      location: frame.exit ?? { section: frame.instance.section, range: step.node.range },
      path: names.prefix === "" ? [] : names.prefix.split("."),
    },
  };
  // The elaborator has read `args` by the operator's own parameters.
  const known = node as unknown as GraphNode;
  ctx.nodes.push(known);
  ctx.trace.items.push(known);
}

function expandCall(ctx: Expansion, frame: Frame, step: CallStep, names: NameScope): void {
  const { values } = frame;
  const prefix = nameOf(
    ctx,
    step,
    names,
    step.node.kind === "layer" ? step.node.callee.name : step.node.kind,
  );
  const inputs = step.inputs.map((input) => valueOfTensor(values, input));
  const inner = scope(prefix, isLone(step.instance.body) ? "asScope" : "byOperator", { inner: "byOperator" });
  const { instance } = step;
  within(ctx, { kind: "call", owner: instance.owner, instance, inputs, prefix, items: [] }, () => {
    values.set(step.output, expandInstance(ctx, instance, inputs, inner, exitAt(ctx, frame, step)));
  });
}

function expandRepeat(ctx: Expansion, frame: Frame, step: RepeatStep, names: NameScope): void {
  const { values } = frame;
  const own = step.label && scope(nameOf(ctx, step, names, "repeat"), "numbered");
  const captured = step.captured.map((tensor) => valueOfTensor(values, tensor));
  let current = valueOfTensor(values, step.input);
  let index = 0;
  const iterate = () => {
    for (const { instance, count } of step.runs) {
      for (let i = 0; i < count; i++, index++) {
        const inner = own ? iterationScope(own, index, instance.body) : names;
        const { prefix } = inner;
        within(ctx, { kind: "iteration", owner: instance.body, instance, prefix, items: [] }, () => {
          current = expandInstance(ctx, instance, [current, ...captured], inner, frame.exit);
        });
      }
    }
  };
  const { prefix } = own ?? names;
  within(ctx, { kind: "repeat", owner: step.node, instance: undefined, prefix, items: [] }, iterate);
  values.set(step.output, current);
}

/** Expands an instance, whose tensors are its own, and returns the value of its result. */
function expandInstance(
  ctx: Expansion,
  instance: Instance,
  inputs: readonly GraphValue[],
  names: NameScope,
  exit: Location | undefined,
): GraphValue {
  const values: Values = new Map();
  for (const [i, input] of instance.inputs.entries()) {
    const given = inputs[i];
    if (given) values.set(input, given);
  }
  expandSteps(ctx, { instance, values, exit }, instance.steps, names);
  return valueOfTensor(values, instance.result);
}

/** Expands what belongs to a scope of its own. */
function within(ctx: Expansion, inner: ScopeTrace, expandInner: () => void): void {
  const outer = ctx.trace;
  outer.items.push(inner);
  ctx.trace = inner;
  expandInner();
  ctx.trace = outer;
}

/** A block of another file is left by the call that enters it, whatever it calls in turn. */
function exitAt(ctx: Expansion, frame: Frame, step: CallStep): Location | undefined {
  if (frame.exit || step.instance.section.file === ctx.file) return frame.exit;
  return { section: frame.instance.section, range: step.node.range };
}

function valueOfTensor(values: Values, tensor: Tensor): GraphValue {
  const value = values.get(tensor);
  if (!value) throw new UnknownShape("a layer's input is unknown");
  return value;
}

// ── names ────────────────────────────────────────────────────────────────────────────────────────

function scope(
  prefix: string,
  naming: Naming,
  options: Partial<Pick<NameScope, "inner" | "indexed">> = {},
): NameScope {
  return { prefix, naming, inner: "numbered", counter: 0, indexed: undefined, ...options };
}

/** The scope that a group's statements are named in: its own, or the one around it. */
function groupScope(ctx: Expansion, step: GroupStep, names: NameScope): NameScope {
  if (step.implied && !step.label) return names;
  const isBareGroup = step.node.kind === "group";
  const isControl = step.form === "sequence" && !isBareGroup;
  if (!step.label && (isControl || names.naming === "byOperator")) return names;
  const prefix = nameOf(ctx, step, names, step.node.kind);
  const lone = !isBareGroup && !isControl && step.form === "connection" && isLone(connectionBody(step));
  const inner = names.naming === "asScope" ? names.inner : "numbered";
  return scope(prefix, lone ? "asScope" : inner, { inner });
}

function connectionBody(step: GroupStep): Body | undefined {
  const { node } = step;
  return node.kind === "residual" || node.kind === "dense" ? node.body : undefined;
}

function iterationScope(repeat: NameScope, index: number, body: Body): NameScope {
  return scope(join(repeat.prefix, String(index)), isLone(body) ? "asScope" : "numbered", {
    indexed: repeat,
  });
}

/** Whether a body is one statement without a label, checks aside. */
function isLone(body: Body | undefined): boolean {
  const statements = body?.statements.filter(
    (s) => s.kind !== "expect" && s.kind !== "require" && s.kind !== "budget",
  );
  return statements?.length === 1 && !statements[0]?.label;
}

/** A step's full name. The names of layers and of calls are unique; a group's scope may be shared. */
function nameOf(ctx: Expansion, step: Step, names: NameScope, fallback: string): string {
  const name = wantedName(step, names, fallback);
  if (step.kind === "layer") return unique(ctx, name);
  const shares = step.kind !== "call" || (names.naming === "asScope" && !step.label);
  return shares ? name : unique(ctx, name, ".");
}

function wantedName(step: Step, names: NameScope, fallback: string): string {
  if (step.label)
    return join((step.label.template && names.indexed ? names.indexed : names).prefix, step.label.text);
  switch (names.naming) {
    case "numbered":
      return join(names.prefix, String(names.counter++));
    case "asScope":
      return names.prefix;
    case "byOperator":
      return join(names.prefix, fallback);
  }
}

/** The name, or with `_2`, `_3`, … what is left of it. Scopes are marked: a layer may share their name. */
function unique(ctx: Expansion, name: string, mark = ""): string {
  let candidate = name;
  for (let i = 2; ctx.taken.has(candidate + mark); i++) candidate = `${name}_${i}`;
  ctx.taken.add(candidate + mark);
  return candidate;
}

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}
