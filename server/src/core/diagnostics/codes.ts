/** Every diagnostic's code with its severity and a title. Codes are words; one is never reused for another fault. */

export type Severity = "error" | "warning" | "information";

interface CodeInfo {
  readonly severity: Severity;
  readonly title: string;
}

export const codes = {
  // syntax
  syntax: { severity: "error", title: "The text can't be read." },
  // names
  "unknown-name": { severity: "error", title: "A name that nothing declares." },
  "duplicate-name": { severity: "error", title: "Two things of one name in one scope." },
  "recursive-definition": { severity: "error", title: "A block, network or constant made of itself." },
  "unknown-file": { severity: "error", title: "An import of a file that is not there." },
  "broken-import": { severity: "error", title: "An import of a file that has syntax errors." },
  "import-cycle": { severity: "error", title: "Files that import each other in a circle." },
  // arguments and values
  "missing-argument": { severity: "error", title: "A call without an argument that has no default." },
  "unknown-argument": { severity: "error", title: "An argument that the callee has no parameter for." },
  "duplicate-argument": { severity: "error", title: "One parameter given twice." },
  "wrong-argument": { severity: "error", title: "An argument of the wrong type or out of range." },
  "wrong-type": { severity: "error", title: "An operation on values that it is not defined for." },
  "index-out-of-range": { severity: "error", title: "A list has no such element." },
  "division-by-zero": { severity: "error", title: "A division by zero." },
  "require-failed": { severity: "error", title: "A block's requirement does not hold for these arguments." },
  // structure
  "no-input": { severity: "error", title: "A layer before the network has an input." },
  "misplaced-statement": { severity: "error", title: "A statement that does not belong here." },
  "too-large": { severity: "error", title: "A network beyond the bounds that keep the editor responsive." },
  // shapes
  "shortcut-mismatch": { severity: "error", title: "The two sides of a shortcut differ in shape." },
  "concat-mismatch": { severity: "error", title: "Tensors of different height and width can't be stacked." },
  "shape-mismatch": { severity: "error", title: "Tensors that must agree in shape don't." },
  "wrong-rank": { severity: "error", title: "A layer gets a tensor with the wrong number of axes." },
  "not-flat": { severity: "error", title: "A linear layer gets a feature map." },
  "kernel-too-large": { severity: "error", title: "A window larger than its padded input." },
  "channels-not-divisible": { severity: "error", title: "Channels that don't split into the groups." },
  "expect-failed": { severity: "error", title: "The shape is not the one that is expected here." },
  condition: {
    severity: "information",
    title: "The sizes for which a network with named dimensions is well formed.",
  },
  // budgets
  "over-budget": { severity: "error", title: "The network costs more than its budget." },
} as const satisfies Record<string, CodeInfo>;

export type DiagnosticCode = keyof typeof codes;

export function severityOf(code: DiagnosticCode): Severity {
  return codes[code].severity;
}
