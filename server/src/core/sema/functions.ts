/** The functions of expressions: `floor`, `len`, `make_divisible`, … All are total: bad arguments say what was expected. */
import { maximum, minimum } from "../shape/dim.ts";
import { isDim, isList, type Value } from "../values.ts";

/** The result, or what was expected instead. */
export type FunctionResult = { readonly value: Value } | { readonly expected: string };

export interface BuiltinFunction {
  readonly signature: string;
  readonly doc: string;
  call(args: readonly Value[]): FunctionResult;
}

/** Elements that a list made by an expression may have. */
export const maxListLength = 100_000;

export const functions: Readonly<Record<string, BuiltinFunction>> = {
  floor: rounding("floor", "The largest integer not above x.", Math.floor),
  ceil: rounding("ceil", "The smallest integer not below x.", Math.ceil),
  round: rounding("round", "The nearest integer; halves go to the even one, as in Python.", roundHalfEven),
  abs: rounding("abs", "x without its sign.", Math.abs),
  min: extreme("min", "The least of its arguments, or of a list.", minimum),
  max: extreme("max", "The greatest of its arguments, or of a list.", maximum),
  sum: {
    signature: "sum(list)",
    doc: "The sum of a list of numbers.",
    call([list]) {
      if (!isList(list) || !list.every((v) => typeof v === "number"))
        return { expected: "a list of numbers" };
      return { value: list.reduce((a, b) => a + b, 0) };
    },
  },
  len: {
    signature: "len(list)",
    doc: "The number of elements of a list.",
    call: ([list]) => (isList(list) ? { value: list.length } : { expected: "a list" }),
  },
  range: {
    signature: "range(n) or range(start, end)",
    doc: "The integers from 0, or from start, up to but not including the end.",
    call(args) {
      if (args.length < 1 || args.length > 2 || !args.every((v) => Number.isInteger(v))) {
        return { expected: "one or two integers" };
      }
      const [start, end] = args.length === 1 ? [0, args[0] as number] : (args as [number, number]);
      if (end - start > maxListLength) return { expected: `at most ${maxListLength} elements` };
      return { value: Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i) };
    },
  },
  enumerate: {
    signature: "enumerate(list)",
    doc: "Pairs of index and element.",
    call: ([list]) => (isList(list) ? { value: list.map((v, i) => [i, v]) } : { expected: "a list" }),
  },
  make_divisible: {
    signature: "make_divisible(x, divisor = 8)",
    doc: "The multiple of the divisor nearest to x, but at least the divisor and never more than 10 % below x (MobileNet's rounding of channels).",
    call([x, divisor = 8]) {
      if (typeof x !== "number" || typeof divisor !== "number" || !(divisor >= 1)) {
        return { expected: "a number and a divisor of at least 1" };
      }
      const rounded = Math.max(divisor, Math.floor((x + divisor / 2) / divisor) * divisor);
      return { value: rounded < 0.9 * x ? rounded + divisor : rounded };
    },
  },
};

function rounding(name: string, doc: string, apply: (x: number) => number): BuiltinFunction {
  return {
    signature: `${name}(x)`,
    doc,
    call([x]) {
      if (typeof x === "number") return { value: apply(x) };
      // A named dimension is an integer already.
      return isDim(x) && name !== "abs" ? { value: x } : { expected: "a number" };
    },
  };
}

function extreme(name: string, doc: string, apply: typeof minimum): BuiltinFunction {
  return {
    signature: `${name}(a, b, …) or ${name}(list)`,
    doc,
    call(args) {
      const values = args.length === 1 && isList(args[0]) ? args[0] : args;
      if (values.length === 0 || !values.every(isDim))
        return { expected: "numbers, or a list of them that is not empty" };
      return { value: values.reduce((a, b) => apply(a as number, b as number) ?? a) };
    },
  };
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
