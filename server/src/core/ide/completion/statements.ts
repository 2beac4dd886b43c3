/** What may begin a statement at a place: layers, blocks, blocks held by parameters, and words of the language. */
import { formatDim } from "../../shape/dim.ts";
import type { Place } from "../cursor/place.ts";
import { currentShapes } from "../tensors.ts";
import { shapesText } from "../text.ts";
import { declaredItems, importItems, operatorItems } from "./callees.ts";
import { type CompletionContext, item } from "./context.ts";
import { keyword } from "./keywords.ts";
import type { Completion } from "./types.ts";

type StatementPlace = Extract<Place, { kind: "statement" }>;

export function statementItems(ctx: CompletionContext, place: StatementPlace): Completion[] {
  const { at } = ctx;
  // An input must come first: nothing else has a tensor to work on.
  if (at.declaration?.kind === "network" && at.bodies.length === 1 && !hasInput(ctx) && !place.labelled) {
    return [keyword("input", 0, { preferred: true }), keyword("budget", 1), keyword("require", 2)];
  }
  return [
    ...heldBlocks(ctx),
    ...declaredItems(ctx, ["block"]),
    ...operatorItems(ctx),
    ...(place.clause ? [keyword(place.clause, 0, { preferred: true })] : []),
    ...connections(ctx),
    ...checks(ctx, place),
    ...importItems(ctx, ["block"]),
  ];
}

function hasInput({ at }: CompletionContext): boolean {
  return at.names.some(({ kind }) => kind === "input") || (at.bodies[0]?.statements.length ?? 0) > 0;
}

/** Parameters that may hold a block. */
function heldBlocks({ at }: CompletionContext): Completion[] {
  return at.names.flatMap(({ kind, name, type }, i) =>
    kind === "param" && (type === "block" || type === undefined)
      ? [item(name, "variable", "local", i, { detail: type ? `: ${type}` : undefined })]
      : [],
  );
}

function connections(ctx: CompletionContext): Completion[] {
  const words = ["residual", "dense", "concat", "add", "mul", "repeat", "for", "if", "tap"];
  const byName = ["concat", "add", "mul"].map((word, i) =>
    item(`${word}(a, b)`, "keyword", "keyword", 20 + i, {
      detail: "tensors by name",
      text: word,
      snippet: ctx.hasArguments ? undefined : `${word}(\${1:it}, \${2:in})`,
      documentation: { of: "operator", name: word },
    }),
  );
  return [...words.map((word, i) => keyword(word, i)), ...byName];
}

/** Statements that have no label: they say something of the tensor or of the network. */
function checks(ctx: CompletionContext, { labelled }: StatementPlace): Completion[] {
  if (labelled) return [];
  const { bodies, declaration } = ctx.at;
  const inNetwork = declaration?.kind === "network";
  const repeated = bodies.some(({ kind }) => kind === "repeat");
  return [
    keyword("from", 30),
    expectItem(ctx),
    keyword("require", 32),
    keyword("output", 33),
    ...(inNetwork && !repeated ? [keyword("input", 34)] : []),
    ...(inNetwork && bodies.length === 1 ? [keyword("budget", 35)] : []),
  ];
}

/** With the shape that is there, if it is one. */
function expectItem(ctx: CompletionContext): Completion {
  const shapes = currentShapes(ctx.file, ctx.section, ctx.at);
  const [shape] = shapes;
  if (!shape || shapes.length > 1) return keyword("expect", 31);
  const text = `expect [${shape.map(formatDim).join(", ")}]`;
  return keyword("expect", 31, {
    detail: `the shape is ${shapesText(shapes)} here`,
    text,
    snippet: undefined,
  });
}
