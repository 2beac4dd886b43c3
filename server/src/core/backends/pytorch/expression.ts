/**
 * Python as it is generated: expressions and the lines of `__init__` and `forward`. Numbers stay open, as slots, until
 * all uses of a class are known; plain data throughout, so that two uses can be compared part by part.
 */

import type { Condition } from "./conditions.ts";

/** A number, a truth value, or one number for each axis. */
export type Scalar = number | boolean | readonly number[];

/** A value that may differ from one use of a class to the next; `hint` is how a parameter for it would be called. */
export interface Slot {
  readonly kind: "slot";
  readonly value: Scalar;
  readonly hint: string;
}

/** A number that grows with a loop's variable. */
export interface Ramp {
  readonly kind: "ramp";
  readonly start: Slot;
  readonly step: Slot;
  readonly variable: string;
}

/** An attribute's name; in a loop with a number in it that counts: `denselayer{i + 1}`. */
export interface Name {
  readonly kind: "name";
  readonly text: string;
  readonly counter?: { readonly start: Slot; readonly after: string; readonly variable: string };
}

export type Expr =
  | { readonly kind: "text"; readonly text: string }
  | Slot
  | Ramp
  | { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Arg[] }
  | { readonly kind: "list"; readonly brackets: "[]" | "()"; readonly items: readonly Expr[] }
  | { readonly kind: "infix"; readonly operator: string; readonly operands: readonly Expr[] }
  /** An object and what is done with it, `#` for each number: `.reshape(-1, #)`. */
  | {
      readonly kind: "suffix";
      readonly object: Expr;
      readonly text: string;
      readonly numbers: readonly (Slot | Ramp)[];
    }
  /** `*[element for variable in range(count)]`. */
  | { readonly kind: "spread"; readonly element: Expr; readonly variable: string; readonly count: Slot }
  /** A submodule or parameter of `self`. */
  | { readonly kind: "member"; readonly path: readonly Name[] }
  /** A name as a string. */
  | { readonly kind: "quoted"; readonly name: Name }
  /** Whether a use has what others don't. */
  | { readonly kind: "condition"; readonly condition: Condition };

export interface Arg {
  readonly name?: string;
  readonly value: Expr;
  /** Left out where it is this in all uses. */
  readonly omit?: Scalar;
}

export type Line =
  | { readonly kind: "module" | "parameter"; readonly path: readonly Name[]; readonly value: Expr }
  | { readonly kind: "set"; readonly target: string; readonly value: Expr }
  | { readonly kind: "return"; readonly values: readonly Expr[] }
  | {
      readonly kind: "if";
      readonly test: Expr;
      readonly body: readonly Line[];
      readonly otherwise: readonly Line[];
    }
  /** An nn.Sequential whose children are not the same in all uses. */
  | {
      readonly kind: "layers";
      readonly path: readonly Name[];
      /** Its children have names of their own. */
      readonly named: boolean;
      readonly elements: readonly Placed<Expr>[];
    }
  /** Children that are put together in a list. */
  | {
      readonly kind: "append";
      readonly list: string;
      readonly elements: readonly Expr[];
      readonly first: boolean;
    }
  | {
      readonly kind: "loop";
      readonly variable: string;
      readonly count: Slot;
      readonly body: readonly Line[];
    };

/** A line, or a part of one, with what it is in each use that has it. */
export interface Placed<T> {
  readonly item: T;
  readonly uses: ReadonlyMap<number, T>;
}

export const text = (of: string): Expr => ({ kind: "text", text: of });

export const name = (of: string): Name => ({ kind: "name", text: of });

/** The same number for each axis is written once. */
export function slot(hint: string, value: Scalar): Slot {
  const first = typeof value === "object" ? value[0] : undefined;
  const same = first !== undefined && typeof value === "object" && value.every((v) => v === first);
  return { kind: "slot", value: same ? first : value, hint };
}

export function call(callee: string | Expr, ...args: readonly (Expr | Arg)[]): Expr {
  return {
    kind: "call",
    callee: typeof callee === "string" ? text(callee) : callee,
    args: args.map((arg) => ("kind" in arg ? { value: arg } : arg)),
  };
}

export function keyword(argument: string, value: Expr, omit?: Scalar): Arg {
  return { name: argument, value, ...(omit === undefined ? {} : { omit }) };
}

export const list = (...items: readonly Expr[]): Expr => ({ kind: "list", brackets: "[]", items });

export const tuple = (...items: readonly Expr[]): Expr => ({ kind: "list", brackets: "()", items });

export const infix = (operator: string, ...operands: readonly Expr[]): Expr => ({
  kind: "infix",
  operator,
  operands,
});

export const suffix = (object: Expr, of: string, ...numbers: readonly Slot[]): Expr => ({
  kind: "suffix",
  object,
  text: of,
  numbers,
});

/** The slots of expressions or lines, in the order in which they are written. */
export function slotsOf(part: unknown, into: Slot[] = []): Slot[] {
  if (isSlot(part)) into.push(part);
  else if (typeof part === "object" && part !== null)
    for (const inner of Object.values(part)) slotsOf(inner, into);
  return into;
}

/** Identifies what expressions or lines are apart from their numbers. */
export function templateOf(part: unknown): string {
  return JSON.stringify(part, (_key, value: unknown) => (isSlot(value) ? "#" : value));
}

export function isSlot(part: unknown): part is Slot {
  return typeof part === "object" && part !== null && "kind" in part && part.kind === "slot";
}

export function isName(part: unknown): part is Name {
  return typeof part === "object" && part !== null && "kind" in part && part.kind === "name";
}

export function sameScalar(a: Scalar | undefined, b: Scalar | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
