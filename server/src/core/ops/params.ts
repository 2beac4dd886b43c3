/** The kinds of parameters that operators take: each reads a value into a typed argument or says what is wrong. */
import type { Dim } from "../shape/dim.ts";
import { describeType, formatValue, isDim, isList, isTensor, type Value } from "../values.ts";

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
  /** The argument is a tensor: it joins the layer's inputs, after the current one. */
  readonly tensor?: true;
  /** Words of the language that it takes, written without quotes: `same`, `bilinear`. */
  readonly words?: readonly string[];
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
/** Cells before and after an axis. */
export type Pair = readonly [number, number];
/** `[before, after]` for each spatial axis. */
export type Padding = "half" | "same" | "valid" | readonly Pair[];

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

/** A factor for all spatial axes, or a list with one for each. */
export function factors(options: {
  readonly doc: string;
  readonly defaultText: string;
}): Param<Sizes | undefined> {
  const fits = (value: Value): value is number => typeof value === "number" && value > 0;
  return {
    type: "float or list",
    doc: options.doc,
    default: () => undefined,
    defaultText: options.defaultText,
    read(value, rank) {
      if (fits(value)) return { value: Array<number>(rank).fill(value) };
      if (isList(value) && value.length === rank && value.every(fits)) return { value };
      return { expected: `a positive number, or a list of ${rank} of them` };
    },
  };
}

/** Sizes that may be known by name only, as those of another tensor are: `[lateral.height, lateral.width]`. */
export function dimensions(options: { readonly doc: string }): Param<readonly Dim[]>;
export function dimensions(options: {
  readonly doc: string;
  readonly defaultText: string;
}): Param<readonly Dim[] | undefined>;
export function dimensions(options: {
  readonly doc: string;
  readonly defaultText?: string;
}): Param<readonly Dim[] | undefined> {
  const fits = (value: Value) => isDim(value) && (typeof value !== "number" || isSize(value, 1));
  return {
    type: "int or list",
    doc: options.doc,
    ...(options.defaultText === undefined
      ? {}
      : { default: () => undefined, defaultText: options.defaultText }),
    read(value, rank) {
      if (isDim(value) && fits(value)) return { value: Array<Dim>(rank).fill(value) };
      if (isList(value) && value.length === rank && value.every(fits)) return { value: value.filter(isDim) };
      return { expected: `an integer of at least 1, or a list of ${rank} of them` };
    },
  };
}

/** Sizes that follow another parameter when left out, as a pool's stride follows its kernel. */
export function optionalSizes(options: {
  readonly doc: string;
  readonly defaultText: string;
  readonly min?: number;
}): Param<Sizes | undefined> {
  return {
    ...sizeReader(options.min ?? 1),
    doc: options.doc,
    default: () => undefined,
    defaultText: options.defaultText,
  };
}

function sizeReader(min: number): Pick<Param<Sizes>, "type" | "read"> {
  const fits = (value: Value): value is number => isSize(value, min);
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
  const size = (value: Value): value is number => isSize(value, 0);
  return {
    type: "int or list or same or valid",
    words: ["same", "valid"],
    doc: options.doc,
    default: () => options.default ?? "half",
    defaultText: options.defaultText ?? "half the kernel",
    read(value, rank) {
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
        expected: `an integer, a list of ${rank}, a list of ${rank} [before, after] pairs, \`same\` or \`valid\``,
      };
    },
  };
}

/** An axis, or a place along one: counted from 0, or from the end by a negative number. */
export function position(options: { readonly doc: string; readonly default: number }): Param<number>;
export function position(options: {
  readonly doc: string;
  readonly defaultText: string;
}): Param<number | undefined>;
export function position(options: {
  readonly doc: string;
  readonly default?: number;
  readonly defaultText?: string;
}): Param<number | undefined> {
  return {
    type: "int",
    doc: options.doc,
    default: () => options.default,
    defaultText: options.defaultText ?? String(options.default),
    read: (value) => (isIndex(value) ? { value } : { expected: "an integer" }),
  };
}

/** Axes, as a list or a single one. */
export function axes(options: { readonly doc: string }): Param<readonly number[]> {
  return {
    type: "int or list",
    doc: options.doc,
    read(value) {
      if (isIndex(value)) return { value: [value] };
      if (isList(value) && value.length > 0 && value.every(isIndex)) return { value };
      return { expected: "an integer or a list of integers" };
    },
  };
}

/** A whole shape without the batch; one size may be -1, which stands for what the others leave. */
export function shape(options: { readonly doc: string }): Param<readonly Dim[]> {
  const fits = (value: Value) =>
    isDim(value) && (typeof value !== "number" || value === -1 || isSize(value, 1));
  return {
    type: "list",
    doc: options.doc,
    read(value) {
      const open = isList(value) ? value.filter((size) => size === -1).length : 0;
      if (isList(value) && value.length > 0 && value.every(fits) && open <= 1)
        return { value: value.filter(isDim) };
      return { expected: "a list of sizes, of which one may be -1 for what the others leave" };
    },
  };
}

/** `[before, after]`, or an int for both. */
export function pair(options: { readonly doc: string; readonly default: Pair }): Param<Pair> {
  return {
    type: "int or [int, int]",
    doc: options.doc,
    default: () => options.default,
    defaultText: formatValue(options.default),
    read(value) {
      if (isSize(value, 0)) return { value: [value, value] };
      const [before, after, ...rest] = isList(value) ? value : [];
      if (isSize(before, 0) && isSize(after, 0) && rest.length === 0) return { value: [before, after] };
      return { expected: "an integer of at least 0, or a [before, after] pair of them" };
    },
  };
}

/** One word of a few. */
export function choice<const W extends string>(options: {
  readonly doc: string;
  readonly words: readonly W[];
  readonly default: W;
}): Param<W> {
  const { words, doc, default: given } = options;
  const listed = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return {
    type: listed,
    words,
    doc,
    default: () => given,
    defaultText: given,
    read(value) {
      const found = words.find((word) => word === value);
      return found === undefined ? { expected: listed } : { value: found };
    },
  };
}

/** Another tensor beside the current one. Its value is not kept: it is among the layer's inputs. */
export function tensor(options: { readonly doc: string }): Param<undefined> {
  return {
    type: "tensor",
    tensor: true,
    doc: options.doc,
    read: (value) => (isTensor(value) ? { value: undefined } : { expected: "a tensor" }),
  };
}

function isSize(value: Value, min: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= min;
}

function isIndex(value: Value): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

/** `found 2.5, a fraction`: how a message names a value that did not fit. */
export function describeFound(value: Value): string {
  return isDim(value) || typeof value === "string" || typeof value === "boolean" || isList(value)
    ? `${formatValue(value)}`
    : describeType(value);
}

/** Small numbers as papers write them: 1e-5. */
function defaultTextOf(value: unknown): string {
  return typeof value === "number" && value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential()
    : String(value);
}

function withDefault<T>(options: Options<T>): Pick<Param<T>, "doc" | "default" | "defaultText"> {
  if (options.default === undefined) return { doc: options.doc };
  const value = options.default;
  return { doc: options.doc, default: () => value, defaultText: defaultTextOf(value) };
}
