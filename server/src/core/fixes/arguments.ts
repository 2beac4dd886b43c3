/** Fixes of calls: an argument that is missing, one too many, one given twice. */
import type { Argument, InstanceDecl, LayerCall, ParamDecl } from "../../../../grammar/ast.ts";
import { operatorNamed } from "../ops/registry.ts";
import { bindArguments, declaredParameters, operatorParameters, type Parameter } from "../sema/arguments.ts";
import { edit, insert, withoutElement } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

interface Call {
  readonly node: LayerCall | InstanceDecl;
  readonly args: readonly Argument[];
}

export function addMissingArguments(ctx: FixContext): Candidate[] {
  const call = callAtFault(ctx);
  const callee = call && calleeOf(ctx, call);
  const identifier = call?.node.kind === "layer" ? call.node.callee : call?.node.base;
  if (!call || !callee || !identifier) return [];
  const { bound } = bindArguments(callee.parameters, call.args, identifier);
  const missing = callee.parameters.filter(({ name, required }) => required && !bound.has(name));
  // One by position after those by name is missing in its place.
  const firstName = call.args.findIndex(({ name }) => name);
  const misplaced = firstName >= 0 && call.args.slice(firstName).some(({ name }) => !name);
  if (missing.length === 0 || misplaced) return [];
  // The first parameter is given by position, as one would write it.
  const leads = missing[0] === callee.parameters[0] && call.args.every((argument) => argument.name);
  const [lead, ...rest] = missing.map(({ name }) => ({ name, value: callee.placeholder(name) }));
  const named = (leads ? rest : [lead, ...rest]).map((each) => `${each?.name}: ${each?.value}`);
  const written = [...(leads && lead ? [lead.value] : []), ...named].join(", ");
  const [first] = call.args;
  const last = call.args.at(-1);
  if (leads && first && rest.length === 0) {
    return [{ title: `Add \`${written}\``, edits: [insert(ctx, first.range.start, `${written}, `)] }];
  }
  const brackets = call.node.kind === "layer" ? call.node.argsRange : undefined;
  const edits = last
    ? [insert(ctx, last.range.end, `, ${written}`)]
    : brackets
      ? [edit(ctx, brackets, `(${written})`)]
      : [insert(ctx, identifier.range.end, `(${written})`)];
  // After a broken argument list nobody knows where to go on.
  if (call.node.kind === "instance" && !last) return [];
  return [{ title: `Add \`${written}\``, edits }];
}

export function removeArgument(ctx: FixContext): Candidate[] {
  const call = callAtFault(ctx);
  const at = ctx.diagnostic.range.start - ctx.offset;
  const argument = call?.args.find(
    ({ range }) => range.start <= at && at < Math.max(range.end, range.start + 1),
  );
  if (!call || !argument) return [];
  const { node } = call;
  const text = ctx.section.text.slice(argument.range.start, argument.range.end);
  const removal =
    call.args.length === 1 && node.kind === "layer" && node.argsRange
      ? edit(ctx, node.argsRange, "")
      : withoutElement(ctx, call.args, argument);
  return [{ title: `Remove \`${text}\``, edits: [removal], preferred: false }];
}

function callAtFault(ctx: FixContext): Call | undefined {
  const node = nodesAtFault(ctx).findLast(
    (other): other is LayerCall | InstanceDecl => other.kind === "layer" || other.kind === "instance",
  );
  return node && { node, args: node.args };
}

interface Callee {
  readonly parameters: readonly Parameter[];
  readonly placeholder: (name: string) => string;
}

function calleeOf(ctx: FixContext, { node }: Call): Callee | undefined {
  const name = node.kind === "layer" ? node.callee.name : (node.base?.name ?? "");
  const declaration = ctx.analysis.of(ctx.file)?.scope.lookup(name);
  if (declaration?.kind === "block" || declaration?.kind === "network") {
    const { params } = declaration;
    return {
      parameters: declaredParameters(params),
      placeholder: (param) => placeholderOf(params.find((p) => p.name.name === param)),
    };
  }
  const operator = node.kind === "layer" && !declaration ? operatorNamed(name) : undefined;
  if (!operator) return undefined;
  return { parameters: operatorParameters(operator), placeholder: (param) => usual[param] ?? "1" };
}

/** What keeps the shape, or what most layers have. */
const usual: Readonly<Record<string, string>> = {
  channels: "it.channels",
  features: "it.features",
  kernel: "3",
  size: "1",
  groups: "1",
  axis: "0",
  of: "2",
  dims: "[it.features]",
  order: "[0, 1, 2]",
};

const byType: Readonly<Record<string, string>> = {
  int: "1",
  float: "1",
  bool: "false",
  string: '""',
  list: "[]",
  block: "relu",
  tensor: "it",
};

function placeholderOf(param: ParamDecl | undefined): string {
  const name = param?.name.name ?? "";
  if (name === "channels" || name === "planes") return "it.channels";
  if (name === "theta" || name === "compression") return "0.5";
  return byType[param?.type?.name ?? ""] ?? "1";
}

/** An argument by position after those by name: the first parameter that is free may be meant. */
export function nameArgument(ctx: FixContext): Candidate[] {
  const call = callAtFault(ctx);
  const callee = call && calleeOf(ctx, call);
  const identifier = call?.node.kind === "layer" ? call.node.callee : call?.node.base;
  const at = ctx.diagnostic.range.start - ctx.offset;
  const argument = call?.args.find(({ name, range }) => !name && range.start === at);
  if (!call || !callee || !identifier || !argument) return [];
  const { bound } = bindArguments(callee.parameters, call.args, identifier);
  if ([...bound.values()].includes(argument)) return [];
  const free = callee.parameters.filter(({ name }) => !bound.has(name));
  return free.map(({ name }) => ({
    title: `Give it the name \`${name}\``,
    edits: [insert(ctx, argument.range.start, `${name}: `)],
    either: "name",
  }));
}
