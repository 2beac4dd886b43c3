/**
 * What can be called, in one form: layers, blocks, networks to be instantiated, functions, and connections of tensors by
 * name. Completion and signature help read it.
 */
import type { Declaration, ParamDecl } from "../../../../grammar/ast.ts";
import type { FileNames } from "../analysis.ts";
import { operatorNamed } from "../ops/registry.ts";
import { functions } from "../sema/functions.ts";
import { excerpt } from "./places.ts";

export interface CallableParameter {
  readonly name: string;
  /** As its declaration writes it: `stride: int = 1`. */
  readonly label: string;
  readonly type: string | undefined;
  readonly required: boolean;
  /** A call gives it, unless it gives another that can stand for it. */
  readonly expected: boolean;
  readonly default: string | undefined;
  readonly doc: string | undefined;
  /** Words that fit beside values of its type: `same`, `valid`. */
  readonly words: readonly string[];
}

export interface Callable {
  readonly kind: "operator" | "block" | "network" | "function" | "connection";
  readonly name: string;
  readonly parameters: readonly CallableParameter[];
  /** The last parameter stands for any number of arguments. */
  readonly variadic: boolean;
  readonly doc: string | undefined;
}

/** `conv(channels: int, kernel: int or list, stride: int or list = 1)`. */
export function signatureText({ name, parameters }: Callable): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map(({ label }) => label).join(", ")})`;
}

/** `(channels, kernel, …)`: what a call has to give, short enough for a row of a list. Undefined if it takes nothing. */
export function argumentsText({ parameters, variadic }: Callable): string | undefined {
  const required = parameters.filter(({ expected }) => expected);
  const names = required.map(({ name }) => name);
  if (required.length < parameters.length && !variadic) names.push("…");
  return names.length === 0 ? undefined : `(${names.join(", ")})`;
}

/** What the name of a layer, a block or a network means in a file; undefined for one that a parameter holds. */
export function callable(file: FileNames, name: string): Callable | undefined {
  const declaration = file.scope.lookup(name);
  return declaration ? declaredCallable(file, declaration, name) : operatorCallable(name);
}

/** A block or a network under the name that the file sees it by. An instance takes what its base takes. */
export function declaredCallable(
  file: FileNames | undefined,
  declaration: Declaration,
  name: string = declaration.name.name,
): Callable | undefined {
  const parameters: CallableParameter[] = [];
  let target: Declaration | undefined = declaration;
  const given = new Map<string, string>();
  for (let depth = 0; target?.kind === "instance" && depth < 32; depth++) {
    for (const { name, value } of target.args)
      if (name && !given.has(name.name)) given.set(name.name, excerpt(target.section.text, value.range));
    target = target.base && file?.scope.lookup(target.base.name);
  }
  if (target?.kind !== "block" && target?.kind !== "network") return undefined;
  for (const param of target.params) {
    parameters.push(declaredParameter(param, target.section.text, given.get(param.name.name)));
  }
  return {
    kind: target.kind,
    name,
    parameters,
    variadic: false,
    doc: declaration.doc ?? target.doc,
  };
}

function declaredParameter(param: ParamDecl, text: string, given: string | undefined): CallableParameter {
  const type = param.type?.name;
  const fallback = given ?? (param.default && excerpt(text, param.default.range));
  const typed = type === undefined ? param.name.name : `${param.name.name}: ${type}`;
  return {
    name: param.name.name,
    label: fallback === undefined ? typed : `${typed} = ${fallback}`,
    type,
    required: fallback === undefined,
    expected: fallback === undefined,
    default: fallback,
    doc: undefined,
    words: [],
  };
}

export function operatorCallable(name: string): Callable | undefined {
  const operator = operatorNamed(name);
  if (!operator) return undefined;
  if (operator.arity === "many") {
    const parameter = { ...plainParameter("tensor, …", "tensor"), doc: "Two tensors or more, by name." };
    return { kind: "connection", name, parameters: [parameter], variadic: true, doc: operator.doc };
  }
  const parameters = Object.entries(operator.params).map(
    ([param, { type, doc, defaultText, words, ...spec }]) => {
      const required = spec.default === undefined;
      const written = defaultText ?? "…";
      return {
        name: param,
        label: required
          ? `${param}: ${type}`
          : `${param}: ${type} = ${written.includes(" ") ? "…" : written}`,
        type,
        required,
        expected: required || param === operator.mostly,
        default: required ? undefined : written,
        doc,
        words: words ?? [],
      };
    },
  );
  return { kind: "operator", name, parameters, variadic: false, doc: operator.doc };
}

/** A function's forms: `range(n)` and `range(start, end)`. */
export function functionCallables(name: string): Callable[] {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return (found?.signature.split(" or ") ?? []).map((form): Callable => {
    const names = form.slice(form.indexOf("(") + 1, -1).split(", ");
    const variadic = names.at(-1) === "…";
    const parameters = names.map((written) => {
      const [param = written, fallback] = written.split(" = ");
      const required = fallback === undefined;
      return { ...plainParameter(written), name: param, required, expected: required, default: fallback };
    });
    return { kind: "function", name, parameters, variadic, doc: found?.doc };
  });
}

function plainParameter(label: string, type?: string): CallableParameter {
  return {
    name: label,
    label,
    type,
    required: true,
    expected: true,
    default: undefined,
    doc: undefined,
    words: [],
  };
}
