/** Walking the syntax tree: children in order, and the path of nodes down to an offset. */
import type { SyntaxNode } from "./ast.ts";
import { contains } from "./text.ts";

/** The direct children of a node in the order of the text. */
export function children(node: SyntaxNode): SyntaxNode[] {
  return defined(parts(node));
}

/** Calls back for the node and everything under it, parents first. */
export function visit(node: SyntaxNode, callback: (node: SyntaxNode) => void): void {
  callback(node);
  for (const child of children(node)) visit(child, callback);
}

/** The nodes that hold the offset, outermost first. */
export function pathAt(root: SyntaxNode, offset: number): SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let node: SyntaxNode | undefined = contains(root.range, offset) ? root : undefined;
  while (node) {
    path.push(node);
    node = children(node).findLast((child) => contains(child.range, offset));
  }
  return path;
}

type Parts = readonly (SyntaxNode | undefined)[];

function defined(nodes: Parts): SyntaxNode[] {
  return nodes.filter((node) => node !== undefined);
}

function parts(node: SyntaxNode): Parts {
  switch (node.kind) {
    case "import":
      return [...node.names, node.path];
    case "importName":
      return [node.name, node.alias];
    case "const":
      return [node.name, node.value];
    case "block":
    case "network":
      return [node.name, ...node.params, node.body];
    case "instance":
      return [node.name, node.base, ...node.args];
    case "param":
      return [node.name, node.type, node.default];
    case "body":
      return node.statements;
    case "label":
      return node.holes;
    case "layer":
      return [node.label, node.callee, ...node.args];
    case "group":
    case "dense":
    case "tap":
      return [node.label, node.body];
    case "residual":
      return [node.label, node.when, node.body, node.shortcut];
    case "shortcut":
      return [node.when, node.body];
    case "combine":
      return [node.label, ...(node.args ?? []), ...(node.branches ?? [])];
    case "branch":
      return [node.label, node.body];
    case "repeat":
      return [node.label, node.count, node.variable, node.body];
    case "for":
      return [node.label, ...node.variables, node.list, node.body];
    case "if":
      return [node.label, node.condition, node.consequent, node.alternative];
    case "from":
      return [node.label, node.target];
    case "input":
      return [node.label, node.name, ...node.dims];
    case "output":
      return [node.label, node.name];
    case "expect":
      return [node.label, ...node.dims];
    case "require":
      return [node.label, node.condition, node.message];
    case "budget":
      return [node.label, ...node.entries];
    case "budgetEntry":
      return [node.metric, node.limit];
    case "argument":
      return [node.name, node.value];
    case "list":
      return node.elements;
    case "member":
      return [node.object, node.member];
    case "index":
      return [node.object, node.index];
    case "call":
      return [node.callee, ...node.args];
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "conditional":
      return [node.value, node.condition, node.otherwise];
    case "bad":
      return [node.label];
    case "identifier":
    case "number":
    case "string":
    case "boolean":
    case "name":
    case "tensor":
    case "missing":
      return [];
  }
}
