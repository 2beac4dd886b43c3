/** A compression factor outside of 0 < θ ≤ 1 (Huang et al. 2017, section 3): told by the parameter's name. */
import type {
  Argument,
  Declaration,
  Expr,
  Identifier,
  LayerCall,
  ParamDecl,
  TextRange,
} from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import { bindArguments, declaredParameters } from "../sema/arguments.ts";
import type { Resolution } from "../sema/resolve.ts";
import { formatValue } from "../values.ts";
import { constantValue } from "./constants.ts";
import { type Finding, hasBody, type ScopeContext, type ScopeRule } from "./rule.ts";

const names: readonly string[] = ["theta", "compression", "compression_factor"];

export const compressionOutOfRange: ScopeRule = {
  sees: "scope",
  find(ctx) {
    const { declaration, resolution } = ctx;
    if (declaration.kind === "const") return [];
    if (declaration.kind === "instance")
      return declaration.base ? inArguments(ctx, declaration.base, declaration.args) : [];
    const found = declaration.params.flatMap((param) =>
      names.includes(param.name.name) && param.default
        ? check(ctx, param.name.name, param.default, param.default.range)
        : [],
    );
    const calls = blockCalls(resolution, declaration);
    return [...found, ...calls.flatMap(({ callee, args }) => inArguments(ctx, callee, args))];
  },
};

const known = new WeakMap<Resolution, readonly LayerCall[]>();

/** The calls of blocks with arguments. */
function blockCalls(resolution: Resolution, declaration: Declaration): readonly LayerCall[] {
  const calls: LayerCall[] = [];
  if (!known.has(resolution))
    visit(declaration, (node) => {
      if (node.kind !== "layer" || node.args.length === 0) return;
      if (resolution.references.get(node.callee)?.kind === "declaration") calls.push(node);
    });
  const found = known.get(resolution) ?? calls;
  known.set(resolution, found);
  return found;
}

function inArguments(ctx: ScopeContext, callee: Identifier, args: readonly Argument[]): Finding[] {
  const params = paramsOf(ctx, callee);
  const { bound } = bindArguments(declaredParameters(params), args, callee);
  return names.flatMap((name) => {
    const argument = bound.get(name);
    return argument ? check(ctx, name, argument.value, argument.value.range) : [];
  });
}

/** Of the callee, unless it has a rule of its own for such an argument: that one is an error already. */
function paramsOf({ scope, resolution }: ScopeContext, callee: Identifier): readonly ParamDecl[] {
  if (resolution.references.get(callee)?.kind !== "declaration") return [];
  let target = scope.lookup(callee.name);
  for (let depth = 0; target?.kind === "instance" && depth < 32; depth++)
    target = target.base && scope.lookup(target.base.name);
  if (!target || !hasBody(target)) return [];
  const required = new Set<string>();
  for (const statement of target.body.statements) {
    if (statement.kind === "require")
      visit(statement.condition, (node) => {
        if (node.kind === "name") required.add(node.name);
      });
  }
  return names.some((name) => required.has(name)) ? [] : target.params;
}

function check(ctx: ScopeContext, name: string, expr: Expr, range: TextRange): Finding[] {
  const value = constantValue(expr, (node) => ctx.resolution.references.get(node), ctx.scope);
  if (typeof value !== "number" || (value > 0 && value <= 1)) return [];
  const message = `\`${name}\` is the share of the channels that is kept: more than 0 and at most 1, not ${formatValue(value)}`;
  return [{ code: "compression-out-of-range", range, message }];
}
