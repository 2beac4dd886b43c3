/** Matches a call's arguments with its callee's parameters, by position and by name. */
import type { Argument, Identifier, ParamDecl, TextRange } from "../../../../grammar/ast.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { AnyOperator } from "../ops/registry.ts";
import { didYouMean, nearestName } from "./suggest.ts";

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

export interface ArgumentProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly range: TextRange;
  readonly suggestion?: string;
}

export interface Binding {
  readonly bound: ReadonlyMap<string, Argument>;
  readonly problems: readonly ArgumentProblem[];
}

const parametersOf = new WeakMap<object, readonly Parameter[]>();

/** The parameters of an operator: one list for all its calls. */
export function operatorParameters({ params }: AnyOperator): readonly Parameter[] {
  const known = parametersOf.get(params);
  if (known) return known;
  const made = Object.entries(params).map(([name, param]) => ({
    name,
    required: param.default === undefined,
  }));
  parametersOf.set(params, made);
  return made;
}

/** The parameters of a block or network: one list for all its calls. */
export function declaredParameters(params: readonly ParamDecl[]): readonly Parameter[] {
  const known = parametersOf.get(params);
  if (known) return known;
  const made = params.map((param) => ({ name: param.name.name, required: param.default === undefined }));
  parametersOf.set(params, made);
  return made;
}

/** The binding that a call had last: its callee's parameters are the same in most instances, if not in all. */
const lastBindings = new WeakMap<
  readonly Argument[],
  { readonly parameters: readonly Parameter[]; readonly callee: Identifier; readonly binding: Binding }
>();

/** Binds arguments to parameters. `callee` is where a missing argument is reported. */
export function bindArguments(
  parameters: readonly Parameter[],
  args: readonly Argument[],
  callee: Identifier,
): Binding {
  const last = lastBindings.get(args);
  if (last?.parameters === parameters && last.callee === callee) return last.binding;
  const binding = bind(parameters, args, callee);
  lastBindings.set(args, { parameters, callee, binding });
  return binding;
}

function bind(parameters: readonly Parameter[], args: readonly Argument[], callee: Identifier): Binding {
  const bound = new Map<string, Argument>();
  const problems: ArgumentProblem[] = [];
  let position = 0;
  let named = false;
  for (const argument of args) {
    let name: string | undefined;
    if (argument.name) {
      named = true;
      name = argument.name.name;
      if (!parameters.some((p) => p.name === name)) {
        problems.push(unknownArgument(parameters, argument.name, callee));
        continue;
      }
    } else {
      if (named) {
        problems.push({
          code: "wrong-argument",
          message: "arguments by position come before those by name",
          range: argument.range,
        });
        continue;
      }
      name = parameters[position++]?.name;
      if (name === undefined) {
        problems.push({
          code: "unknown-argument",
          message: tooMany(parameters, callee),
          range: argument.range,
        });
        continue;
      }
    }
    if (bound.has(name)) {
      problems.push({
        code: "duplicate-argument",
        message: `\`${name}\` is given twice`,
        range: argument.range,
      });
    } else bound.set(name, argument);
  }
  const missing = parameters.filter(({ name, required }) => required && !bound.has(name));
  // A misspelt name is the cause then.
  if (missing.length > 0 && !problems.some(({ code }) => code === "unknown-argument")) {
    const names = missing.map(({ name }) => `\`${name}\``).join(" and ");
    const message = `\`${callee.name}\` needs an argument for ${names}`;
    problems.push({ code: "missing-argument", message, range: callee.range });
  }
  return { bound, problems };
}

function unknownArgument(
  parameters: readonly Parameter[],
  name: Identifier,
  callee: Identifier,
): ArgumentProblem {
  const suggestion = nearestName(
    name.name,
    parameters.map((p) => p.name),
  );
  return {
    code: "unknown-argument",
    message: `\`${callee.name}\` has no parameter \`${name.name}\`${didYouMean(suggestion) || listed(parameters)}`,
    range: name.range,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function listed(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return "; it takes none";
  return `; it has ${parameters.map((p) => `\`${p.name}\``).join(", ")}`;
}

function tooMany(parameters: readonly Parameter[], callee: Identifier): string {
  if (parameters.length === 0) return `\`${callee.name}\` takes no arguments`;
  return `\`${callee.name}\` takes at most ${counted(parameters.length)}: ${parameters.map((p) => p.name).join(", ")}`;
}

function counted(count: number): string {
  return count === 1 ? "1 argument" : `${count} arguments`;
}
