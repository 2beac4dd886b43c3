/**
 * The text of a block's body with values in place of its parameters. Values keep their meaning: they are set in
 * parentheses where they need them, and a body that gives a name in them another meaning is refused.
 */
import type { BlockDecl, Expr, LayerCall, Section, SyntaxNode } from "../../../../grammar/ast.ts";
import { applyEdits, shift, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { children, visit } from "../../../../grammar/walk.ts";
import { bindArguments, declaredParameters } from "../sema/arguments.ts";
import { declaredNames, isCheck, keywordsIn } from "./freeNames.ts";
import { type Owner, textOf } from "./site.ts";

/** What stands for a parameter. */
interface Replacement {
  /** Where the current tensor is still the call's input. */
  readonly atEntry: string;
  /** Anywhere; undefined where that input has no name. */
  readonly text: () => string | undefined;
  readonly kind: Expr["kind"];
}

type Entering = () => string | undefined;

export interface Inlined {
  /** In order, without requirements: these hold for the block's callers. */
  readonly statements: readonly string[];
  /** From the first statement to the last, with line breaks and comments. */
  readonly text: string;
  /** Labels of the statements themselves. */
  readonly labels: ReadonlySet<string>;
  readonly hasComments: boolean;
}

/** `entering` is what the call's input is called; asked for only if the body or an argument needs it. */
export function inlinedBody(
  block: Owner & { readonly item: BlockDecl },
  caller: Owner,
  call: LayerCall,
  entering: Entering,
): Inlined | undefined {
  const { item } = block;
  const values = valuesOf(block, caller, call, entering);
  const statements = item.body.statements.filter(({ kind }) => kind !== "require");
  const [first, last] = [statements[0], statements.at(-1)];
  if (!values || !first || !last) return undefined;
  const edits = substitutions(block, item.body, values, entering);
  if (!edits) return undefined;
  const whole = { start: first.range.start, end: last.range.end };
  const removed = item.body.statements
    .filter(({ kind, range }) => kind === "require" && isWithin(whole, range))
    .map((statement): TextEdit => ({ range: wholeLine(item.section.text, statement.range), newText: "" }));
  const kept = edits.filter(({ range }) => !removed.some((line) => isWithin(line.range, range)));
  return {
    statements: statements.map(({ range }) => edited(item.section, range, kept)),
    text: edited(item.section, whole, [...kept, ...removed]),
    labels: new Set(
      statements.flatMap(({ label }) => (label && !label.template ? [label.texts[0] ?? ""] : [])),
    ),
    hasComments: item.section.comments.some(({ range }) => isWithin(whole, range)),
  };
}

/** What each parameter's name is replaced by. */
function valuesOf(
  block: Owner & { readonly item: BlockDecl },
  caller: Owner,
  call: LayerCall,
  entering: Entering,
): Map<SyntaxNode, Replacement> | undefined {
  const { item, resolution } = block;
  const { bound, problems } = bindArguments(declaredParameters(item.params), call.args, call.callee);
  if (problems.length > 0) return undefined;
  const inner = declaredNames(block, [item.body]);
  const values = new Map<SyntaxNode, Replacement>();
  for (const param of item.params) {
    const argument = bound.get(param.name.name)?.value;
    const value = argument ?? param.default;
    if (!value) return undefined;
    if (argument && namesIn(argument).some((name) => inner.has(name))) return undefined;
    const textWith = (name: Entering) => {
      const edits = argument
        ? replaceKeyword(argument, "it", () => false, name)
        : substitutions(block, value, values, name);
      return edits && edited(argument ? caller.item.section : item.section, value.range, edits);
    };
    const atEntry = textWith(() => "it");
    if (atEntry === undefined) return undefined;
    values.set(param, { atEntry, text: () => textWith(entering), kind: value.kind });
  }
  // What the body finds in its file must not be a local name of the caller.
  const local = new Set([...caller.resolution.declared.values()].map(({ name }) => name));
  const outer = [...resolution.references.values()].filter((resolved) => !("node" in resolved));
  return outer.some(({ name }) => local.has(name)) ? undefined : values;
}

function namesIn(expr: Expr): string[] {
  const names: string[] = [];
  visit(expr, (node) => {
    if (node.kind === "name") names.push(node.name);
  });
  return names;
}

/** Edits that put values in place of parameters, and the caller's name in place of `in`. */
function substitutions(
  block: Owner & { readonly item: BlockDecl },
  root: SyntaxNode,
  values: ReadonlyMap<SyntaxNode, Replacement>,
  entering: Entering,
): TextEdit[] | undefined {
  const first = block.item.body.statements.find((statement) => !isCheck(statement));
  // A layer that the body begins with sees the call's input as the current tensor.
  const isAtEntry = ({ start, end }: TextRange) =>
    first?.kind === "layer" && first.range.start <= start && end <= first.range.end;
  const edits = replaceKeyword(root, "in", isAtEntry, entering);
  let possible = edits !== undefined;
  const walk = (node: SyntaxNode, parent: SyntaxNode | undefined) => {
    const resolved = block.resolution.references.get(node);
    const value = resolved && "node" in resolved ? values.get(resolved.node) : undefined;
    if (value) {
      const isName = value.kind === "name" || (parent?.kind === "from" && value.kind === "tensor");
      const text = isAtEntry(node.range) ? value.atEntry : value.text();
      if (text === undefined || (!isName && mustBeName(node, parent))) possible = false;
      else edits?.push({ range: node.range, newText: bracketed(text, value.kind, node, parent) });
    }
    for (const child of children(node)) walk(child, node);
  };
  walk(root, undefined);
  return possible ? edits : undefined;
}

function mustBeName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  return parent?.kind === "from" || (parent?.kind === "layer" && node === parent.callee);
}

function bracketed(
  text: string,
  kind: Expr["kind"],
  node: SyntaxNode,
  parent: SyntaxNode | undefined,
): string {
  const isCompound = kind === "binary" || kind === "unary" || kind === "conditional";
  return isCompound && needsBrackets(node, parent) && !isBracketed(text) ? `(${text})` : text;
}

/** Whether the parenthesis that a text begins with is closed at its end. */
function isBracketed(text: string): boolean {
  let depth = 0;
  for (const [i, character] of [...text].entries()) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth === 0) return i > 0 && i === text.length - 1;
  }
  return false;
}

function needsBrackets(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  switch (parent?.kind) {
    case "binary":
    case "unary":
    case "conditional":
    case "member":
      return true;
    case "index":
      return parent.object === node;
    default:
      return false;
  }
}

function replaceKeyword(
  root: SyntaxNode,
  keyword: "in" | "it",
  isAtEntry: (range: TextRange) => boolean,
  entering: Entering,
): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const range of keywordsIn([root], keyword)) {
    const name = isAtEntry(range) ? "it" : entering();
    if (name === undefined) return undefined;
    if (name !== keyword) edits.push({ range, newText: name });
  }
  return edits;
}

/** The text of a range after edits within it. */
function edited(section: Section, range: TextRange, edits: readonly TextEdit[]): string {
  const own = edits.filter((edit) => isWithin(range, edit.range));
  return applyEdits(
    textOf(section, range),
    own.map((edit) => ({ ...edit, range: shift(edit.range, -range.start) })),
  );
}

function isWithin(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** With the line break that ends it, if it has its line to itself. */
function wholeLine(text: string, { start, end }: TextRange): TextRange {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const isAlone =
    text.slice(lineStart, start).trim() === "" && next >= 0 && text.slice(end, next).trim() === "";
  return isAlone ? { start: lineStart, end: next + 1 } : { start, end };
}
