/** Dimensions known by name: the normal form computes what numbers do, and conditions hold where they say. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differs, formatCondition, valueAt, zerosOf } from "../server/src/core/shape/conditions.ts";
import {
  add,
  ceilDivide,
  type Dim,
  DimExpr,
  equal,
  floorDivide,
  multiply,
  named,
  subtract,
} from "../server/src/core/shape/dim.ts";

const H = named("H");
const W = named("W");
const sizes = Array.from({ length: 60 }, (_, i) => i + 1);

/** An expression in H beside the same in numbers. */
interface Both {
  readonly dim: Dim;
  readonly at: (h: number) => number;
}

const { both } = fc.letrec<{ both: Both }>((tie) => ({
  both: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant<Both>({ dim: H, at: (h) => h }),
    fc.integer({ min: -9, max: 9 }).map((n): Both => ({ dim: n, at: () => n })),
    fc
      .tuple(tie("both"), tie("both"))
      .map(([a, b]): Both => ({ dim: add(a.dim, b.dim), at: (h) => a.at(h) + b.at(h) })),
    fc
      .tuple(tie("both"), tie("both"))
      .map(([a, b]): Both => ({ dim: subtract(a.dim, b.dim), at: (h) => a.at(h) - b.at(h) })),
    fc
      .tuple(tie("both"), fc.integer({ min: -4, max: 4 }))
      .map(([a, n]): Both => ({ dim: multiply(a.dim, n), at: (h) => a.at(h) * n })),
    fc
      .tuple(tie("both"), fc.integer({ min: 1, max: 5 }))
      .map(([a, n]): Both => ({ dim: floorDivide(a.dim, n), at: (h) => Math.floor(a.at(h) / n) })),
    fc
      .tuple(tie("both"), fc.integer({ min: 1, max: 5 }))
      .map(([a, n]): Both => ({ dim: ceilDivide(a.dim, n), at: (h) => Math.ceil(a.at(h) / n) })),
  ),
}));

/** A zero without a sign. */
const value = (dim: Dim, h: number) => valueAt(dim as number | DimExpr, h) + 0;

describe("for any expression", () => {
  test("the normal form has the value that numbers give", () => {
    fc.assert(
      fc.property(both, ({ dim, at }) => {
        for (const h of sizes) expect(value(dim, h)).toBe(at(h) + 0);
      }),
    );
  });

  test("what is said to be equal or to differ is", () => {
    fc.assert(
      fc.property(both, both, (a, b) => {
        const same = equal(a.dim, b.dim);
        if (same === true) for (const h of sizes) expect(a.at(h) === b.at(h)).toBe(true);
        if (differs(a.dim, b.dim)) {
          // Small sizes may be exceptions: a stride leaves a single cell as it is.
          const large = sizes.map((h) => 10_000 + h);
          expect(large.every((h) => a.at(h) === b.at(h))).toBe(false);
        }
      }),
    );
  });

  test("a condition holds where it says, and only from there", () => {
    fc.assert(
      fc.property(both, both, (a, b) => {
        const difference = subtract(a.dim, b.dim);
        const zeros = difference instanceof DimExpr ? zerosOf([difference]) : undefined;
        if (typeof zeros !== "object") return;
        const { modulus, residue } = zeros;
        for (let i = 0; i < 40; i++) {
          const h = 10_000 * modulus + residue + i * modulus;
          expect(a.at(h) === b.at(h)).toBe(true);
        }
        const range = Array.from({ length: 2 * modulus }, (_, i) => 10_000 * modulus + i);
        expect(range.some((h) => a.at(h) !== b.at(h))).toBe(true);
      }),
    );
  });
});

test("five strides of 2 and as many doublings need a multiple of 32", () => {
  let small: Dim = H;
  for (let i = 0; i < 5; i++) small = add(floorDivide(subtract(small, 1), 2), 1);
  const difference = subtract(multiply(small, 32), H) as DimExpr;
  expect(String(small)).toBe("⌊(H + 31)/32⌋");
  expect(zerosOf([difference])).toEqual({ name: "H", modulus: 32, residue: 0 });
});

test("conditions that contradict each other, and two names", () => {
  const even = subtract(multiply(2, floorDivide(H, 2)), H) as DimExpr;
  const odd = subtract(add(multiply(2, floorDivide(H, 2)), 1), H) as DimExpr;
  expect(zerosOf([even, odd])).toBe("never");
  expect(zerosOf([subtract(H, W) as DimExpr])).toBeUndefined();
  expect(formatCondition({ name: "H", modulus: 4, residue: 1 })).toBe("1 more than a multiple of 4");
});
