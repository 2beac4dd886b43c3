/**
 * Names to symbols, once per declaration, before any value is known. Reports unknown and duplicate names and
 * arguments that fit no parameter; finds which outer names the body of a `repeat` uses, on which its memo
 * hangs. Knows nothing of shapes.
 */
import type {
  Argument,
  Body,
  Declaration,
  Expr,
  Identifier,
  If,
  Label,
  Location,
  ParamDecl,
  Repeat,
  Statement,
  SyntaxNode,
  TextRange,
} from "../../../../grammar/ast.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, FixData, Related } from "../diagnostics/diagnostic.ts";
import { aliasOf, operatorNamed, operators } from "../ops/registry.ts";
import { bindArguments, declaredParameters, operatorParameters, type Parameter } from "./arguments.ts";
import { functions } from "./functions.ts";
import { didYouMean, nearestName } from "./suggest.ts";
import { type FileScope, type LocalSymbol, type Resolved, Scope } from "./symbols.ts";

export interface Resolution {
  /** What each `NameExpr` and callee refers to; names that nothing declares are missing. */
  readonly references: ReadonlyMap<SyntaxNode, Resolved>;
  /** The symbol that a label, parameter, loop variable or input declares. */
  readonly declared: ReadonlyMap<SyntaxNode, LocalSymbol>;
  /** The outer symbols that a repeat's body uses, its own loop variable among them. */
  readonly captures: ReadonlyMap<Repeat, readonly LocalSymbol[]>;
  /** The symbol of the keyword `in`. */
  readonly entry: LocalSymbol;
  readonly diagnostics: readonly Diagnostic[];
}

/** Words that stand for themselves as arguments: those that some operator takes. */
const words: ReadonlySet<string> = new Set(
  Object.keys(operators)
    .flatMap((name) => Object.values(operatorNamed(name)?.params ?? {}))
    .flatMap((param) => param.words ?? []),
);
export const parameterTypes = ["int", "float", "bool", "string", "list", "block", "tensor"] as const;
export type ParameterType = (typeof parameterTypes)[number];

interface Context {
  readonly file: FileScope;
  readonly declaration: Declaration;
  readonly references: Map<SyntaxNode, Resolved>;
  readonly declared: Map<SyntaxNode, LocalSymbol>;
  readonly captures: Map<Repeat, Set<LocalSymbol>>;
  readonly entry: LocalSymbol;
  readonly diagnostics: Diagnostic[];
  /** The repeats around the place that is being resolved, outermost first. */
  readonly repeats: { readonly node: Repeat; readonly depth: number }[];
}

export function resolve(declaration: Declaration, file: FileScope): Resolution {
  const ctx: Context = {
    file,
    declaration,
    references: new Map(),
    declared: new Map(),
    captures: new Map(),
    entry: { kind: "in", name: "in", node: declaration },
    diagnostics: [],
    repeats: [],
  };
  const scope = new Scope(undefined);
  switch (declaration.kind) {
    case "const":
      resolveExpr(ctx, scope, declaration.value);
      break;
    case "instance":
      resolveInstance(ctx, scope, declaration);
      break;
    case "block":
    case "network":
      resolveParameters(ctx, scope, declaration.params);
      resolveBody(ctx, new Scope(scope), declaration.body);
  }
  const captures = new Map([...ctx.captures].map(([node, symbols]) => [node, [...symbols]] as const));
  return { ...ctx, captures };
}

function resolveInstance(
  ctx: Context,
  scope: Scope,
  declaration: Extract<Declaration, { kind: "instance" }>,
): void {
  const { base, args } = declaration;
  for (const argument of args) resolveExpr(ctx, scope, argument.value);
  if (!base) return;
  const target = ctx.file.lookup(base.name);
  if (!target) {
    if (ctx.file.unresolved.has(base.name)) return;
    reportUnknown(ctx, base, `there is no network \`${base.name}\``, ctx.file.names);
    return;
  }
  ctx.references.set(base, { kind: "declaration", name: base.name });
  if (target.kind !== "network" && target.kind !== "instance") {
    report(ctx, "wrong-type", base.range, `\`${base.name}\` is a ${target.kind}, not a network`);
    return;
  }
  checkArguments(ctx, ctx.file.parametersOf(target), args, base);
}

function resolveParameters(ctx: Context, scope: Scope, params: readonly ParamDecl[]): void {
  for (const param of params) {
    if (param.default) resolveExpr(ctx, scope, param.default);
    const type = param.type;
    if (type && !parameterTypes.some((t) => t === type.name)) {
      const suggestion = nearestName(type.name, parameterTypes);
      const hint = didYouMean(suggestion) || `; the types are ${parameterTypes.join(", ")}`;
      report(
        ctx,
        "unknown-name",
        type.range,
        `there is no type \`${type.name}\`${hint}`,
        renaming(suggestion),
      );
    }
    declare(ctx, scope, { kind: "param", name: param.name.name, node: param }, param.name.range);
  }
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

function resolveBody(ctx: Context, scope: Scope, body: Body): void {
  for (const statement of body.statements) {
    if (statement.label) for (const hole of statement.label.holes) resolveExpr(ctx, scope, hole);
    resolveStatement(ctx, scope, statement);
    if (statement.label) declareLabel(ctx, scope, statement.label);
  }
}

function declareLabel(ctx: Context, scope: Scope, label: Label): void {
  if (label.template) return;
  const name = label.texts[0] ?? "";
  declare(ctx, scope, { kind: "label", name, node: label }, label.range);
}

function resolveStatement(ctx: Context, scope: Scope, statement: Statement): void {
  switch (statement.kind) {
    case "layer":
      return resolveLayer(ctx, scope, statement.callee, statement.args);
    case "group":
    case "dense":
    case "tap":
      return resolveBody(ctx, new Scope(scope), statement.body);
    case "residual":
      if (statement.when) resolveExpr(ctx, scope, statement.when);
      resolveBody(ctx, new Scope(scope), statement.body);
      if (statement.shortcut?.when) resolveExpr(ctx, scope, statement.shortcut.when);
      if (statement.shortcut) resolveBody(ctx, new Scope(scope), statement.shortcut.body);
      return;
    case "combine":
      for (const argument of statement.args ?? []) resolveExpr(ctx, scope, argument.value);
      for (const branch of statement.branches ?? []) {
        for (const hole of branch.label?.holes ?? []) resolveExpr(ctx, scope, hole);
        resolveBody(ctx, new Scope(scope), branch.body);
      }
      return;
    case "repeat":
      return resolveRepeat(ctx, scope, statement);
    case "for": {
      resolveExpr(ctx, scope, statement.list);
      const inner = new Scope(scope);
      for (const variable of statement.variables) {
        declare(ctx, inner, { kind: "loop", name: variable.name, node: variable }, variable.range);
      }
      return resolveBody(ctx, inner, statement.body);
    }
    case "if":
      return resolveIf(ctx, scope, statement);
    case "from":
      return resolveExpr(ctx, scope, statement.target);
    case "input":
      return resolveInput(ctx, scope, statement);
    case "expect":
      for (const dim of statement.dims) resolveExpr(ctx, scope, dim);
      return;
    case "require":
      return resolveExpr(ctx, scope, statement.condition);
    case "budget":
      for (const entry of statement.entries) resolveExpr(ctx, scope, entry.limit);
      return;
    case "output":
    case "bad":
      return;
  }
}

function resolveLayer(ctx: Context, scope: Scope, callee: Identifier, args: readonly Argument[]): void {
  for (const argument of args) resolveExpr(ctx, scope, argument.value);
  const resolved = find(ctx, scope, callee.name);
  if (!resolved || resolved.kind === "function" || resolved.kind === "word") {
    const candidates = [...scope.names(), ...ctx.file.names, ...Object.keys(operators)];
    reportUnknown(ctx, callee, `there is no layer or block \`${callee.name}\``, candidates);
    return;
  }
  ctx.references.set(callee, resolved);
  if (resolved.kind === "operator") {
    const operator = operatorNamed(resolved.name);
    if (operator) checkArguments(ctx, operatorParameters(operator), args, callee);
  } else if (resolved.kind === "declaration") {
    const target = ctx.file.lookup(resolved.name);
    if (target?.kind === "block") checkArguments(ctx, declaredParameters(target.params), args, callee);
  }
}

function resolveRepeat(ctx: Context, scope: Scope, repeat: Repeat): void {
  resolveExpr(ctx, scope, repeat.count);
  const inner = new Scope(scope);
  if (repeat.variable) {
    declare(
      ctx,
      inner,
      { kind: "loop", name: repeat.variable.name, node: repeat.variable },
      repeat.variable.range,
    );
  }
  ctx.captures.set(repeat, new Set());
  ctx.repeats.push({ node: repeat, depth: inner.depth });
  resolveBody(ctx, new Scope(inner), repeat.body);
  ctx.repeats.pop();
}

function resolveIf(ctx: Context, scope: Scope, statement: If): void {
  resolveExpr(ctx, scope, statement.condition);
  resolveBody(ctx, new Scope(scope), statement.consequent);
  if (statement.alternative?.kind === "if") resolveIf(ctx, scope, statement.alternative);
  else if (statement.alternative) resolveBody(ctx, new Scope(scope), statement.alternative);
}

/** A name in `input`'s shape that nothing declares is a dimension known by that name. */
function resolveInput(ctx: Context, scope: Scope, statement: Extract<Statement, { kind: "input" }>): void {
  for (const dim of statement.dims) {
    if (dim.kind === "name" && !scope.find(dim.name) && !isOfFile(ctx.file, dim.name)) {
      const symbol: LocalSymbol = { kind: "dim", name: dim.name, node: dim };
      scope.declare(symbol);
      ctx.references.set(dim, symbol);
    } else resolveExpr(ctx, scope, dim);
  }
  declare(ctx, scope, { kind: "input", name: statement.name.name, node: statement }, statement.name.range);
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────

function resolveExpr(ctx: Context, scope: Scope, expr: Expr): void {
  switch (expr.kind) {
    case "name": {
      const resolved = find(ctx, scope, expr.name);
      if (resolved) ctx.references.set(expr, resolved);
      else {
        const candidates = [
          ...scope.names(),
          ...ctx.file.names,
          ...Object.keys(functions),
          ...Object.keys(operators),
        ];
        reportUnknown(ctx, expr, `there is no \`${expr.name}\` here`, candidates);
      }
      return;
    }
    case "tensor":
      if (expr.keyword === "in") use(ctx, ctx.entry, 0);
      return;
    case "list":
      for (const element of expr.elements) resolveExpr(ctx, scope, element);
      return;
    case "member":
      return resolveExpr(ctx, scope, expr.object);
    case "index":
      resolveExpr(ctx, scope, expr.object);
      return resolveExpr(ctx, scope, expr.index);
    case "call":
      resolveExpr(ctx, scope, expr.callee);
      for (const argument of expr.args) resolveExpr(ctx, scope, argument.value);
      return;
    case "unary":
      return resolveExpr(ctx, scope, expr.operand);
    case "binary":
      resolveExpr(ctx, scope, expr.left);
      return resolveExpr(ctx, scope, expr.right);
    case "conditional":
      resolveExpr(ctx, scope, expr.value);
      resolveExpr(ctx, scope, expr.condition);
      return resolveExpr(ctx, scope, expr.otherwise);
    case "number":
    case "string":
    case "boolean":
    case "missing":
      return;
  }
}

/** Inner names first, then the file's, then the language's own. */
function find(ctx: Context, scope: Scope, name: string): Resolved | undefined {
  const local = scope.find(name);
  if (local) {
    use(ctx, local.symbol, local.depth);
    return local.symbol;
  }
  if (isOfFile(ctx.file, name)) return { kind: "declaration", name };
  if (operatorNamed(name)) return { kind: "operator", name };
  if (Object.hasOwn(functions, name)) return { kind: "function", name };
  if (words.has(name)) return { kind: "word", name };
  return undefined;
}

/** Whether a declaration of the file or an import has the name. */
function isOfFile(file: FileScope, name: string): boolean {
  return file.lookup(name) !== undefined || file.unresolved.has(name);
}

/** Notes the symbol as captured by every repeat that it is declared outside of. */
function use(ctx: Context, symbol: LocalSymbol, depth: number): void {
  for (const repeat of ctx.repeats) if (depth <= repeat.depth) ctx.captures.get(repeat.node)?.add(symbol);
}

// ── declarations and reports ─────────────────────────────────────────────────────────────────────

function declare(ctx: Context, scope: Scope, symbol: LocalSymbol, range: TextRange): void {
  const previous = scope.declare(symbol);
  ctx.declared.set(symbol.node, symbol);
  if (!previous) return;
  report(ctx, "duplicate-name", range, `\`${symbol.name}\` is already declared here`, undefined, [
    { message: "first declared here", location: at(ctx, rangeOfSymbol(previous)) },
  ]);
}

function rangeOfSymbol({ node }: LocalSymbol): TextRange {
  return node.kind === "param" || node.kind === "input" ? node.name.range : node.range;
}

function checkArguments(
  ctx: Context,
  parameters: readonly Parameter[],
  args: readonly Argument[],
  callee: Identifier,
): void {
  for (const problem of bindArguments(parameters, args, callee).problems) {
    // Of a call that can't be read in full nobody knows what is missing.
    if (problem.code === "missing-argument" && onBrokenLine(ctx, callee.range)) continue;
    report(ctx, problem.code, problem.range, problem.message, renaming(problem.suggestion));
  }
}

/** Whether a syntax error stands on the line: what else seems wrong there is its consequence. */
function onBrokenLine(ctx: Context, { start }: TextRange): boolean {
  const { errors, text } = ctx.declaration.section;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", start);
  const lineEnd = next < 0 ? text.length : next;
  return errors.some(({ range }) => range.start >= lineStart && range.start <= lineEnd);
}

function reportUnknown(
  ctx: Context,
  node: { name: string; range: TextRange },
  message: string,
  candidates: Iterable<string>,
): void {
  if (onBrokenLine(ctx, node.range)) return;
  const suggestion = aliasOf(node.name) ?? nearestName(node.name, candidates);
  report(ctx, "unknown-name", node.range, message + didYouMean(suggestion), renaming(suggestion));
}

function renaming(suggestion: string | undefined): FixData | undefined {
  return suggestion === undefined ? undefined : { kind: "rename", suggestion };
}

function report(
  ctx: Context,
  code: DiagnosticCode,
  range: TextRange,
  message: string,
  data?: FixData,
  related: readonly Related[] = [],
): void {
  ctx.diagnostics.push({ code, message, location: at(ctx, range), related, ...(data ? { data } : {}) });
}

function at(ctx: Context, range: TextRange): Location {
  return { section: ctx.declaration.section, range };
}
