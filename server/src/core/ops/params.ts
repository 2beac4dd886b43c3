/** The kinds of parameters that operators take: each reads a value into a typed argument or says what is wrong. */
import { describeType, formatValue, isBlock, isDim, isList, type Value } from "../values.ts";

/** The outcome of reading an argument: the typed value, or what was expected instead. */
export type Read<T> = { readonly value: T } | { readonly expected: string };

export interface Param<T> {
  /** The type as the reference writes it: `int`, `int or [int, int]`. */
  readonly type: string;
  readonly doc: string;
  /** What an argument left out stands for; absent for a required parameter. */
  readonly default?: (spatialRank: number) => T;
  /** The default as the reference writes it. */
  readonly defaultText?: string;
  /** `spatialRank` is the number of axes that a list must cover. */
  read(value: Value, spatialRank: number): Read<T>;
}

/** Without a default the parameter is required. */
interface Options<T> {
  readonly doc: string;
  readonly default?: T;
}

/** One size per spatial axis. */
export type Sizes = readonly number[];
/** `[before, after]` for each spatial axis. */
export type Padding = "half" | "same" | "valid" | readonly (readonly [number, number])[];

export function int(options: Options<number> & { readonly min?: number }): Param<number> {
  const min = options.min ?? 1;
  return {
    type: "int",
    ...withDefault(options),
    read: (value) =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= min
        ? { value }
        : { expected: `an integer of at least ${min}` },
  };
}

export function float(
  options: Options<number> & { readonly min?: number; readonly max?: number },
): Param<number> {
  const { min = -Infinity, max = Infinity } = options;
  const range = `${Number.isFinite(min) ? ` of at least ${min}` : ""}${Number.isFinite(max) ? `, at most ${max}` : ""}`;
  return {
    type: "float",
    ...withDefault(options),
    read: (value) =>
      typeof value === "number" && value >= min && value <= max
        ? { value }
        : { expected: `a number${range}` },
  };
}

export function bool(options: Options<boolean>): Param<boolean> {
  return {
    type: "bool",
    ...withDefault(options),
    read: (value) => (typeof value === "boolean" ? { value } : { expected: "true or false" }),
  };
}

/** A size for all spatial axes, or a list with one for each. */
export function sizes(options: Options<number> & { readonly min?: number }): Param<Sizes> {
  const size = options.default;
  return {
    ...sizeReader(options.min ?? 1),
    doc: options.doc,
    ...(size === undefined
      ? {}
      : { default: (rank: number) => Array<number>(rank).fill(size), defaultText: String(size) }),
  };
}

/** Sizes that follow another parameter when left out, as a pool's stride follows its kernel. */
export function optionalSizes(options: {
  readonly doc: string;
  readonly defaultText: string;
}): Param<Sizes | undefined> {
  return { ...sizeReader(1), doc: options.doc, default: () => undefined, defaultText: options.defaultText };
}

function sizeReader(min: number): Pick<Param<Sizes>, "type" | "read"> {
  const fits = (value: Value): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min;
  return {
    type: "int or list",
    read(value, rank) {
      if (fits(value)) return { value: Array<number>(rank).fill(value) };
      if (isList(value) && value.length === rank && value.every(fits)) return { value };
      return { expected: `an integer of at least ${min}, or a list of ${rank} of them` };
    },
  };
}

/** An int, one for each axis, `[before, after]` pairs, `same` or `valid`; half the kernel by default. */
export function padding(options: {
  readonly doc: string;
  readonly default?: Padding;
  readonly defaultText?: string;
}): Param<Padding> {
  const size = (value: Value): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return {
    type: "int, list, same or valid",
    doc: options.doc,
    default: () => options.default ?? "half",
    defaultText: options.defaultText ?? "half the kernel",
    read(value, rank) {
      if (isBlock(value) && (value.name === "same" || value.name === "valid")) return { value: value.name };
      if (value === "same" || value === "valid") return { value };
      if (size(value)) return { value: Array.from({ length: rank }, () => [value, value] as const) };
      if (isList(value) && value.length === rank) {
        const pairs = value.map((v) => {
          if (size(v)) return [v, v] as const;
          if (isList(v) && v.length === 2 && v.every(size)) return [v[0], v[1]] as const;
          return undefined;
        });
        if (pairs.every((p) => p !== undefined)) return { value: pairs as (readonly [number, number])[] };
      }
      return {
        expected: `an integer, a list of ${rank}, a list of ${rank} [before, after] pairs, "same" or "valid"`,
      };
    },
  };
}

/** `found 2.5, a fraction`: how a message names a value that did not fit. */
export function describeFound(value: Value): string {
  return isDim(value) || typeof value === "string" || typeof value === "boolean" || isList(value)
    ? `${formatValue(value)}`
    : describeType(value);
}

function withDefault<T>(options: Options<T>): Pick<Param<T>, "doc" | "default" | "defaultText"> {
  if (options.default === undefined) return { doc: options.doc };
  const value = options.default;
  return { doc: options.doc, default: () => value, defaultText: String(value) };
}
