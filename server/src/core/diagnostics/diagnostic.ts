/** A finding of the analysis, placed by syntax rather than by offset: it survives edits elsewhere in the file. */
import type {
  BlockDecl,
  BudgetEntry,
  Declaration,
  If,
  ImportDecl,
  ImportName,
  LayerCall,
  Location,
  NetworkDecl,
  ParamDecl,
  Repeat,
  Residual,
  Statement,
} from "../../../../grammar/ast.ts";
import type { Allow } from "../lint/allow.ts";
import type { Shape } from "../shape/shape.ts";
import type { DiagnosticCode } from "./codes.ts";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** One sentence in the user's terms, with the shapes or values that disagree. */
  readonly message: string;
  readonly location: Location;
  readonly related: readonly Related[];
  /** What a fix needs to know; its kind belongs to the code. */
  readonly data?: FixData;
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

export type FixData =
  | {
      readonly kind: "shortcut";
      readonly node: Residual;
      readonly input: Shape;
      readonly main: Shape;
    }
  | { readonly kind: "rename"; readonly suggestion: string }
  | { readonly kind: "shape"; readonly shape: Shape }
  | { readonly kind: "spent"; readonly spent: number }
  | { readonly kind: "bias"; readonly node: LayerCall }
  | { readonly kind: "remove-layer"; readonly node: LayerCall }
  | { readonly kind: "add-activation"; readonly node: Statement }
  | { readonly kind: "squeeze"; readonly node: LayerCall; readonly expanded: number }
  | { readonly kind: "ceil-mode"; readonly node: LayerCall }
  | { readonly kind: "unused-import"; readonly item: ImportDecl; readonly node: ImportName }
  | { readonly kind: "unused-declaration"; readonly declaration: Declaration }
  | {
      readonly kind: "unused-parameter";
      readonly declaration: BlockDecl | NetworkDecl;
      readonly param: ParamDecl;
    }
  | { readonly kind: "repeat-variable"; readonly node: Repeat }
  | { readonly kind: "dead-branch"; readonly node: If | Residual; readonly taken: boolean }
  | { readonly kind: "budget-entry"; readonly entry: BudgetEntry }
  | { readonly kind: "allow"; readonly allow: Allow };
