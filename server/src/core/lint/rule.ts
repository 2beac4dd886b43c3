/** What a lint is: a rule of one of four kinds, by what it has to see. Each kind is remembered in its own way. */
import type { BlockDecl, Declaration, NetworkDecl, Statement, TextRange } from "../../../../grammar/ast.ts";
import type { SourceFile } from "../../../../grammar/parse.ts";
import type { FileAnalysis } from "../analysis.ts";
import type { LintCode } from "../diagnostics/codes.ts";
import type { FixData, Related } from "../diagnostics/diagnostic.ts";
import type { Instance, Step } from "../elaborate/instance.ts";
import type { Resolution } from "../sema/resolve.ts";
import type { FileScope } from "../sema/symbols.ts";
import type { Analysis } from "../workspace.ts";
import type { Flow } from "./flow.ts";

/** In offsets of the section that it is about. */
export interface Finding {
  readonly code: LintCode;
  readonly range: TextRange;
  readonly message: string;
  readonly related?: readonly Related[];
  readonly data?: FixData;
}

/** Sees one declaration and what its names refer to. Remembered while these are the same. */
export interface DeclarationRule {
  readonly sees: "declaration";
  readonly find: (ctx: DeclarationContext) => readonly Finding[];
}

export interface DeclarationContext {
  readonly declaration: Declaration;
  readonly resolution: Resolution;
}

/** Sees what the names stand for, too, which an edit elsewhere may change. Asked each time: it looks at few places. */
export interface ScopeRule {
  readonly sees: "scope";
  readonly find: (ctx: ScopeContext) => readonly Finding[];
}

export interface ScopeContext extends DeclarationContext {
  readonly scope: FileScope;
}

/** Sees one step of a network's plan. Remembered with the plan. */
export interface PlanRule {
  readonly sees: "plan";
  /** A finding counts where it holds in `every` use of the statement, or in `some`. */
  readonly holds: "every" | "some";
  readonly find: (ctx: PlanContext, step: Step) => Finding | undefined;
}

export interface PlanContext {
  readonly flow: Flow;
  readonly instance: Instance;
}

/** Sees the file among all others. Asked each time: it only compares sets of names. */
export interface FileRule {
  readonly sees: "file";
  readonly find: (ctx: FileContext) => readonly PlacedFinding[];
}

export interface FileContext {
  readonly analysis: Analysis;
  readonly source: SourceFile;
  readonly file: FileAnalysis;
  /** The file's names that some declaration refers to, other than to itself. */
  readonly used: ReadonlySet<string>;
}

export interface PlacedFinding extends Finding {
  readonly section: Declaration["section"];
}

export type Rule = DeclarationRule | ScopeRule | PlanRule | FileRule;

/** A block's or a network's body is where layers stand. */
export function hasBody(declaration: Declaration): declaration is BlockDecl | NetworkDecl {
  return declaration.kind === "block" || declaration.kind === "network";
}

/** What a statement is told at: a layer's name, a keyword. */
export function headOf(statement: Statement): TextRange {
  return statement.kind === "layer" ? statement.callee.range : statement.head;
}
