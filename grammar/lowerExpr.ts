/** Expressions: concrete to abstract syntax. Total: what the text lacks is a `MissingExpr`. */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { identifier, isNode, isReal, node, nodes, rangeOf, token, tokens } from "./cst.ts";
import { tokenRange } from "./layout.ts";

export function lowerArguments(cst: CstNode | undefined): ast.Argument[] {
  return nodes(cst, "argument").map((argument) => {
    const range = rangeOf(argument);
    return {
      kind: "argument",
      range,
      name: identifier(token(argument, "name")),
      value: lowerExpr(node(argument, "expression"), range.end),
    };
  });
}

/** Lowers any expression rule; `fallback` is where a missing one would stand. */
export function lowerExpr(cst: CstNode | undefined, fallback: number): ast.Expr {
  if (!cst) return missing(fallback);
  const range = rangeOf(cst);
  switch (cst.name) {
    case "expression": {
      const value = lowerExpr(node(cst, "value"), fallback);
      if (!token(cst, "If")) return value;
      return {
        kind: "conditional",
        range,
        value,
        condition: lowerExpr(node(cst, "condition"), range.end),
        otherwise: lowerExpr(node(cst, "otherwise"), range.end),
      };
    }
    case "disjunction":
    case "conjunction":
    case "additive":
    case "multiplicative":
      return leftFold(lowerOperands(cst, fallback), operators(cst));
    case "comparison":
      return lowerComparison(lowerOperands(cst, fallback), operators(cst));
    case "negation":
      return token(cst, "Not")
        ? { kind: "unary", range, operator: "not", operand: lowerExpr(node(cst, "negation"), range.end) }
        : lowerExpr(node(cst, "comparison"), fallback);
    case "unary":
      return token(cst, "Minus")
        ? { kind: "unary", range, operator: "-", operand: lowerExpr(node(cst, "unary"), range.end) }
        : lowerExpr(node(cst, "postfix"), fallback);
    case "postfix":
      return nodes(cst, "suffix").reduce(
        (object, suffix) => lowerSuffix(object, suffix),
        lowerExpr(node(cst, "primary"), fallback),
      );
    case "primary":
      return lowerPrimary(cst, fallback);
    case "list":
      return {
        kind: "list",
        range,
        elements: nodes(cst, "expression").map((e) => lowerExpr(e, fallback)),
      };
    default:
      return missing(fallback);
  }
}

function lowerOperands(cst: CstNode, fallback: number): ast.Expr[] {
  const operands = nodes(cst, "operand").map((operand) => lowerExpr(operand, fallback));
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

function lowerSuffix(object: ast.Expr, cst: CstNode): ast.Expr {
  const range = { start: object.range.start, end: rangeOf(cst).end };
  const args = node(cst, "callArguments");
  if (args) return { kind: "call", range, callee: object, args: lowerArguments(args) };
  if (token(cst, "LBracket")) {
    return { kind: "index", range, object, index: lowerExpr(node(cst, "expression"), range.end) };
  }
  const member = identifier(token(cst, "Identifier")) ?? {
    kind: "identifier",
    name: "",
    range: rangeOf(cst),
  };
  return { kind: "member", range, object, member };
}

function lowerPrimary(cst: CstNode, fallback: number): ast.Expr {
  const list = node(cst, "list");
  if (list) return lowerExpr(list, fallback);
  const inner = node(cst, "expression");
  // With its parentheses: what begins or ends with it does so there.
  if (inner) return { ...lowerExpr(inner, fallback), range: rangeOf(cst) };
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

export function lowerReference(from: IToken): ast.Expr {
  const range = tokenRange(from);
  if (from.image === "it" || from.image === "in")
    return { kind: "tensor", range, nameRange: range, keyword: from.image };
  return { kind: "name", range, nameRange: range, name: from.image };
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

export function lowerString(from: IToken | undefined): ast.StringLiteral | undefined {
  if (!from || !isReal(from)) return undefined;
  const value = from.image
    .slice(1, -1)
    .replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
  return { kind: "string", range: tokenRange(from), value };
}

export function missing(at: number): ast.MissingExpr {
  return { kind: "missing", range: { start: at, end: at } };
}
