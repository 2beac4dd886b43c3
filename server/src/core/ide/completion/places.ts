/** Places where just a few things fit: shapes, `from`, types of parameters, networks to instantiate, metrics, items. */
import { metrics } from "../../elaborate/budget.ts";
import { type ParameterType, parameterTypes } from "../../sema/resolve.ts";
import { formatDim } from "../../shape/dim.ts";
import { currentShapes } from "../tensors.ts";
import { shapesText } from "../text.ts";
import { declaredItems, importItems } from "./callees.ts";
import { type CompletionContext, item } from "./context.ts";
import { expressionItems, tensorItems } from "./expressions.ts";
import { keyword } from "./keywords.ts";
import type { Completion } from "./types.ts";

export function itemItems(): Completion[] {
  return ["network", "block", "const", "import"].map((word, i) => keyword(word, i));
}

export function wordItems(words: readonly string[]): Completion[] {
  const snippets: Readonly<Record<string, string>> = {
    as: "as ${1:i}",
    else: "else $0",
    if: "if ${1:condition} else $0",
    from: 'from "$0"',
  };
  // Between an expression's parts `if` and `else` choose, after a body they go on with one.
  const clause = words.length === 1;
  return words.map((word, i) =>
    keyword(word, i, clause && word !== "from" ? {} : { detail: undefined, snippet: snippets[word] }),
  );
}

/** `[64, 56, 56]`, the shape that is there. */
export function shapeItems(ctx: CompletionContext, brackets: boolean): Completion[] {
  const shapes = currentShapes(ctx.file, ctx.section, ctx.at);
  return shapes.slice(0, 1).flatMap((shape) => {
    if (shapes.length > 1) return [];
    const dims = shape.map(formatDim).join(", ");
    const text = brackets ? `[${dims}]` : dims;
    return [item(text, "value", "preferred", 0, { detail: "the shape here", preferred: true })];
  });
}

/** Within the brackets of `expect`. */
export function expectedItems(ctx: CompletionContext, index: number): Completion[] {
  const shapes = currentShapes(ctx.file, ctx.section, ctx.at);
  const dim = shapes.length === 1 ? shapes[0]?.[index] : undefined;
  const whole = index === 0 ? shapeItems(ctx, false) : [];
  const single =
    dim === undefined || whole.length > 0
      ? []
      : [item(formatDim(dim), "value", "preferred", 1, { detail: `of ${shapesText(shapes)}` })];
  return [...whole, ...single, ...expressionItems(ctx, "number")];
}

const commonInputs = ["3, 224, 224", "3, 32, 32", "1, 28, 28"];

/** Within the brackets of `input`, or before them. */
export function inputItems(ctx: CompletionContext, brackets: boolean, index: number): Completion[] {
  const sizes = index > 0 ? [] : commonInputs.map((dims) => (brackets ? `[${dims}]` : dims));
  const details = ["ImageNet", "CIFAR", "MNIST"];
  return [
    ...sizes.map((dims, i) => item(dims, "value", "value", i, { detail: details[i] })),
    ...(brackets
      ? []
      : expressionItems(ctx, "number").filter(({ kind }) => kind !== "tensor" && kind !== "member")),
  ];
}

export function fromItems(ctx: CompletionContext): Completion[] {
  return tensorItems(ctx, "value").filter(({ label }) => label !== "it");
}

const typeDetails: Readonly<Record<ParameterType, string>> = {
  int: "a whole number, or a dimension known by name",
  float: "any number",
  bool: "true or false",
  string: "text in double quotes",
  list: "of anything, also of lists",
  block: "a block or a layer",
  tensor: "`it`, `in`, a label, an input",
};

export function typeItems(): Completion[] {
  return parameterTypes.map((type, i) => item(type, "type", "value", i, { detail: typeDetails[type] }));
}

/** What `network Name = …` may build on. */
export function networkItems(ctx: CompletionContext): Completion[] {
  const kinds = ["network", "instance"];
  return [...declaredItems(ctx, kinds), ...importItems(ctx, kinds)];
}

/** What a budget bounds, with what the network costs now. */
export function metricItems(ctx: CompletionContext, given: readonly string[]): Completion[] {
  const network = ctx.file.networks.find(({ name }) => name === ctx.at.declaration?.name);
  const instance = network?.instance;
  return Object.entries(metrics).flatMap(([name, metric], i) => {
    if (given.includes(name)) return [];
    const spent = instance && metric.of(instance);
    return [
      item(name, "member", "value", i, {
        detail: spent === undefined ? undefined : `${metric.format(spent)} now`,
        snippet: `${name} <= $0`,
        documentation: { of: "metric", name },
      }),
    ];
  });
}
