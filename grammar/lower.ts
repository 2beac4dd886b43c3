/**
 * Concrete to abstract syntax. Total: whatever recovery left out becomes `undefined`, a `MissingExpr` or a
 * `BadStatement`. Ranges stay relative to the section's text.
 */
import type { CstElement, CstNode, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { tokenRange } from "./layout.ts";
import type { TextRange } from "./text.ts";

export interface LowerContext {
  readonly section: ast.Section;
  readonly errors: ast.ParseError[];
  /** Parses the text of a template's hole; its ranges are shifted to the section. */
  readonly parseHole: (text: string, offset: number) => ast.Expr;
  readonly docBefore: (offset: number) => string | undefined;
  /** Whether a syntax error was reported on the line of this offset. */
  readonly brokenLine: (offset: number) => boolean;
}

export function lowerFile(ctx: LowerContext, cst: CstNode): ast.Item[] {
  return nodes(cst, "item")
    .map((item) => lowerItem(ctx, item))
    .filter((item) => item !== undefined);
}

// ── items ────────────────────────────────────────────────────────────────────────────────────────

function lowerItem(ctx: LowerContext, cst: CstNode): ast.Item | undefined {
  const declaration = Object.values(cst.children)
    .flat()
    .find((element) => isNode(element));
  if (!declaration) return undefined;
  const range = rangeOf(declaration);
  const base = { range, section: ctx.section, doc: ctx.docBefore(range.start) };
  switch (declaration.name) {
    case "importDeclaration":
      return {
        kind: "import",
        ...base,
        names: nodes(declaration, "importName").map(lowerImportName),
        path: lowerString(token(declaration, "StringLiteral")),
      };
    case "constDeclaration": {
      const name = identifier(token(declaration, "Identifier"));
      return (
        name && {
          kind: "const",
          ...base,
          name,
          value: lowerExpr(ctx, node(declaration, "expression"), range.end),
        }
      );
    }
    case "blockDeclaration": {
      const name = identifier(token(declaration, "Identifier"));
      return name && { kind: "block", ...base, name, ...lowerSignature(ctx, declaration, range) };
    }
    case "networkDeclaration": {
      const name = identifier(token(declaration, "Identifier"));
      if (!name) return undefined;
      if (token(declaration, "Assign")) {
        return {
          kind: "instance",
          ...base,
          name,
          base: identifier(token(declaration, "base")),
          args: lowerArguments(ctx, node(declaration, "callArguments")),
        };
      }
      return { kind: "network", ...base, name, ...lowerSignature(ctx, declaration, range) };
    }
    default:
      return undefined;
  }
}

function lowerImportName(cst: CstNode): ast.ImportName {
  const range = rangeOf(cst);
  return {
    kind: "importName",
    range,
    name: identifier(token(cst, "name")) ?? { kind: "identifier", name: "", range },
    alias: identifier(token(cst, "alias")),
  };
}

function lowerSignature(ctx: LowerContext, cst: CstNode, range: TextRange) {
  const parameters = node(cst, "parameters");
  return {
    params: parameters ? nodes(parameters, "parameter").flatMap((p) => lowerParameter(ctx, p) ?? []) : [],
    body: lowerBody(ctx, node(cst, "body"), range.end),
  };
}

function lowerParameter(ctx: LowerContext, cst: CstNode): ast.ParamDecl | undefined {
  const name = identifier(token(cst, "name"));
  if (!name) return undefined;
  const value = node(cst, "expression");
  return {
    kind: "param",
    range: rangeOf(cst),
    name,
    type: identifier(token(cst, "type")),
    default: value && lowerExpr(ctx, value, name.range.end),
  };
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

function lowerBody(ctx: LowerContext, cst: CstNode | undefined, fallback: number): ast.Body {
  if (!cst) return { kind: "body", range: { start: fallback, end: fallback }, statements: [] };
  const statements: ast.Statement[] = [];
  let separated = true;
  let arrow: IToken | undefined;
  for (const element of inOrder([
    ...(cst.children.Newline ?? []),
    ...(cst.children.Arrow ?? []),
    ...(cst.children.statement ?? []),
  ])) {
    if (!isNode(element)) {
      if (element.tokenType.name === "Arrow") {
        if (arrow || statements.length === 0) misplacedArrow(ctx, element);
        arrow = element;
      }
      separated = true;
      continue;
    }
    const statement = lowerStatement(ctx, element);
    if (!statement) continue;
    if (!separated) {
      // What is left of a line after a syntax error says nothing reliable.
      if (ctx.brokenLine(statement.range.start)) continue;
      const at = statement.range.start;
      ctx.errors.push({
        message: "expected `->` or a new line between two statements",
        range: { start: at, end: at + 1 },
      });
    }
    statements.push(statement);
    separated = false;
    arrow = undefined;
  }
  if (arrow && !ctx.brokenLine(arrow.startOffset)) misplacedArrow(ctx, arrow);
  const range = rangeOf(cst);
  return { kind: "body", range, statements: withBadStatements(ctx, range, statements) };
}

/** Text that recovery skipped stands in the body as a statement that leaves an unknown tensor. */
function withBadStatements(ctx: LowerContext, body: TextRange, statements: ast.Statement[]): ast.Statement[] {
  const skipped = ctx.errors.filter(
    ({ range }) =>
      body.start < range.start && range.end < body.end && !statements.some((s) => overlaps(s.range, range)),
  );
  if (skipped.length === 0) return statements;
  const bad = skipped.map(
    ({ range }): ast.BadStatement => ({ kind: "bad", range, label: undefined, head: range }),
  );
  return [...statements, ...bad].sort((a, b) => a.range.start - b.range.start);
}

function overlaps(a: TextRange, b: TextRange): boolean {
  return a.start < b.end && b.start < a.end;
}

function misplacedArrow(ctx: LowerContext, arrow: IToken): void {
  if (ctx.brokenLine(arrow.startOffset)) return;
  ctx.errors.push({ message: "`->` joins two statements: one is missing here", range: tokenRange(arrow) });
}

function lowerStatement(ctx: LowerContext, cst: CstNode): ast.Statement | undefined {
  const range = rangeOf(cst);
  if (range.end <= range.start) return undefined;
  const label = lowerLabel(ctx, node(cst, "label"));
  const group = node(cst, "group");
  const base = { range, label, head: headOf(group ?? innerStatement(cst), range) };
  if (group) return { kind: "group", ...base, body: lowerBody(ctx, group, range.end) };
  const inner = innerStatement(cst);
  return (inner && lowerInner(ctx, inner, base)) ?? { kind: "bad", ...base };
}

function innerStatement(cst: CstNode): CstNode | undefined {
  return Object.values(cst.children)
    .flat()
    .find((element): element is CstNode => isNode(element) && element.name.endsWith("Statement"));
}

function headOf(cst: CstNode | undefined, statement: TextRange): TextRange {
  const first = inOrder(Object.values(cst?.children ?? {}).flat())[0];
  return first && !isNode(first) && isReal(first)
    ? tokenRange(first)
    : { start: statement.start, end: statement.start };
}

type StatementBase = Pick<ast.Statement, "range" | "label" | "head">;

function lowerInner(ctx: LowerContext, cst: CstNode, base: StatementBase): ast.Statement | undefined {
  const end = base.range.end;
  const bodyOf = (key = "body") => lowerBody(ctx, node(cst, key), end);
  const exprOf = (key = "expression") => lowerExpr(ctx, node(cst, key), end);
  switch (cst.name) {
    case "layerStatement": {
      const callee = identifier(token(cst, "Identifier"));
      const args = node(cst, "callArguments");
      return (
        callee && {
          kind: "layer",
          ...base,
          callee,
          args: lowerArguments(ctx, args),
          argsRange: args && rangeOf(args),
        }
      );
    }
    case "residualStatement":
      return {
        kind: "residual",
        ...base,
        body: bodyOf(),
        shortcut: lowerShortcut(ctx, node(cst, "shortcutClause")),
      };
    case "denseStatement":
      return { kind: "dense", ...base, body: bodyOf() };
    case "combineStatement":
      return lowerCombine(ctx, cst, base);
    case "repeatStatement":
      return {
        kind: "repeat",
        ...base,
        count: exprOf(),
        variable: identifier(token(cst, "Identifier")),
        body: bodyOf(),
      };
    case "forStatement":
      return {
        kind: "for",
        ...base,
        variables: tokens(cst, "Identifier").flatMap((t) => identifier(t) ?? []),
        list: exprOf(),
        body: bodyOf(),
      };
    case "ifStatement":
      return lowerIf(ctx, cst, base);
    case "fromStatement": {
      const target = token(cst, "target");
      return {
        kind: "from",
        ...base,
        target: target && isReal(target) ? lowerReference(target) : missing(end),
      };
    }
    case "tapStatement":
      return { kind: "tap", ...base, body: bodyOf() };
    case "inputStatement": {
      const name = identifier(token(cst, "Identifier"));
      return name && { kind: "input", ...base, name, ...lowerDims(ctx, node(cst, "list"), end) };
    }
    case "outputStatement": {
      const name = identifier(token(cst, "Identifier"));
      return name && { kind: "output", ...base, name };
    }
    case "expectStatement":
      return { kind: "expect", ...base, ...lowerDims(ctx, node(cst, "list"), end) };
    case "requireStatement":
      return {
        kind: "require",
        ...base,
        condition: exprOf("condition"),
        message: lowerString(token(cst, "message")),
      };
    case "budgetStatement":
      return {
        kind: "budget",
        ...base,
        entries: nodes(cst, "budgetEntry").flatMap((entry) => lowerBudgetEntry(ctx, entry) ?? []),
      };
    default:
      return undefined;
  }
}

function lowerLabel(ctx: LowerContext, cst: CstNode | undefined): ast.Label | undefined {
  const name = cst && token(cst, "name");
  if (!name || !isReal(name)) return undefined;
  const range = tokenRange(name);
  if (name.tokenType.name !== "TemplateLiteral")
    return { kind: "label", range, texts: [name.image], holes: [], template: false };
  const inner = name.image.slice(1, -1);
  const texts: string[] = [];
  const holes: ast.Expr[] = [];
  let at = 0;
  for (const match of inner.matchAll(/\{([^{}]*)\}/g)) {
    texts.push(inner.slice(at, match.index));
    holes.push(ctx.parseHole(match[1] ?? "", range.start + 1 + match.index + 1));
    at = match.index + match[0].length;
  }
  texts.push(inner.slice(at));
  return { kind: "label", range, texts, holes, template: true };
}

function lowerShortcut(ctx: LowerContext, cst: CstNode | undefined): ast.ShortcutClause | undefined {
  if (!cst) return undefined;
  const range = rangeOf(cst);
  return {
    kind: "shortcut",
    range,
    when: token(cst, "When") && lowerExpr(ctx, node(cst, "expression"), range.end),
    body: lowerBody(ctx, node(cst, "body"), range.end),
  };
}

function lowerCombine(ctx: LowerContext, cst: CstNode, base: StatementBase): ast.Combine | undefined {
  const operator = token(cst, "operator")?.image;
  if (operator !== "concat" && operator !== "add" && operator !== "mul") return undefined;
  const args = node(cst, "callArguments");
  const branches = node(cst, "branches");
  return {
    kind: "combine",
    ...base,
    operator,
    args: args && lowerArguments(ctx, args),
    branches: args
      ? undefined
      : nodes(branches, "branch").map((branch) => ({
          kind: "branch",
          range: rangeOf(branch),
          label: lowerLabel(ctx, node(branch, "label")),
          body: lowerBody(ctx, node(branch, "body"), rangeOf(branch).end),
        })),
  };
}

function lowerIf(ctx: LowerContext, cst: CstNode, base: StatementBase): ast.If {
  const elseIf = node(cst, "elseIf");
  const otherwise = node(cst, "else");
  return {
    kind: "if",
    ...base,
    condition: lowerExpr(ctx, node(cst, "expression"), base.range.end),
    consequent: lowerBody(ctx, node(cst, "then"), base.range.end),
    alternative: elseIf
      ? lowerIf(ctx, elseIf, {
          range: rangeOf(elseIf),
          label: undefined,
          head: headOf(elseIf, rangeOf(elseIf)),
        })
      : otherwise && lowerBody(ctx, otherwise, base.range.end),
  };
}

function lowerDims(ctx: LowerContext, cst: CstNode | undefined, fallback: number) {
  const dimsRange = cst ? rangeOf(cst) : { start: fallback, end: fallback };
  return { dims: nodes(cst, "expression").map((e) => lowerExpr(ctx, e, fallback)), dimsRange };
}

function lowerBudgetEntry(ctx: LowerContext, cst: CstNode): ast.BudgetEntry | undefined {
  const metric = identifier(token(cst, "metric"));
  if (!metric) return undefined;
  return {
    kind: "budgetEntry",
    range: rangeOf(cst),
    metric,
    operator: token(cst, "operator")?.image === "<" ? "<" : "<=",
    limit: lowerExpr(ctx, node(cst, "limit"), rangeOf(cst).end),
  };
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────

function lowerArguments(ctx: LowerContext, cst: CstNode | undefined): ast.Argument[] {
  return nodes(cst, "argument").map((argument) => {
    const range = rangeOf(argument);
    return {
      kind: "argument",
      range,
      name: identifier(token(argument, "name")),
      value: lowerExpr(ctx, node(argument, "expression"), range.end),
    };
  });
}

/** Lowers any expression rule; `fallback` is where a missing one would stand. */
export function lowerExpr(ctx: LowerContext, cst: CstNode | undefined, fallback: number): ast.Expr {
  if (!cst) return missing(fallback);
  const range = rangeOf(cst);
  switch (cst.name) {
    case "expression": {
      const value = lowerExpr(ctx, node(cst, "value"), fallback);
      if (!token(cst, "If")) return value;
      return {
        kind: "conditional",
        range,
        value,
        condition: lowerExpr(ctx, node(cst, "condition"), range.end),
        otherwise: lowerExpr(ctx, node(cst, "otherwise"), range.end),
      };
    }
    case "disjunction":
    case "conjunction":
    case "additive":
    case "multiplicative":
      return leftFold(lowerOperands(ctx, cst, fallback), operators(cst));
    case "comparison":
      return lowerComparison(lowerOperands(ctx, cst, fallback), operators(cst));
    case "negation":
      return token(cst, "Not")
        ? { kind: "unary", range, operator: "not", operand: lowerExpr(ctx, node(cst, "negation"), range.end) }
        : lowerExpr(ctx, node(cst, "comparison"), fallback);
    case "unary":
      return token(cst, "Minus")
        ? { kind: "unary", range, operator: "-", operand: lowerExpr(ctx, node(cst, "unary"), range.end) }
        : lowerExpr(ctx, node(cst, "postfix"), fallback);
    case "postfix":
      return nodes(cst, "suffix").reduce(
        (object, suffix) => lowerSuffix(ctx, object, suffix),
        lowerExpr(ctx, node(cst, "primary"), fallback),
      );
    case "primary":
      return lowerPrimary(ctx, cst, fallback);
    case "list":
      return {
        kind: "list",
        range,
        elements: nodes(cst, "expression").map((e) => lowerExpr(ctx, e, fallback)),
      };
    default:
      return missing(fallback);
  }
}

function lowerOperands(ctx: LowerContext, cst: CstNode, fallback: number): ast.Expr[] {
  const operands = nodes(cst, "operand").map((operand) => lowerExpr(ctx, operand, fallback));
  while (operands.length <= operators(cst).length) operands.push(missing(rangeOf(cst).end || fallback));
  return operands;
}

function operators(cst: CstNode): string[] {
  return tokens(cst, "operator").map((operator) => operator.image);
}

function leftFold(operands: readonly ast.Expr[], ops: readonly string[]): ast.Expr {
  return operands.reduce((left, right, i) => binary(ops[i - 1] as ast.BinaryOperator, left, right));
}

function lowerComparison(operands: readonly ast.Expr[], ops: readonly string[]): ast.Expr {
  if (ops.length === 0) return operands[0] as ast.Expr;
  const pairs = ops.map((op, i) =>
    binary(op as ast.BinaryOperator, operands[i] as ast.Expr, operands[i + 1] as ast.Expr),
  );
  return pairs.reduce((left, right) => binary("and", left, right));
}

function binary(operator: ast.BinaryOperator, left: ast.Expr, right: ast.Expr): ast.BinaryExpr {
  return { kind: "binary", operator, left, right, range: { start: left.range.start, end: right.range.end } };
}

function lowerSuffix(ctx: LowerContext, object: ast.Expr, cst: CstNode): ast.Expr {
  const range = { start: object.range.start, end: rangeOf(cst).end };
  const args = node(cst, "callArguments");
  if (args) return { kind: "call", range, callee: object, args: lowerArguments(ctx, args) };
  if (token(cst, "LBracket")) {
    return { kind: "index", range, object, index: lowerExpr(ctx, node(cst, "expression"), range.end) };
  }
  const member = identifier(token(cst, "Identifier")) ?? {
    kind: "identifier",
    name: "",
    range: rangeOf(cst),
  };
  return { kind: "member", range, object, member };
}

function lowerPrimary(ctx: LowerContext, cst: CstNode, fallback: number): ast.Expr {
  const inner = node(cst, "expression") ?? node(cst, "list");
  if (inner) return lowerExpr(ctx, inner, fallback);
  const first = Object.values(cst.children)
    .flat()
    .find((element): element is IToken => !isNode(element) && isReal(element));
  if (!first) return missing(fallback);
  const range = tokenRange(first);
  switch (first.tokenType.name) {
    case "NumberLiteral":
      return lowerNumber(first);
    case "StringLiteral":
      return lowerString(first) ?? missing(fallback);
    case "True":
    case "False":
      return { kind: "boolean", range, value: first.image === "true" };
    case "It":
    case "In":
    case "Identifier":
      return lowerReference(first);
    default:
      return missing(fallback);
  }
}

function lowerReference(from: IToken): ast.Expr {
  const range = tokenRange(from);
  if (from.image === "it" || from.image === "in") return { kind: "tensor", range, keyword: from.image };
  return { kind: "name", range, name: from.image };
}

const magnitudes: Readonly<Record<string, number>> = {
  "": 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

function lowerNumber(from: IToken): ast.NumberLiteral {
  const match = /^([\d.]+(?:[eE][+-]?\d+)?)([KMG]?B?)$/.exec(from.image);
  const suffix = match?.[2] ?? "";
  // 1.1M is the decimal 1.1e6: scaling the parsed 1.1 would leave a fraction behind.
  const exponent = Math.log10(magnitudes[suffix] ?? 1);
  const digits = match?.[1] ?? "0";
  const value = suffix === "" ? Number(digits) : scaleDecimal(digits, Math.round(exponent));
  const fraction = digits.includes(".") && suffix === "";
  return { kind: "number", range: tokenRange(from), value, integer: !fraction && Number.isInteger(value) };
}

function scaleDecimal(digits: string, exponent: number): number {
  const [mantissa = "0", power = "0"] = digits.split(/[eE]/);
  return Number(`${mantissa}e${Number(power) + exponent}`);
}

function lowerString(from: IToken | undefined): ast.StringLiteral | undefined {
  if (!from || !isReal(from)) return undefined;
  const value = from.image
    .slice(1, -1)
    .replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
  return { kind: "string", range: tokenRange(from), value };
}

function missing(at: number): ast.MissingExpr {
  return { kind: "missing", range: { start: at, end: at } };
}

// ── concrete tree access ─────────────────────────────────────────────────────────────────────────

function isNode(element: CstElement): element is CstNode {
  return "children" in element;
}

function node(cst: CstNode | undefined, key: string): CstNode | undefined {
  const element = cst?.children[key]?.[0];
  return element && isNode(element) ? element : undefined;
}

function nodes(cst: CstNode | undefined, key: string): CstNode[] {
  return (cst?.children[key] ?? []).filter(isNode);
}

function token(cst: CstNode, key: string): IToken | undefined {
  const element = cst.children[key]?.[0];
  return element && !isNode(element) ? element : undefined;
}

function tokens(cst: CstNode, key: string): IToken[] {
  return (cst.children[key] ?? []).filter((element): element is IToken => !isNode(element));
}

/** Tokens that recovery inserted have no text. */
function isReal(from: IToken): boolean {
  return from.image !== "" && from.startOffset >= 0;
}

function identifier(from: IToken | undefined): ast.Identifier | undefined {
  return from && isReal(from) ? { kind: "identifier", name: from.image, range: tokenRange(from) } : undefined;
}

function startOf(element: CstElement): number {
  return isNode(element) ? (element.location?.startOffset ?? Number.NaN) : element.startOffset;
}

function inOrder(elements: readonly CstElement[]): CstElement[] {
  return elements.filter((element) => startOf(element) >= 0).sort((a, b) => startOf(a) - startOf(b));
}

function rangeOf(cst: CstNode): TextRange {
  const start = cst.location?.startOffset;
  const end = cst.location?.endOffset;
  if (start === undefined || !(start >= 0)) return { start: 0, end: 0 };
  return { start, end: end !== undefined && end >= 0 ? end + 1 : start };
}
