/**
 * Concrete to abstract syntax. Total: whatever recovery left out becomes `undefined`, a `MissingExpr` or a
 * `BadStatement`. Ranges stay relative to the section's text.
 */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { identifier, inOrder, isNode, isReal, node, nodes, rangeOf, token, tokens } from "./cst.ts";
import { tokenRange } from "./layout.ts";
import { lowerArguments, lowerExpr, lowerReference, lowerString, missing } from "./lowerExpr.ts";
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
          value: lowerExpr(node(declaration, "expression"), range.end),
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
          args: lowerArguments(node(declaration, "callArguments")),
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
    params: parameters ? nodes(parameters, "parameter").flatMap((p) => lowerParameter(p) ?? []) : [],
    body: lowerBody(ctx, node(cst, "body"), range.end),
  };
}

function lowerParameter(cst: CstNode): ast.ParamDecl | undefined {
  const name = identifier(token(cst, "name"));
  if (!name) return undefined;
  const value = node(cst, "expression");
  return {
    kind: "param",
    range: rangeOf(cst),
    name,
    type: identifier(token(cst, "type")),
    default: value && lowerExpr(value, name.range.end),
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
  const exprOf = (key = "expression") => lowerExpr(node(cst, key), end);
  switch (cst.name) {
    case "layerStatement": {
      const callee = identifier(token(cst, "Identifier"));
      const args = node(cst, "callArguments");
      return (
        callee && {
          kind: "layer",
          ...base,
          callee,
          args: lowerArguments(args),
          argsRange: args && rangeOf(args),
        }
      );
    }
    case "residualStatement":
      return {
        kind: "residual",
        ...base,
        when: token(cst, "When") && exprOf(),
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
      return name && { kind: "input", ...base, name, ...lowerDims(node(cst, "list"), end) };
    }
    case "outputStatement": {
      const name = identifier(token(cst, "Identifier"));
      return name && { kind: "output", ...base, name };
    }
    case "expectStatement":
      return { kind: "expect", ...base, ...lowerDims(node(cst, "list"), end) };
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
        entries: nodes(cst, "budgetEntry").flatMap((entry) => lowerBudgetEntry(entry) ?? []),
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
    when: token(cst, "When") && lowerExpr(node(cst, "expression"), range.end),
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
    args: args && lowerArguments(args),
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
    condition: lowerExpr(node(cst, "expression"), base.range.end),
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

function lowerDims(cst: CstNode | undefined, fallback: number) {
  const dimsRange = cst ? rangeOf(cst) : { start: fallback, end: fallback };
  return { dims: nodes(cst, "expression").map((e) => lowerExpr(e, fallback)), dimsRange };
}

function lowerBudgetEntry(cst: CstNode): ast.BudgetEntry | undefined {
  const metric = identifier(token(cst, "metric"));
  if (!metric) return undefined;
  return {
    kind: "budgetEntry",
    range: rangeOf(cst),
    metric,
    operator: token(cst, "operator")?.image === "<" ? "<" : "<=",
    limit: lowerExpr(node(cst, "limit"), rangeOf(cst).end),
  };
}
