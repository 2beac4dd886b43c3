/** Names and members that an expression may go on with, with the values that they have now. */
import { rangeOf } from "../../cost/facts.ts";
import { members } from "../../sema/evaluate.ts";
import { functions } from "../../sema/functions.ts";
import { formatDim } from "../../shape/dim.ts";
import type { Shape } from "../../shape/shape.ts";
import { formatValue, isDim } from "../../values.ts";
import type { ScopeName } from "../cursor/place.ts";
import { excerpt } from "../places.ts";
import { currentShapes, shapesEntering, shapesLeft, statementFrom } from "../tensors.ts";
import { shapesText } from "../text.ts";
import { type CompletionContext, item, type Rank } from "./context.ts";
import type { Completion } from "./types.ts";

/** What an expression is to be, as far as its place says. */
export type Wanted = "anything" | "number" | "list" | "condition";

/** What may become what is wanted, the likely first. */
export function expressionItems(ctx: CompletionContext, wanted: Wanted): Completion[] {
  const isTensorFit = wanted === "anything" || wanted === "condition";
  const truth = wanted === "condition" ? "file" : "keyword";
  return [
    ...variableItems(ctx, wanted),
    ...(wanted === "number" || wanted === "condition" ? channelItems(ctx) : []),
    // Elsewhere a tensor is but what a member is asked of.
    ...tensorItems(ctx, isTensorFit ? "file" : "keyword"),
    ...constantItems(ctx),
    ...functionItems(ctx, wanted),
    ...(wanted === "condition" ? [item("not", "keyword", "keyword", 20)] : []),
    ...(isTensorFit ? truthItems(truth) : []),
  ];
}

export function truthItems(rank: Rank): Completion[] {
  return [item("true", "value", rank, 21), item("false", "value", rank, 22)];
}

/** Types of parameters that never become what is wanted. A list may be one of numbers, and asked for one. */
const unfit: Readonly<Record<Wanted, readonly string[]>> = {
  anything: ["tensor"],
  number: ["tensor", "block", "bool", "string"],
  list: ["tensor", "block", "bool", "string", "int", "float"],
  condition: ["tensor", "block"],
};

/** Parameters, loop variables and dimensions known by name. */
function variableItems({ at }: CompletionContext, wanted: Wanted): Completion[] {
  return innermost(at.names).flatMap(({ kind, name, type }, i) => {
    if (kind !== "param" && kind !== "loop" && kind !== "dim") return [];
    if (type !== undefined && unfit[wanted].includes(type)) return [];
    const detail = kind === "loop" ? "loop variable" : kind === "dim" ? "dimension" : type;
    return [item(name, "variable", "local", i, { detail })];
  });
}

/** The numbers that are asked for most. */
function channelItems(ctx: CompletionContext): Completion[] {
  const inBody = ctx.at.bodies.length > 0;
  return (inBody ? ["in", "it"] : []).map((word, i) => {
    const of = members.channels;
    return item(`${word}.channels`, "member", "file", i, {
      detail: of && memberText(shapesOf(ctx, word) ?? [], of),
    });
  });
}

/** `it`, `in`, labels, inputs and tensor parameters, with their shapes. */
export function tensorItems(ctx: CompletionContext, rank: Rank): Completion[] {
  const { at } = ctx;
  const inBody = at.bodies.length > 0;
  // Also in the default of a block's parameter.
  const hasEntry = inBody || at.declaration?.kind === "block";
  const keywords = [...(inBody ? ["it"] : []), ...(hasEntry ? ["in"] : [])];
  return [
    ...keywords.map((word, i) =>
      item(word, "tensor", rank, i, {
        detail: shapesText(shapesOf(ctx, word) ?? []),
        documentation: { of: "keyword", name: word },
      }),
    ),
    ...innermost(at.names)
      .filter(isTensorName)
      .map(({ name }, i) =>
        item(name, "tensor", rank, 2 + i, { detail: shapesText(shapesOf(ctx, name) ?? []) }),
      ),
  ];
}

function isTensorName({ kind, type }: ScopeName): boolean {
  return kind === "label" || kind === "input" || (kind === "param" && type === "tensor");
}

function constantItems({ file, section, at }: CompletionContext): Completion[] {
  return file.scope.names.flatMap((name, i) => {
    const declaration = file.scope.lookup(name);
    if (declaration?.kind !== "const" || at.names.some((local) => local.name === name)) return [];
    // A constant is not made of itself.
    if (!at.declaration && declaration.section === section) return [];
    return [
      item(name, "constant", "local", 1000 + i, {
        detail: excerpt(declaration.section.text, declaration.value.range),
        documentation: { of: "declaration", file: file.source.id, name },
      }),
    ];
  });
}

const listFunctions: ReadonlySet<string> = new Set(["range", "enumerate"]);

function functionItems(ctx: CompletionContext, wanted: Wanted): Completion[] {
  return Object.entries(functions).flatMap(([name, { signature }], i) => {
    const isList = listFunctions.has(name);
    if (wanted === "list" ? !isList : wanted === "number" && isList) return [];
    return [
      item(name, "function", "language", i, {
        detail: signature.slice(name.length),
        snippet: ctx.hasArguments ? undefined : `${name}($0)`,
        documentation: { of: "function", name },
      }),
    ];
  });
}

// ── members ──────────────────────────────────────────────────────────────────────────────────────

export function memberItems(ctx: CompletionContext, object: string | undefined): Completion[] {
  const shapes = object === undefined ? undefined : shapesOf(ctx, object);
  if (!shapes) return [];
  return Object.entries(members).flatMap(([name, of], i) => {
    const isVector = shapes.length > 0 && shapes.every((shape) => shape.length < 2);
    if (isVector && (name === "height" || name === "width")) return [];
    return [item(name, "member", "value", i, { detail: memberText(shapes, of) })];
  });
}

/** `64`, or over instances `64–512`. */
function memberText(
  shapes: readonly Shape[],
  of: (shape: Shape) => ReturnType<(typeof members)[string]>,
): string | undefined {
  const values = shapes.map(of);
  const [first] = values;
  if (values.length === 0) return undefined;
  if (!values.every(isDim)) return values.length === 1 ? formatValue(first) : "list";
  const { least, most } = rangeOf(values);
  const [from, to] = [formatDim(least), formatDim(most)];
  return from === to ? from : `${from}–${to}`;
}

/** The shapes of `it`, `in` or a name; undefined for what is no tensor. */
export function shapesOf(ctx: CompletionContext, name: string): Shape[] | undefined {
  const { file, section, at } = ctx;
  if (name === "it") return currentShapes(file, section, at);
  if (name === "in") {
    const owner = section.items.find(
      (each) => each.kind !== "import" && each.name.name === at.declaration?.name,
    );
    return owner ? shapesEntering(file, owner) : [];
  }
  const found = at.names.findLast((each) => each.name === name);
  if (!found || !isTensorName(found)) return undefined;
  const statement = statementFrom(section, found.start);
  return statement ? shapesLeft(file, statement) : [];
}

/** Names that are not hidden by an inner one, inner ones first. */
function innermost(names: readonly ScopeName[]): ScopeName[] {
  return [...new Map(names.map((name) => [name.name, name])).values()].reverse();
}
