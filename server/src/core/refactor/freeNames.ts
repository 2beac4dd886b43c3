/** What a part of a body takes from around it: names that are declared outside of it, and the tensor that enters. */
import type { Body, Expr, Item, Statement, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { children, visit } from "../../../../grammar/walk.ts";
import type { LocalSymbol } from "../sema/symbols.ts";
import type { Owner } from "./site.ts";

/** The local names that these nodes use and don't declare, in the order of their first use. */
export function freeNames({ resolution }: Owner, nodes: readonly SyntaxNode[]): LocalSymbol[] {
  const declaredInside = new Set<SyntaxNode>();
  const used = new Set<LocalSymbol>();
  for (const root of nodes) visit(root, (node) => void declaredInside.add(node));
  for (const root of nodes) {
    visit(root, (node) => {
      const resolved = resolution.references.get(node);
      if (resolved && "node" in resolved && !declaredInside.has(resolved.node)) used.add(resolved);
    });
  }
  return [...used];
}

/** Places of `in` or `it`. */
export function keywordsIn(nodes: readonly SyntaxNode[], keyword: "in" | "it"): TextRange[] {
  const places: TextRange[] = [];
  for (const root of nodes) {
    visit(root, (node) => {
      if (node.kind === "tensor" && node.keyword === keyword) places.push(node.range);
    });
  }
  return places;
}

/** The names that are declared in these nodes, at any depth. */
export function declaredNames({ resolution }: Owner, nodes: readonly SyntaxNode[]): Set<string> {
  const names = new Set<string>();
  for (const root of nodes) {
    visit(root, (node) => {
      const symbol = resolution.declared.get(node);
      if (symbol) names.add(symbol.name);
    });
  }
  return names;
}

/** Whether a label that one of the statements declares is used outside of them. */
export function labelUsedOutside(owner: Owner, statement: Statement, range: TextRange): boolean {
  const symbol = statement.label && owner.resolution.declared.get(statement.label);
  if (!symbol) return false;
  return [...owner.resolution.references].some(
    ([node, resolved]) =>
      resolved === symbol && !(range.start <= node.range.start && node.range.end <= range.end),
  );
}

/** What has no part in the flow of tensors. */
export function isCheck({ kind }: Statement): boolean {
  return kind === "require" || kind === "expect" || kind === "budget";
}

/**
 * What the tensor that enters a statement is called: `in`, a label, an input; or the statement before it, which needs a
 * label for that. Undefined where there is no name for it.
 */
export function enteringName(owner: Owner, body: Body, index: number): string | Statement | undefined {
  const before = body.statements
    .slice(0, index)
    .filter((s) => !isCheck(s) && s.kind !== "tap" && s.kind !== "output")
    .at(-1);
  if (!before) {
    if (body === owner.item.body) return owner.item.kind === "block" ? "in" : undefined;
    const outer = placeOfBody(owner.item, body);
    return outer && enteringName(owner, outer.body, outer.index);
  }
  if (before.kind === "input") {
    const inputs = owner.item.body.statements.filter(({ kind }) => kind === "input");
    return inputs[0] === before ? "in" : before.name.name;
  }
  if (before.kind === "from") return nameOfTarget(before.target);
  if (before.label) return before.label.template ? undefined : before.label.texts[0];
  return before.kind === "bad" ? undefined : before;
}

function nameOfTarget(target: Expr): string | undefined {
  if (target.kind === "name") return target.name;
  return target.kind === "tensor" && target.keyword === "in" ? "in" : undefined;
}

/** The statement that a body belongs to, if the tensor that enters one enters the other. */
function placeOfBody(item: Item, body: Body): { body: Body; index: number } | undefined {
  let found: { body: Body; index: number } | undefined;
  visit(item, (node) => {
    if (node.kind !== "body") return;
    for (const [index, statement] of node.statements.entries()) {
      if (passesIn(statement).includes(body)) found = { body: node, index };
    }
  });
  return found;
}

/** The bodies that a statement hands its own tensor to. An iteration's is another one each time. */
function passesIn(statement: Statement): readonly SyntaxNode[] {
  switch (statement.kind) {
    case "group":
    case "dense":
    case "tap":
      return [statement.body];
    case "residual":
      return [statement.body, ...(statement.shortcut ? [statement.shortcut.body] : [])];
    case "combine":
      return (statement.branches ?? []).map(({ body }) => body);
    case "if":
      return children(statement).filter(({ kind }) => kind === "body");
    default:
      return [];
  }
}
