/** Within a call's brackets: the parameters that are still open, and the values that fit the one at the cursor. */
import { type Callable, type CallableParameter, callable } from "../callables.ts";
import type { OpenCall, Place } from "../cursor/place.ts";
import { declaredItems, importItems, operatorItems } from "./callees.ts";
import { type CompletionContext, item } from "./context.ts";
import { expressionItems, tensorItems, truthItems } from "./expressions.ts";
import type { Completion } from "./types.ts";
import { valueItems } from "./values.ts";

type ExpressionPlace = Extract<Place, { kind: "expression" }>;

export function argumentItems(ctx: CompletionContext, place: ExpressionPlace): Completion[] {
  const call = ctx.at.calls.at(-1);
  const target = call && calleeOf(ctx, call);
  if (!call || call.form === "function") return expressionItems(ctx, "anything");
  if (call.form === "combine") return tensorItems(ctx, "value");
  if (!target) return expressionItems(ctx, "anything");
  const active = activeParameter(call, target);
  const positional = !call.before.some(({ name }) => name !== undefined);
  const names = place.mayName ? parameterItems(ctx, call, target, ": ") : [];
  // By position none may follow one by name.
  const values = active && (call.name !== undefined || positional) ? fitting(ctx, call, target, active) : [];
  return [...values, ...names];
}

/** The name of an argument that has its value already. */
export function argumentNameItems(ctx: CompletionContext): Completion[] {
  const call = ctx.at.calls.at(-1);
  const target = call && calleeOf(ctx, call);
  return call && target ? parameterItems(ctx, call, target, "") : [];
}

/** A callee that a parameter holds may be anything. */
function calleeOf(ctx: CompletionContext, { callee, form }: OpenCall): Callable | undefined {
  const isHeld = form === "layer" && ctx.at.names.some(({ name }) => name === callee);
  return isHeld ? undefined : callable(ctx.file, callee);
}

/** The parameter that the argument at the cursor is for. */
export function activeParameter(call: OpenCall, { parameters }: Callable): CallableParameter | undefined {
  if (call.name !== undefined) return parameters.find(({ name }) => name === call.name);
  return parameters[call.before.length];
}

function parameterItems(
  ctx: CompletionContext,
  call: OpenCall,
  target: Callable,
  colon: string,
): Completion[] {
  const given = new Set(call.namesAfter);
  for (const [i, argument] of call.before.entries()) {
    const name = argument.name ?? target.parameters[i]?.name;
    if (name !== undefined) given.add(name);
  }
  return target.parameters.flatMap((parameter, i) => {
    const { name, type, required, default: fallback, words } = parameter;
    if (given.has(name)) return [];
    const choices = type === "bool" ? otherFirst(["true", "false"], fallback) : words;
    const asChoice = colon !== "" && choices.length > 0 && type !== undefined && !/int/.test(type);
    return [
      item(name, "parameter", "parameter", required ? i : 100 + i, {
        detail: required ? `${type ?? "any"}, required` : `${type ?? "any"} = ${fallback}`,
        text: name + colon,
        snippet: asChoice ? `${name}: \${1|${choices.join(",")}|}` : undefined,
        documentation: { of: "parameter", file: ctx.id, callee: target.name, name },
      }),
    ];
  });
}

/** Whoever names a parameter wants something else than its default. */
function otherFirst(choices: readonly string[], fallback: string | undefined): string[] {
  return [
    ...choices.filter((choice) => choice !== fallback),
    ...choices.filter((choice) => choice === fallback),
  ];
}

/** Values for a parameter: by its words and its type, by what the shapes suggest, and names that have a value. */
function fitting(
  ctx: CompletionContext,
  call: OpenCall,
  target: Callable,
  parameter: CallableParameter,
): Completion[] {
  const { type = "", words } = parameter;
  const ownWords = words.map((word, i) =>
    item(word, "value", "value", i, { detail: word === parameter.default ? "default" : undefined }),
  );
  const values = [...ownWords, ...valueItems(ctx, call, target, parameter)];
  const isWordOnly = words.length > 0 && !/int|float|list/.test(type);
  return isWordOnly ? ownWords : [...values, ...itemsOfType(ctx, type)];
}

/** What fits a parameter of a type. Where a list would do as well as a number, one for all is the rule. */
export function itemsOfType(ctx: CompletionContext, type: string): Completion[] {
  switch (type) {
    case "block":
      return [
        ...heldBlockItems(ctx),
        ...declaredItems(ctx, ["block"], { asValues: true }),
        ...operatorItems(ctx, { asValues: true }),
        ...importItems(ctx, ["block"], { asValues: true }),
      ];
    case "tensor":
      return tensorItems(ctx, "value");
    case "bool":
      return [
        ...truthItems("value"),
        ...expressionItems(ctx, "condition").filter(({ kind }) => kind !== "value"),
      ];
  }
  if (/int|float/.test(type)) return expressionItems(ctx, "number");
  return expressionItems(ctx, type === "list" ? "list" : "anything");
}

function heldBlockItems({ at }: CompletionContext): Completion[] {
  return at.names.flatMap(({ name, type }, i) =>
    type === "block" ? [item(name, "variable", "local", i, { detail: ": block" })] : [],
  );
}
