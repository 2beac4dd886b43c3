/**
 * Expressions to values. Total: what can't be computed is reported once and becomes the unknown value, from
 * which nothing further is reported.
 */
import type { BinaryOperator, Expr, TextRange } from "../../../../grammar/ast.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import * as dim from "../shape/dim.ts";
import { channels, elements, type Shape } from "../shape/shape.ts";
import {
  asDim,
  describeType,
  formatValue,
  isDim,
  isList,
  isTensor,
  type TensorValue,
  type Value,
  valueKey,
} from "../values.ts";
import { functions } from "./functions.ts";
import { didYouMean, nearestName } from "./suggest.ts";
import type { Resolved } from "./symbols.ts";

export interface EvaluationContext {
  resolved(node: Expr): Resolved | undefined;
  /** The value of a name; unknown for one that has none yet. */
  valueOf(resolved: Resolved): Value;
  /** The tensor that `it` or `in` stands for; undefined where there is none. */
  tensor(keyword: "it" | "in"): TensorValue | undefined;
  report(code: DiagnosticCode, range: TextRange, message: string): void;
}

export function evaluate(ctx: EvaluationContext, expr: Expr): Value {
  switch (expr.kind) {
    case "number":
    case "string":
    case "boolean":
      return expr.value;
    case "list":
      return expr.elements.map((element) => evaluate(ctx, element));
    case "name": {
      const resolved = ctx.resolved(expr);
      return resolved && ctx.valueOf(resolved);
    }
    case "tensor": {
      const tensor = ctx.tensor(expr.keyword);
      if (!tensor)
        ctx.report("no-input", expr.range, `there is no tensor yet that \`${expr.keyword}\` could stand for`);
      return tensor;
    }
    case "member":
      return evaluateMember(ctx, expr);
    case "index":
      return evaluateIndex(ctx, expr);
    case "call":
      return evaluateCall(ctx, expr);
    case "unary":
      return evaluateUnary(ctx, expr);
    case "binary":
      return evaluateBinary(ctx, expr);
    case "conditional": {
      const condition = evaluateCondition(ctx, expr.condition);
      if (condition === undefined) return undefined;
      return evaluate(ctx, condition ? expr.value : expr.otherwise);
    }
    case "missing":
      return undefined;
  }
}

/** A truth value; undefined when unknown or, after a report, of another type. */
export function evaluateCondition(ctx: EvaluationContext, expr: Expr): boolean | undefined {
  const value = evaluate(ctx, expr);
  if (value === undefined || typeof value === "boolean") return value;
  ctx.report("wrong-type", expr.range, `a condition is true or false, but this is ${describeType(value)}`);
  return undefined;
}

// ── members, elements, calls ─────────────────────────────────────────────────────────────────────

/** What can be asked of a tensor. */
export const members: Readonly<Record<string, (shape: Shape) => Value>> = {
  channels: (shape) => channels(shape),
  height: (shape) => shape.at(-2),
  width: (shape) => shape.at(-1),
  features: (shape) => elements(shape),
  shape: (shape) => [...shape],
};

export const tensorMembers = Object.keys(members);

function evaluateMember(ctx: EvaluationContext, expr: Extract<Expr, { kind: "member" }>): Value {
  const object = evaluate(ctx, expr.object);
  if (object === undefined) return undefined;
  const { name, range } = expr.member;
  if (!isTensor(object)) {
    ctx.report("wrong-type", range, `only a tensor has members, but this is ${describeType(object)}`);
    return undefined;
  }
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  if (!member) {
    const hint = didYouMean(nearestName(name, tensorMembers)) || `; it has ${tensorMembers.join(", ")}`;
    ctx.report("unknown-name", range, `a tensor has no \`${name}\`${hint}`);
    return undefined;
  }
  if (!object.shape) return undefined;
  if ((name === "height" || name === "width") && object.shape.length < 2) {
    ctx.report(
      "wrong-type",
      range,
      `a vector of ${formatValue(asValue(object.shape[0]))} features has no ${name}`,
    );
    return undefined;
  }
  return member(object.shape);
}

function evaluateIndex(ctx: EvaluationContext, expr: Extract<Expr, { kind: "index" }>): Value {
  const object = evaluate(ctx, expr.object);
  const index = evaluate(ctx, expr.index);
  if (object === undefined || index === undefined) return undefined;
  if (!isList(object)) {
    ctx.report(
      "wrong-type",
      expr.object.range,
      `only a list has elements, but this is ${describeType(object)}`,
    );
    return undefined;
  }
  if (typeof index !== "number" || !Number.isInteger(index)) {
    ctx.report("wrong-type", expr.index.range, `an index is an integer, but this is ${describeType(index)}`);
    return undefined;
  }
  const at = index < 0 ? object.length + index : index;
  if (at < 0 || at >= object.length) {
    ctx.report(
      "index-out-of-range",
      expr.index.range,
      `there is no element ${index} in a list of ${object.length}`,
    );
    return undefined;
  }
  return object[at];
}

function evaluateCall(ctx: EvaluationContext, expr: Extract<Expr, { kind: "call" }>): Value {
  const resolved = ctx.resolved(expr.callee);
  const args = expr.args.map((argument) => evaluate(ctx, argument.value));
  if (resolved?.kind !== "function" || expr.callee.kind !== "name") {
    if (resolved)
      ctx.report("wrong-type", expr.callee.range, "only functions can be called in an expression");
    return undefined;
  }
  const builtin = functions[expr.callee.name];
  if (!builtin || args.some((value) => value === undefined)) return undefined;
  const result = builtin.call(args);
  if ("value" in result) return result.value;
  const found = args.length > 0 ? args.map(formatValue).join(", ") : "nothing";
  ctx.report("wrong-argument", expr.range, `\`${builtin.signature}\` takes ${result.expected}, not ${found}`);
  return undefined;
}

// ── operators ────────────────────────────────────────────────────────────────────────────────────

function evaluateUnary(ctx: EvaluationContext, expr: Extract<Expr, { kind: "unary" }>): Value {
  if (expr.operator === "not") {
    const condition = evaluateCondition(ctx, expr.operand);
    return condition === undefined ? undefined : !condition;
  }
  const operand = evaluate(ctx, expr.operand);
  if (operand === undefined) return undefined;
  if (isDim(operand)) return asValue(dim.multiply(-1, operand));
  ctx.report("wrong-type", expr.operand.range, `\`-\` needs a number, but this is ${describeType(operand)}`);
  return undefined;
}

function evaluateBinary(ctx: EvaluationContext, expr: Extract<Expr, { kind: "binary" }>): Value {
  if (expr.operator === "and" || expr.operator === "or") {
    const left = evaluateCondition(ctx, expr.left);
    // The right side may rely on the left one, as in `i > 0 and list[i - 1] == 2`.
    if (left === (expr.operator === "or")) return left;
    const right = evaluateCondition(ctx, expr.right);
    return left === undefined ? undefined : right;
  }
  const left = evaluate(ctx, expr.left);
  const right = evaluate(ctx, expr.right);
  if (left === undefined || right === undefined) return undefined;
  if (expr.operator === "==" || expr.operator === "!=") return equality(expr.operator, left, right);
  if (expr.operator === "+" && isList(left) && isList(right)) return [...left, ...right];
  const odd = [
    { value: left, node: expr.left },
    { value: right, node: expr.right },
  ].find(({ value }) => !isDim(value));
  if (odd) {
    ctx.report(
      "wrong-type",
      odd.node.range,
      `\`${expr.operator}\` needs numbers, but this is ${describeType(odd.value)}`,
    );
    return undefined;
  }
  return arithmetic(ctx, expr, asDim(left), asDim(right));
}

function equality(operator: "==" | "!=", left: Value, right: Value): boolean | undefined {
  const same = isDim(left) && isDim(right) ? dim.equal(left, right) : valueKey(left) === valueKey(right);
  return same === undefined ? undefined : same === (operator === "==");
}

function arithmetic(
  ctx: EvaluationContext,
  expr: Extract<Expr, { kind: "binary" }>,
  left: dim.Dim,
  right: dim.Dim,
): Value {
  switch (expr.operator) {
    case "+":
      return asValue(dim.add(left, right));
    case "-":
      return asValue(dim.subtract(left, right));
    case "*":
      return asValue(dim.multiply(left, right));
    case "/":
    case "div":
    case "%":
      if (right === 0) {
        ctx.report(
          "division-by-zero",
          expr.right.range,
          "this is zero, and a division by zero has no result",
        );
        return undefined;
      }
      return divide(expr.operator, left, right);
    default:
      return compare(expr.operator, left, right);
  }
}

function divide(operator: "/" | "div" | "%", left: dim.Dim, right: dim.Dim): Value {
  const quotient = dim.floorDivide(left, right);
  if (operator === "div") return asValue(quotient);
  const remainder = dim.subtract(left, dim.multiply(quotient, right));
  if (operator === "%") return asValue(remainder);
  if (typeof left === "number" && typeof right === "number") return left / right;
  return dim.equal(remainder, 0) ? asValue(quotient) : undefined;
}

function compare(operator: BinaryOperator, left: dim.Dim, right: dim.Dim): boolean | undefined {
  const difference = dim.subtract(left, right);
  if (typeof difference !== "number") return undefined;
  switch (operator) {
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    default:
      return undefined;
  }
}

function asValue(value: dim.Dim): Value {
  return value;
}
