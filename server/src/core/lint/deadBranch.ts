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
  const taken = written(ctx, node.condition);
  if (taken === undefined) return [];
  const dead = taken ? node.alternative : node.consequent;
  const message = dead
    ? `never taken: the condition is always ${taken}`
    : "this condition always holds: the `if` changes nothing";
  return [told(node, taken, (dead ?? node.condition).range, message)];
}

function inResidual(ctx: DeclarationContext, node: Residual): Finding[] {
  const connects = node.when && written(ctx, node.when);
  const projects = node.shortcut?.when && written(ctx, node.shortcut.when);
  const found: Finding[] = [];
  if (node.when && connects !== undefined) {
    const message = connects ? alwaysHolds : "this condition never holds: there is no shortcut";
    found.push(told(node, connects, node.when.range, message));
  }
  if (node.shortcut?.when && projects !== undefined) {
    const range = projects ? node.shortcut.when.range : node.shortcut.range;
    const message = projects ? alwaysHolds : "never taken: the condition is always false";
    found.push(told(node, projects, range, message));
  }
  return found;
}

const alwaysHolds = "this condition always holds";

function told(node: If | Residual, taken: boolean, range: TextRange, message: string): Finding {
  return { code: "dead-branch", range, message, data: { kind: "dead-branch", node, taken } };
}

/** What the text itself says. */
function written({ resolution }: DeclarationContext, condition: Expr): boolean | undefined {
  const value = constantValue(condition, (node) => resolution.references.get(node));
  return typeof value === "boolean" ? value : undefined;
}
