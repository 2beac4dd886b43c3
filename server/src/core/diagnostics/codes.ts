/** Every diagnostic's code with its severity and a title. Codes are words; one is never reused for another fault. */

export type Severity = "error" | "warning" | "information";

interface CodeInfo {
  readonly severity: Severity;
  readonly title: string;
}

/** What is wrong. */
export const faults = {
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

/** What is allowed but hardly meant: each can be switched by a setting, and allowed by a comment. */
export const lints = {
  // layers
  "bias-before-norm": {
    severity: "warning",
    title: "A bias right before a batch normalisation, whose mean takes it away.",
  },
  "doubled-activation": { severity: "warning", title: "An activation that another one makes void." },
  "missing-activation": {
    severity: "information",
    title: "A residual unit in ResNet's manner without an activation after the sum.",
  },
  "linear-chain": {
    severity: "information",
    title: "Two linear layers in a row that could be one: nothing nonlinear stands between them.",
  },
  "no-squeeze": { severity: "warning", title: "A Fire module's squeeze that does not squeeze." },
  "compression-out-of-range": {
    severity: "warning",
    title: "A compression factor that is not more than 0 and at most 1.",
  },
  "pooling-drops-rows": {
    severity: "information",
    title: "A pool whose windows leave out the last rows or columns.",
  },
  // what has no use
  "unused-layer": { severity: "warning", title: "A layer whose output nothing uses." },
  "dead-branch": { severity: "warning", title: "A condition that is written as true or false." },
  "unused-block": { severity: "warning", title: "A block that nothing uses, in a file with networks." },
  "unused-const": { severity: "warning", title: "A constant that nothing uses, in a file with networks." },
  "unused-import": { severity: "warning", title: "An imported name that the file does not use." },
  "unused-parameter": { severity: "warning", title: "A parameter that its block or network does not use." },
  "unused-variable": { severity: "warning", title: "A loop's variable or an input that nothing uses." },
  "redundant-budget": { severity: "warning", title: "Two limits for one thing, of which one says nothing." },
  // lints themselves
  "unknown-lint": { severity: "warning", title: "A comment that allows a lint that does not exist." },
  "unneeded-allow": { severity: "warning", title: "A comment that allows what is not found there." },
} as const satisfies Record<string, CodeInfo>;

export const codes = { ...faults, ...lints } as const;

export type LintCode = keyof typeof lints;
export type DiagnosticCode = keyof typeof codes;

export function isLint(code: string): code is LintCode {
  return Object.hasOwn(lints, code);
}

/** Severities of lints other than their own, as the user sets them. */
export type LintSettings = { readonly [C in LintCode]?: Severity | "off" };

/** Whether the text that it stands at could go: editors show it faded. */
export function isUnnecessary(code: DiagnosticCode): boolean {
  return (
    code.startsWith("unused-") ||
    code === "dead-branch" ||
    code === "redundant-budget" ||
    code === "unneeded-allow"
  );
}

export function severityOf(code: DiagnosticCode): Severity {
  return codes[code].severity;
}
