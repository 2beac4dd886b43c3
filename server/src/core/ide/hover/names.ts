/** What a name means where it stands: parameters, labels, loops, inputs, functions, words; with the values it takes. */
import type { Argument, ParamDecl, Statement, SyntaxNode } from "../../../../../grammar/ast.ts";
import { visit } from "../../../../../grammar/walk.ts";
import { operatorNamed } from "../../ops/registry.ts";
import { functions } from "../../sema/functions.ts";
import type { NameSymbol } from "../names/symbols.ts";
import { excerpt, isStatement } from "../places.ts";
import { declarationHover } from "./declarations.ts";
import { code, span, table } from "./markdown.ts";
import type { Place } from "./place.ts";
import { headText, type Parts } from "./statements.ts";
import { declaredText, loopText, outputsText, valuesText } from "./values.ts";
import { words } from "./words.ts";

export function nameHover(place: Place, symbol: NameSymbol): Parts {
  switch (symbol.kind) {
    case "declaration":
      return declarationHover(place, symbol.declaration);
    case "param":
      return paramHover(place, symbol.param, symbol.owner);
    case "operatorParam":
      return operatorParamHover(place, symbol.operator, symbol.name);
    case "loop":
      return loopHover(place, symbol.node);
    case "label":
    case "input":
    case "output":
      return tensorHover(place, symbol.node);
    case "dim":
      return [`\`${symbol.name}\`: a size that is known by name. The network takes any that fits.`];
    case "entry":
      return [words.in?.doc, shapeText(declaredText(place, symbol.owner))];
    case "operator":
      return [code(symbol.name), operatorNamed(symbol.name)?.doc];
    case "function":
      return functionHover(place, symbol.name);
    case "word":
      return [`\`${symbol.name}\`: a word that stands for itself, as in \`padding: same\`.`];
  }
}

function paramHover(
  place: Place,
  param: ParamDecl,
  owner: Extract<NameSymbol, { kind: "param" }>["owner"],
): Parts {
  const argument = argumentNamed(place);
  const values = argument
    ? valuesText(place, argument.value)
    : owner === place.item
      ? declaredText(place, param)
      : undefined;
  const declared = code(excerpt(owner.section.text, param.range));
  return [declared, `Parameter of ${owner.kind} ${span(owner.name.name)}.`, valueRow(values)];
}

function operatorParamHover(place: Place, operator: string, name: string): Parts {
  const params = operatorNamed(operator)?.params ?? {};
  const param = Object.hasOwn(params, name) ? params[name] : undefined;
  const argument = argumentNamed(place);
  if (!param) return [];
  const fallback = param.defaultText === undefined ? "required" : `default ${param.defaultText}`;
  return [
    `\`${name}: ${param.type}\` (${fallback})`,
    param.doc,
    // A number that is written there needs no hover to be read.
    argument && !isLiteral(argument) ? valueRow(valuesText(place, argument.value)) : undefined,
  ];
}

/** The argument whose name is pointed at. */
function argumentNamed({ nodes }: Place): Argument | undefined {
  const parent = nodes.at(-2);
  return parent?.kind === "argument" && nodes.at(-1) === parent.name ? parent : undefined;
}

function isLiteral({ value }: Argument): boolean {
  return value.kind === "number" || value.kind === "boolean" || value.kind === "string";
}

function loopHover(place: Place, variable: SyntaxNode): Parts {
  if (variable.kind !== "identifier") return [];
  const loop = statementsOf(place.item).find(
    (each) =>
      (each.kind === "repeat" && each.variable === variable) ||
      (each.kind === "for" && each.variables.some((one) => one === variable)),
  );
  if (!loop) return [];
  // Where one iteration is meant, the value there; at the declaration all that it goes through.
  const inside = loop !== place.statement && place.nodes.some((node) => node === loop);
  const values =
    (inside ? declaredText(place, variable) : undefined) ??
    loopText(place, loop, loop.kind === "for" ? loop.variables.indexOf(variable) : 0);
  return [headText(place, loop), valueRow(values)];
}

/** A label, an input or an output: the statement that it names, and the shape. */
function tensorHover(place: Place, node: SyntaxNode): Parts {
  const statement = statementsOf(place.item).find((each) => each === node || each.label === node);
  if (!statement) return [];
  return [headText(place, statement), shapeText(outputsText(place, statement))];
}

function functionHover(place: Place, name: string): Parts {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const call = place.nodes.findLast((node) => node.kind === "call");
  if (!known) return [];
  return [code(known.signature), known.doc, valueRow(call && valuesText(place, call))];
}

/** `64, 128 or 256`. */
export function valueRow(values: string | undefined): string | undefined {
  return values === undefined ? undefined : table([["value", span(values)]]);
}

export function shapeText(shape: string | undefined): string | undefined {
  return shape === undefined ? undefined : table([["shape", shape]]);
}

function statementsOf(item: SyntaxNode): readonly Statement[] {
  const found: Statement[] = [];
  visit(item, (node) => {
    if (isStatement(node)) found.push(node);
  });
  return found;
}
