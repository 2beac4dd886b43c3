/** A layer's arguments as a text would give them, without what is the default anyway. */
import { formatValue, type Value } from "../values.ts";
import type { Param } from "./params.ts";
import { type OperatorArgs, type OperatorName, operators } from "./registry.ts";

/** `conv(64, 7, stride: 2)`, `relu`. */
export function describeCall<N extends OperatorName>(op: N, args: OperatorArgs<N>): string {
  const params: Readonly<Record<string, Param<unknown>>> = operators[op].params;
  const values: Readonly<Record<string, unknown>> = args;
  const given = Object.entries(params).flatMap(([name, param]) => {
    const value = values[name];
    if (value === undefined || param.tensor) return [];
    const text = argumentText(value, param);
    // The axes that a default covers hardly matter: two are enough to be written as one.
    if (param.default && argumentText(param.default(2), param) === text) return [];
    return [param.default ? `${name}: ${text}` : text];
  });
  return given.length > 0 ? `${op}(${given.join(", ")})` : op;
}

/** Where one number may stand for all axes it does: `[3, 3]` is written 3, and so is padding by 3 on all sides. */
function argumentText(value: unknown, param: Param<unknown>): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return formatValue(value as Value);
  const parts = value.map((part) => argumentText(part, param));
  const [first] = parts;
  const isOne =
    first !== undefined && parts.every((part) => part === first) && /^(int|float)\b/.test(param.type);
  return isOne ? first : `[${parts.join(", ")}]`;
}
