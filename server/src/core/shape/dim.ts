/**
 * Dimensions: a number, an expression over the names in `input` (`[3, H, W]`), or unknown.
 *
 * Expressions are polynomials with integer coefficients over atoms (a name, a floor division, a minimum or
 * maximum), kept in a normal form: equal expressions have equal keys. Numbers never touch that code.
 */

/**
 * A dimension, or any quantity counted in them (elements, MACs). `undefined` is the third answer, unknown: compatible
 * with everything, and never the cause of an error.
 */
export type Dim = number | DimExpr | undefined;

type AtomKind = "name" | "floorDiv" | "min" | "max";

interface Atom {
  readonly kind: AtomKind;
  readonly key: string;
  readonly operands: readonly (number | DimExpr)[];
}

interface Term {
  readonly coefficient: number;
  /** Sorted by key; empty for the constant term. */
  readonly factors: readonly Atom[];
  readonly key: string;
}

/** A polynomial that is not a plain number: at least one term has a factor. */
export class DimExpr {
  readonly terms: readonly Term[];
  readonly key: string;

  constructor(terms: readonly Term[]) {
    this.terms = terms;
    this.key = print(terms);
  }

  toString(): string {
    return this.key;
  }
}

/** The dimension that an `input` names. */
export function named(name: string): Dim {
  return fromAtom({ kind: "name", key: name, operands: [] });
}

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === undefined || b === undefined) return undefined;
  return normalise([...termsOf(a), ...termsOf(b)]);
}

export function subtract(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return add(a, multiply(-1, b));
}

export function multiply(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 0 || b === 0) return 0;
  if (a === undefined || b === undefined) return undefined;
  const right = termsOf(b);
  return normalise(
    termsOf(a).flatMap((x) =>
      right.map((y) => term(x.coefficient * y.coefficient, [...x.factors, ...y.factors])),
    ),
  );
}

/** ⌊a / b⌋. For an expression, b must be a positive integer, else the answer is unknown. */
export function floorDivide(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : Math.floor(a / b);
  if (!(a instanceof DimExpr) || typeof b !== "number" || !(b > 0)) return undefined;
  if (b === 1) return a;
  // ⌊(b·x + rest) / b⌋ = x + ⌊rest / b⌋: what divides evenly leaves the floor.
  const whole: Term[] = [];
  const rest: Term[] = [];
  for (const t of a.terms) {
    if (t.factors.length === 0) {
      const quotient = Math.floor(t.coefficient / b);
      whole.push(term(quotient, []));
      rest.push(term(t.coefficient - quotient * b, []));
    } else if (t.coefficient % b === 0) whole.push(term(t.coefficient / b, t.factors));
    else rest.push(t);
  }
  return add(normalise(whole), floorOf(normalise(rest), b));
}

/** ⌈a / b⌉. Expressions stand for integers, for which it is ⌊(a + b − 1) / b⌋: the form that windows give, too. */
export function ceilDivide(a: Dim, b: Dim): Dim {
  // The zero that is added makes -0 a 0.
  if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : Math.ceil(a / b) + 0;
  if (a instanceof DimExpr && typeof b === "number") return floorDivide(add(a, b - 1), b);
  return multiply(-1, floorDivide(multiply(-1, a), b));
}

export function minimum(a: Dim, b: Dim): Dim {
  return extreme("min", a, b);
}

export function maximum(a: Dim, b: Dim): Dim {
  return extreme("max", a, b);
}

export function sum(dims: readonly Dim[]): Dim {
  return dims.reduce(add, 0);
}

export function product(dims: readonly Dim[]): Dim {
  return dims.reduce(multiply, 1);
}

/** Whether two dimensions are equal for every value of their names; undefined when that can't be told. */
export function equal(a: Dim, b: Dim): boolean | undefined {
  if (typeof a === "number" && typeof b === "number") return a === b;
  const difference = subtract(a, b);
  if (typeof difference === "number") return difference === 0;
  return undefined;
}

export function formatDim(dim: Dim): string {
  return dim === undefined ? "?" : String(dim);
}

// ── normal form ──────────────────────────────────────────────────────────────────────────────────

function term(coefficient: number, factors: readonly Atom[]): Term {
  const sorted = factors.length > 1 ? factors.toSorted((x, y) => (x.key < y.key ? -1 : 1)) : factors;
  return { coefficient, factors: sorted, key: sorted.map((f) => f.key).join("·") };
}

function termsOf(dim: number | DimExpr): readonly Term[] {
  return typeof dim === "number" ? [term(dim, [])] : dim.terms;
}

function fromAtom(atom: Atom): DimExpr {
  return new DimExpr([term(1, [atom])]);
}

function normalise(terms: readonly Term[]): number | DimExpr {
  const byKey = new Map<string, Term>();
  for (const t of terms) {
    const same = byKey.get(t.key);
    byKey.set(t.key, same ? { ...same, coefficient: same.coefficient + t.coefficient } : t);
  }
  const kept = [...byKey.values()].filter((t) => t.coefficient !== 0);
  if (kept.length === 0) return 0;
  if (kept.length === 1 && kept[0]?.factors.length === 0) return kept[0].coefficient;
  // Highest degree first, the constant last, as people write polynomials.
  kept.sort((x, y) => y.factors.length - x.factors.length || (x.key < y.key ? -1 : 1));
  return new DimExpr(kept);
}

function floorOf(rest: number | DimExpr, divisor: number): Dim {
  if (typeof rest === "number") return Math.floor(rest / divisor);
  // ⌊(⌊x / m⌋ + c) / n⌋ = ⌊(x + c·m) / (m·n)⌋: a chain of strides stays one division.
  const [first, second] = rest.terms;
  const inner = first?.factors[0];
  const constant = second === undefined ? 0 : second.factors.length === 0 ? second.coefficient : undefined;
  if (
    rest.terms.length <= 2 &&
    first?.coefficient === 1 &&
    first.factors.length === 1 &&
    inner?.kind === "floorDiv" &&
    constant !== undefined
  ) {
    const [x, m] = inner.operands;
    if (typeof m === "number") return floorDivide(add(x, constant * m), m * divisor);
  }
  const key = `⌊${rest.terms.length > 1 ? `(${rest.key})` : rest.key}/${divisor}⌋`;
  return fromAtom({ kind: "floorDiv", key, operands: [rest, divisor] });
}

function extreme(kind: "min" | "max", a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math[kind](a, b);
  if (a === undefined || b === undefined) return undefined;
  if (equal(a, b)) return a;
  const operands = [a, b].sort((x, y) => (String(x) < String(y) ? -1 : 1));
  return fromAtom({ kind, key: `${kind}(${operands.join(", ")})`, operands });
}

function print(terms: readonly Term[]): string {
  return terms
    .map((t, i) => {
      const size = Math.abs(t.coefficient);
      const body = t.factors.length === 0 ? String(size) : size === 1 ? t.key : `${size}·${t.key}`;
      if (i === 0) return t.coefficient < 0 ? `-${body}` : body;
      return t.coefficient < 0 ? ` - ${body}` : ` + ${body}`;
    })
    .join("");
}
