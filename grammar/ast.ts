/**
 * The syntax tree. Ranges are relative to the section that the node stands in (see parse.ts), so that a
 * subtree is untouched by edits elsewhere in the file. Parts that the text lacks are absent or `MissingExpr`.
 */
import type { TextRange } from "./text.ts";

export type { TextRange } from "./text.ts";

/** Opaque name of a file, usually a URI. */
export type FileId = string;

export interface ParseError {
  readonly message: string;
  readonly range: TextRange;
}

export interface Comment {
  readonly text: string;
  readonly range: TextRange;
  readonly doc: boolean;
}

/**
 * A run of whole lines that is parsed on its own: one item with the comments above it, as a rule.
 * Its identity is that of its text: an edit elsewhere in the file keeps it.
 */
export interface Section {
  readonly file: FileId;
  readonly text: string;
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
  readonly errors: readonly ParseError[];
}

/** A place in some version of a file: resolve it with `absoluteRange(sourceFile, location)`. */
export interface Location {
  readonly section: Section;
  readonly range: TextRange;
}

interface Node {
  readonly range: TextRange;
}

export interface Identifier extends Node {
  readonly kind: "identifier";
  readonly name: string;
}

// ── items ────────────────────────────────────────────────────────────────────────────────────────

export type Item = ImportDecl | ConstDecl | BlockDecl | NetworkDecl | InstanceDecl;
/** Items that bring one name into the file's scope. */
export type Declaration = Exclude<Item, ImportDecl>;

interface ItemNode extends Node {
  readonly section: Section;
  /** Text of the `///` lines above. */
  readonly doc: string | undefined;
}

export interface ImportDecl extends ItemNode {
  readonly kind: "import";
  readonly names: readonly ImportName[];
  readonly path: StringLiteral | undefined;
}

export interface ImportName extends Node {
  readonly kind: "importName";
  readonly name: Identifier;
  readonly alias: Identifier | undefined;
}

export interface ConstDecl extends ItemNode {
  readonly kind: "const";
  readonly name: Identifier;
  readonly value: Expr;
}

export interface BlockDecl extends ItemNode {
  readonly kind: "block";
  readonly name: Identifier;
  readonly params: readonly ParamDecl[];
  readonly body: Body;
}

export interface NetworkDecl extends ItemNode {
  readonly kind: "network";
  readonly name: Identifier;
  readonly params: readonly ParamDecl[];
  readonly body: Body;
}

/** `network DenseNet121 = DenseNet(blocks: [6, 12, 24, 16])`. */
export interface InstanceDecl extends ItemNode {
  readonly kind: "instance";
  readonly name: Identifier;
  readonly base: Identifier | undefined;
  readonly args: readonly Argument[];
}

export interface ParamDecl extends Node {
  readonly kind: "param";
  readonly name: Identifier;
  readonly type: Identifier | undefined;
  readonly default: Expr | undefined;
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

export interface Body extends Node {
  readonly kind: "body";
  readonly statements: readonly Statement[];
}

/** The name of a statement; a template such as `` `unit{i}` `` has expressions between its texts. */
export interface Label extends Node {
  readonly kind: "label";
  /** The text between the holes: one more than `holes`. */
  readonly texts: readonly string[];
  readonly holes: readonly Expr[];
  readonly template: boolean;
}

interface StatementNode extends Node {
  readonly label: Label | undefined;
  /** The word that the statement begins with after its label: a keyword, a callee or a brace. */
  readonly head: TextRange;
}

export type Statement =
  | LayerCall
  | Group
  | Residual
  | Dense
  | Combine
  | Repeat
  | For
  | If
  | From
  | Tap
  | Input
  | Output
  | Expect
  | Require
  | Budget
  | BadStatement;

/** `conv(64, kernel: 3)`: a layer, a block, or a block held by a parameter. */
export interface LayerCall extends StatementNode {
  readonly kind: "layer";
  readonly callee: Identifier;
  readonly args: readonly Argument[];
  /** From `(` to `)`, when there. */
  readonly argsRange: TextRange | undefined;
}

export interface Group extends StatementNode {
  readonly kind: "group";
  readonly body: Body;
}

export interface Residual extends StatementNode {
  readonly kind: "residual";
  /** Where it does not hold there is no shortcut: F(x) alone. */
  readonly when: Expr | undefined;
  readonly body: Body;
  readonly shortcut: ShortcutClause | undefined;
}

export interface ShortcutClause extends Node {
  readonly kind: "shortcut";
  readonly when: Expr | undefined;
  readonly body: Body;
}

export interface Dense extends StatementNode {
  readonly kind: "dense";
  readonly body: Body;
}

export type CombineOperator = "concat" | "add" | "mul";

/** `concat { branch … }` or `concat(a, b)`; just one of `branches` and `args` is there. */
export interface Combine extends StatementNode {
  readonly kind: "combine";
  readonly operator: CombineOperator;
  readonly branches: readonly Branch[] | undefined;
  readonly args: readonly Argument[] | undefined;
}

export interface Branch extends Node {
  readonly kind: "branch";
  readonly label: Label | undefined;
  readonly body: Body;
}

export interface Repeat extends StatementNode {
  readonly kind: "repeat";
  readonly count: Expr;
  readonly variable: Identifier | undefined;
  readonly body: Body;
}

export interface For extends StatementNode {
  readonly kind: "for";
  readonly variables: readonly Identifier[];
  readonly list: Expr;
  readonly body: Body;
}

export interface If extends StatementNode {
  readonly kind: "if";
  readonly condition: Expr;
  readonly consequent: Body;
  readonly alternative: Body | If | undefined;
}

export interface From extends StatementNode {
  readonly kind: "from";
  readonly target: Expr;
}

export interface Tap extends StatementNode {
  readonly kind: "tap";
  readonly body: Body;
}

export interface Input extends StatementNode {
  readonly kind: "input";
  readonly name: Identifier;
  readonly dims: readonly Expr[];
  readonly dimsRange: TextRange;
}

export interface Output extends StatementNode {
  readonly kind: "output";
  readonly name: Identifier;
}

export interface Expect extends StatementNode {
  readonly kind: "expect";
  readonly dims: readonly Expr[];
  readonly dimsRange: TextRange;
}

export interface Require extends StatementNode {
  readonly kind: "require";
  readonly condition: Expr;
  readonly message: StringLiteral | undefined;
}

export interface Budget extends StatementNode {
  readonly kind: "budget";
  readonly entries: readonly BudgetEntry[];
}

export interface BudgetEntry extends Node {
  readonly kind: "budgetEntry";
  readonly metric: Identifier;
  readonly operator: "<=" | "<";
  readonly limit: Expr;
}

/** A statement that could not be read. What it leaves is unknown. */
export interface BadStatement extends StatementNode {
  readonly kind: "bad";
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────

export interface Argument extends Node {
  readonly kind: "argument";
  readonly name: Identifier | undefined;
  readonly value: Expr;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | BooleanLiteral
  | ListExpr
  | NameExpr
  | TensorKeyword
  | MemberExpr
  | IndexExpr
  | CallExpr
  | UnaryExpr
  | BinaryExpr
  | ConditionalExpr
  | MissingExpr;

export interface NumberLiteral extends Node {
  readonly kind: "number";
  readonly value: number;
  /** Written without a fraction, as `64` or `1.25M`; `2.0` is not. */
  readonly integer: boolean;
}

export interface StringLiteral extends Node {
  readonly kind: "string";
  readonly value: string;
}

export interface BooleanLiteral extends Node {
  readonly kind: "boolean";
  readonly value: boolean;
}

export interface ListExpr extends Node {
  readonly kind: "list";
  readonly elements: readonly Expr[];
}

export interface NameExpr extends Node {
  readonly kind: "name";
  readonly name: string;
  /** The name alone: the range takes in parentheses around it. */
  readonly nameRange: TextRange;
}

/** `it` or `in`. */
export interface TensorKeyword extends Node {
  readonly kind: "tensor";
  readonly keyword: "it" | "in";
  /** The keyword alone, without parentheses around it. */
  readonly nameRange: TextRange;
}

export interface MemberExpr extends Node {
  readonly kind: "member";
  readonly object: Expr;
  readonly member: Identifier;
}

export interface IndexExpr extends Node {
  readonly kind: "index";
  readonly object: Expr;
  readonly index: Expr;
}

export interface CallExpr extends Node {
  readonly kind: "call";
  readonly callee: Expr;
  readonly args: readonly Argument[];
}

export interface UnaryExpr extends Node {
  readonly kind: "unary";
  readonly operator: "-" | "not";
  readonly operand: Expr;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "div" | "%";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | "and" | "or";

/** `0 < theta <= 1` is read as `0 < theta and theta <= 1`. */
export interface BinaryExpr extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}

export interface ConditionalExpr extends Node {
  readonly kind: "conditional";
  readonly value: Expr;
  readonly condition: Expr;
  readonly otherwise: Expr;
}

/** Stands where the text has no expression; its value is unknown. */
export interface MissingExpr extends Node {
  readonly kind: "missing";
}

export type SyntaxNode =
  | Item
  | ImportName
  | ParamDecl
  | Body
  | Label
  | Statement
  | ShortcutClause
  | Branch
  | BudgetEntry
  | Argument
  | Expr
  | Identifier;
