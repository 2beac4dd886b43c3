/** Arguments by position get their names, or lose those that their position tells. */
import type { Argument, LayerCall } from "../../../../grammar/ast.ts";
import type { TextEdit } from "../../../../grammar/text.ts";
import { bindArguments, declaredParameters, operatorParameters, type Parameter } from "../sema/arguments.ts";
import { rewriting } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import { calledOperator, isEmpty, type Site, statementAt } from "./site.ts";

export function argumentNames(site: Site): Draft[] {
  const call = isEmpty(site) ? callAt(site) : undefined;
  if (!call || bindArguments(call.parameters, call.args, call.callee).problems.length > 0) return [];
  const draft = (title: string, edits: readonly TextEdit[]): Draft[] =>
    edits.length === 0 ? [] : [rewriting(site, title, edits)];
  return [
    ...draft("Name the arguments", named(call)),
    ...draft("Give the arguments by position", unnamed(call)),
  ];
}

interface Call {
  readonly callee: LayerCall["callee"];
  readonly args: readonly Argument[];
  readonly parameters: readonly Parameter[];
}

function callAt(site: Site): Call | undefined {
  const { item, file } = site;
  if (item.kind === "instance" && item.base) {
    return { callee: item.base, args: item.args, parameters: parametersOfBase(site, item.base.name) };
  }
  const statement = statementAt(site);
  if (statement?.kind !== "layer" || (item.kind !== "block" && item.kind !== "network")) return undefined;
  const resolution = file.resolutionOf(item);
  const operator = calledOperator({ item, resolution }, statement);
  const declared =
    resolution.references.get(statement.callee)?.kind === "declaration"
      ? file.scope.lookup(statement.callee.name)
      : undefined;
  if (operator) return { ...statement, parameters: operatorParameters(operator) };
  return declared?.kind === "block"
    ? { ...statement, parameters: declaredParameters(declared.params) }
    : undefined;
}

function parametersOfBase({ file }: Site, base: string): readonly Parameter[] {
  const declaration = file.scope.lookup(base);
  return declaration ? file.scope.parametersOf(declaration) : [];
}

function named({ args, parameters }: Call): TextEdit[] {
  return args.flatMap((argument, i) => {
    const name = parameters[i]?.name;
    const { start } = argument.range;
    return argument.name || name === undefined
      ? []
      : [{ range: { start, end: start }, newText: `${name}: ` }];
  });
}

/** As many as stand in the order of the parameters. */
function unnamed({ args, parameters }: Call): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const [i, { name, range, value }] of args.entries()) {
    if (!name) continue;
    if (name.name !== parameters[i]?.name) break;
    edits.push({ range: { start: range.start, end: value.range.start }, newText: "" });
  }
  return edits;
}
