/** Unroll: the body of a `repeat` or `for` once for each iteration, with the values of its variables put in. */
import type { Expr, For, Identifier, Repeat, SyntaxNode } from "../../../../grammar/ast.ts";
import { applyEdits, shift, type TextEdit } from "../../../../grammar/text.ts";
import { namePart, nameStart } from "../../../../grammar/tokens.ts";
import { children } from "../../../../grammar/walk.ts";
import { keeping } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import { isChained, type Owner, ownerOf, placeInBody, type Site, statementAt, textOf } from "./site.ts";

const maxIterations = 32;

export function unroll(site: Site): Draft[] {
  const owner = ownerOf(site);
  const statement = statementAt(site);
  if (!owner || (statement?.kind !== "repeat" && statement?.kind !== "for")) return [];
  const iterations = statement.kind === "repeat" ? counted(statement) : listed(site, statement);
  if (!iterations || iterations.length === 0 || iterations.length > maxIterations) return [];
  const attempt = (labels: Labels) => {
    const edit = unrolled(site, owner, statement, iterations, labels);
    return edit && keeping(site.selection, "names of weights too", [edit]);
  };
  return [
    {
      title: `Unroll \`${statement.kind}\``,
      kind: "refactor.rewrite",
      make: () => attempt("plain") ?? attempt("in backquotes"),
    },
  ];
}

/** How computed labels are written. One in backquotes has its place beside the index of an iteration around it. */
type Labels = "plain" | "in backquotes";

const identifier = new RegExp(`^${nameStart}${namePart}*$`, "u");

/** The text that stands for each variable. */
type Values = ReadonlyMap<SyntaxNode, string>;

function counted({ count, variable }: Repeat): Values[] | undefined {
  if (count.kind !== "number" || !count.integer || count.value < 1 || count.value > maxIterations)
    return undefined;
  return Array.from({ length: count.value }, (_, i) => new Map(variable ? [[variable, String(i)]] : []));
}

function listed(site: Site, { variables, list }: For): Values[] | undefined {
  if (list.kind !== "list") return undefined;
  const text = (expr: Expr) => textOf(site.section, expr.range);
  const result: Values[] = [];
  for (const [i, element] of list.elements.entries()) {
    const parts = element.kind === "list" && variables.length > 1 ? element.elements : [element];
    const texts = parts.map(text);
    const values = texts.length === variables.length ? texts : [String(i), ...texts];
    if (values.length !== variables.length) return undefined;
    result.push(new Map(variables.map((variable: Identifier, n) => [variable, values[n] ?? ""])));
  }
  return result;
}

function unrolled(
  site: Site,
  owner: Owner,
  statement: Repeat | For,
  iterations: readonly Values[],
  labels: Labels,
): TextEdit | undefined {
  const { statements } = statement.body;
  const [first, last] = [statements[0], statements.at(-1)];
  if (!first || !last) return undefined;
  const range = { start: first.range.start, end: last.range.end };
  const copies = iterations.map((values) => {
    const edits = substitutions(owner, statements, values, labels);
    return applyEdits(
      textOf(site.section, range),
      edits.map((edit) => ({ ...edit, range: shift(edit.range, -range.start) })),
    );
  });
  const isLone = statements.length === 1;
  // Labels are there once in a body.
  const hasLabels = statements.some(({ label }) => label && !label.template) && iterations.length > 1;
  const inBraces = (text: string) => (text.includes("\n") ? `{\n${text}\n}` : `{ ${text} }`);
  const place = placeInBody(owner.item, statement);
  const isLink =
    place &&
    (isChained(site.section, place.body.statements[place.index - 1], statement) ||
      isChained(site.section, statement, place.body.statements[place.index + 1]));
  let newText: string;
  if (statement.label) {
    const own = textOf(site.section, statement.label.range);
    const indexed = statements.some(({ label }) => label?.template);
    const scoped = copies.map((copy, i) => {
      if (indexed || statement.kind === "for") return copy;
      return isLone && !first.label ? `\`${i}\`: ${copy}` : `\`${i}\`: ${inBraces(copy)}`;
    });
    newText = `${own}: {\n${scoped.join("\n")}\n}`;
  } else {
    const scoped = hasLabels ? copies.map(inBraces) : copies;
    newText = scoped.join(isLink && !scoped.some((copy) => copy.includes("\n")) ? " -> " : "\n");
  }
  return { range: shift(statement.range, site.offset), newText };
}

// ── values in place of variables ─────────────────────────────────────────────────────────────────

function substitutions(
  { resolution }: Owner,
  roots: readonly SyntaxNode[],
  values: Values,
  labels: Labels,
): TextEdit[] {
  const edits: TextEdit[] = [];
  const textFor = (node: SyntaxNode): string | undefined => {
    const resolved = resolution.references.get(node);
    return resolved && "node" in resolved ? values.get(resolved.node) : undefined;
  };
  const walk = (node: SyntaxNode, parent: SyntaxNode | undefined): void => {
    if (node.kind === "label" && node.template && node.holes.length > 0) {
      const text = labelText(node, textFor, labels);
      if (text !== undefined) {
        edits.push({ range: node.range, newText: text });
        return;
      }
    }
    const computed = isArithmetic(node) ? compute(node, textFor) : undefined;
    if (computed?.usesVariable && Number.isFinite(computed.value)) {
      const needsBrackets = computed.value < 0 && (parent?.kind === "binary" || parent?.kind === "unary");
      edits.push({
        range: node.range,
        newText: needsBrackets ? `(${computed.value})` : String(computed.value),
      });
      return;
    }
    const text = textFor(node);
    if (text !== undefined) {
      const isCompound = !/^[\p{L}\p{N}_.[\]", ]*$/u.test(text) || / if /.test(text);
      edits.push({
        range: node.range,
        newText: isCompound && parent?.kind !== "argument" ? `(${text})` : text,
      });
      return;
    }
    for (const child of children(node)) walk(child, node);
  };
  for (const root of roots) walk(root, undefined);
  return edits;
}

/** A label whose holes are all known. */
function labelText(
  { texts, holes }: Extract<SyntaxNode, { kind: "label" }>,
  textFor: (node: SyntaxNode) => string | undefined,
  labels: Labels,
): string | undefined {
  const values = holes.map((hole) => (isArithmetic(hole) ? compute(hole, textFor)?.value : undefined));
  if (values.includes(undefined)) return undefined;
  const text = texts.map((part, i) => part + (values[i] ?? "")).join("");
  return labels === "plain" && identifier.test(text) ? text : `\`${text}\``;
}

function isArithmetic(node: SyntaxNode): node is Expr {
  return node.kind === "number" || node.kind === "name" || node.kind === "binary" || node.kind === "unary";
}

interface Computed {
  readonly value: number;
  readonly usesVariable: boolean;
}

/** The value of an expression of numbers and variables alone. */
function compute(expr: Expr, textFor: (node: SyntaxNode) => string | undefined): Computed | undefined {
  switch (expr.kind) {
    case "number":
      return { value: expr.value, usesVariable: false };
    case "name": {
      const text = textFor(expr);
      return text !== undefined && /^\d+$/.test(text)
        ? { value: Number(text), usesVariable: true }
        : undefined;
    }
    case "unary": {
      const operand = expr.operator === "-" ? compute(expr.operand, textFor) : undefined;
      return operand && { ...operand, value: -operand.value };
    }
    case "binary": {
      const left = compute(expr.left, textFor);
      const right = compute(expr.right, textFor);
      if (!left || !right) return undefined;
      const value = operate(expr.operator, left.value, right.value);
      return value === undefined
        ? undefined
        : { value, usesVariable: left.usesVariable || right.usesVariable };
    }
    default:
      return undefined;
  }
}

/** Whole numbers only: others are left to be computed as before. */
function operate(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "div":
      return b > 0 ? Math.floor(a / b) : undefined;
    default:
      return undefined;
  }
}
