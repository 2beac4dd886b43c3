/** A condition that is written as true or false, so that one way is never taken. A constant's name is a switch, and fine. */
import type { Expr, If, Residual, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import { constantValue } from "./constants.ts";
import { type DeclarationContext, type DeclarationRule, type Finding, hasBody } from "./rule.ts";

export const deadBranch: DeclarationRule = {
  sees: "declaration",
  find(ctx) {
    const { declaration } = ctx;
    if (!hasBody(declaration)) return [];
    const found: Finding[] = [];
    visit(declaration.body, (node) => found.push(...inNode(ctx, node)));
    return found;
  },
};

function inNode(ctx: DeclarationContext, node: SyntaxNode): Finding[] {
  if (node.kind === "if") return inIf(ctx, node);
  if (node.kind === "residual") return inResidual(ctx, node);
  return [];
}

function inIf(ctx: DeclarationContext, node: If): Finding[] {
  const value = written(ctx, node.condition);
  if (value === undefined) return [];
  const dead = value ? node.alternative : node.consequent;
  if (!dead) return [told(node.condition.range, "this condition always holds: the `if` changes nothing")];
  return [told(dead.range, `never taken: the condition is always ${value}`)];
}

function inResidual(ctx: DeclarationContext, node: Residual): Finding[] {
  const connects = node.when && written(ctx, node.when);
  const projects = node.shortcut?.when && written(ctx, node.shortcut.when);
  const found: Finding[] = [];
  if (node.when && connects !== undefined) {
    const message = connects
      ? "this condition always holds"
      : "this condition never holds: there is no shortcut";
    found.push(told(node.when.range, message));
  }
  if (node.shortcut?.when && projects !== undefined) {
    const range = projects ? node.shortcut.when.range : node.shortcut.range;
    found.push(
      told(range, projects ? "this condition always holds" : "never taken: the condition is always false"),
    );
  }
  return found;
}

function told(range: TextRange, message: string): Finding {
  return { code: "dead-branch", range, message };
}

/** What the text itself says. */
function written({ resolution }: DeclarationContext, condition: Expr): boolean | undefined {
  const value = constantValue(condition, (node) => resolution.references.get(node));
  return typeof value === "boolean" ? value : undefined;
}
